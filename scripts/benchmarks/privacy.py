"""`bench privacy [FILE]`: recall and precision of masking by kind, on made-up values and labelled texts; its speed.

FILE is JSON: a list of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}. A span counts as
found if a placeholder of its kind covers part of it; a placeholder is right if it covers part of any span of its kind.
"""

import argparse
import ipaddress
import json
import random
import string
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from knowledge.privacy import find, mask
from scripts.benchmarks._common import print_table

KINDS = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "CREDIT_CARD": "card", "IBAN_CODE": "iban", "IP_ADDRESS": "ip",
    "US_SSN": "id", "US_DRIVER_LICENSE": "id", "ADDRESS": "address", "STREET_ADDRESS": "address", "PERSON": "name",
}  # fmt: skip
SENTENCES = ("Please use {} from now on.", "mine is {}", "I was told that {} is wrong, thanks", "contact: {}", "({})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be chosen."""
    parser.add_argument("file", nargs="?", type=Path, help="labelled texts")
    parser.add_argument("--seed", type=int, default=5)


def run(args: argparse.Namespace) -> list[dict[str, object]]:
    """Measure, print and return a row per kind."""
    rows = made_up(random.Random(args.seed))
    texts = [str(row["text"]) for row in rows]
    shown = [{"on": "made up", "kind": kind, "spans": n, "recall": hit / n, "precision": None}
             for kind, (n, hit) in _recall(rows).items()]  # fmt: skip
    if args.file:
        labelled = json.loads(args.file.read_text(encoding="utf-8"))
        texts += [row["full_text"] for row in labelled]
        shown += _labelled(labelled)
    started = time.perf_counter()
    for text in texts:
        mask(text)
    per_second = len(texts) / (time.perf_counter() - started)
    header = ("kind", "on", "spans", "recall", "precision")
    print_table(header, [[row[name] if row[name] is not None else "" for name in header] for row in shown])
    print(f"\n{per_second:,.0f} texts per second, of {sum(map(len, texts)) / len(texts):.0f} characters")
    return [*shown, {"texts_per_second": per_second}]


def made_up(random_: random.Random) -> list[dict[str, object]]:
    """Return texts with one value each: every country's IBAN and telephone numbers, cards, addresses of machines."""
    values = [("phone", v) for v in _phones()] + [("iban", v) for v in _ibans(random_)]
    values += [("card", v) for v in _cards(random_)] + [("email", v) for v in _emails(random_)]
    values += [("ip", str(ipaddress.IPv4Address(random_.getrandbits(32)))) for _ in range(250)]
    values += [("ip", str(ipaddress.IPv6Address(random_.getrandbits(128)))) for _ in range(250)]
    before = {"phone": "my number: ", "card": "card ", "iban": "IBAN "}
    return [
        {"kind": kind, "value": value, "text": random_.choice(SENTENCES).format(before.get(kind, "") + value)}
        for kind, value in values
    ]


def _recall(rows: list[dict[str, object]]) -> dict[str, tuple[int, int]]:
    total, hit = Counter[str](), Counter[str]()
    for row in rows:
        text, kind, value = str(row["text"]), str(row["kind"]), str(row["value"])
        start = text.index(value)
        total[kind] += 1
        hit[kind] += any(
            s.kind == kind and s.start <= start + 1 and s.end >= start + len(value) - 1 for s in find(text)
        )
    return {kind: (total[kind], hit[kind]) for kind in total}


def _labelled(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    wanted, found, given, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        gold = [
            (KINDS[s["entity_type"]], s["start_position"], s["end_position"])
            for s in row["spans"]  # type: ignore[attr-defined]
            if s["entity_type"] in KINDS
        ]
        spans = find(str(row["full_text"]))
        for kind, start, end in gold:
            wanted[kind] += 1
            found[kind] += any(s.kind == kind and s.start < end and start < s.end for s in spans)
        for s in spans:
            given[s.kind] += 1
            right[s.kind] += any(kind == s.kind and s.start < end and start < s.end for kind, start, end in gold)
    return [
        {"on": "labelled", "kind": kind, "spans": wanted[kind], "recall": found[kind] / wanted[kind],
         "precision": right[kind] / given[kind] if given[kind] else None}
        for kind in wanted
    ]  # fmt: skip


def _phones() -> Iterator[str]:
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
            if number := phonenumbers.example_number_for_type(region, kind):
                for form in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL):
                    yield phonenumbers.format_number(number, form)


def _ibans(random_: random.Random) -> Iterator[str]:
    from knowledge.privacy.payment import IBAN_LENGTH

    for country, length in IBAN_LENGTH.items():
        body = "".join(random_.choices(string.digits, k=length - 4))
        rest = int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
        whole = f"{country}{98 - rest:02d}{body}"
        yield from (whole, " ".join(whole[i : i + 4] for i in range(0, length, 4)), whole.lower())


def _cards(random_: random.Random) -> Iterator[str]:
    from knowledge.privacy.payment import luhn

    for prefix, length in (("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("3528", 16), ("36", 14)):
        for _ in range(20):
            body = prefix + "".join(random_.choices(string.digits, k=length - len(prefix) - 1))
            whole = next(body + last for last in string.digits if luhn(body + last))
            yield whole
            if length == 16:
                yield from (mark.join(whole[i : i + 4] for i in range(0, 16, 4)) for mark in " -")


def _emails(random_: random.Random) -> Iterator[str]:
    for _ in range(500):
        local = "".join(random_.choices(string.ascii_letters + string.digits + "._+-", k=random_.randint(1, 14)))
        domain = random_.choice(("mail.com", "a-b.co.uk", "x1.io", "sub.example.museum", "firma.de"))
        yield f"a{local.strip('._-+')}@{domain}"
