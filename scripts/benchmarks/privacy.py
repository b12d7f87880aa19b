"""`bench privacy [FILE]`: recall and precision of masking by kind, on made-up values and labelled texts; its speed.

FILE is JSON: a list of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}. A span counts as
found if a placeholder of its kind covers part of it; a placeholder is right if it covers part of any span of its kind.
Of made-up texts every value must be covered whole. Half of them hold none: amounts, years, order numbers, versions.
Every country's telephone numbers come twice, as somebody's ("my number: 7012") and without a word on what they are
("phone, bare"), where nobody could tell 7012 from an order number and no share is promised.
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
    plain = decoys(random.Random(args.seed), len(rows))
    texts = [str(row["text"]) for row in rows] + plain
    shown = _made_up(rows, plain)
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
    values = [(kind, v) for v in _phones() for kind in ("phone", "phone, bare")]
    values += [("iban", v) for v in _ibans(random_)]
    values += [("card", v) for v in _cards(random_)] + [("email", v) for v in _emails(random_)]
    values += [("ip", str(ipaddress.IPv4Address(random_.getrandbits(32)))) for _ in range(250)]
    values += [("ip", str(ipaddress.IPv6Address(random_.getrandbits(128)))) for _ in range(250)]
    before = {"phone": "my number: ", "card": "card ", "iban": "IBAN "}
    return [
        {"kind": kind, "value": value, "text": random_.choice(SENTENCES).format(before.get(kind, "") + value)}
        for kind, value in values
    ]


def decoys(random_: random.Random, count: int) -> list[str]:
    """Return texts with numbers in them that are nobody's: what a masker that takes any number falls for."""
    number = random_.randint
    texts = (
        lambda: f"order {number(1000, 99999999)} never came, I ordered in {number(1990, 2030)}",
        lambda: f"I called {number(2, 40)} times about invoice {number(10000, 999999)}",
        lambda: f"paid {number(1000, 9999)} dollars for a phone, the mobile was ${number(10, 99)}.{number(10, 99)}",
        lambda: f"my order number is {number(1000, 999999)}, call me back at {number(1, 12)}:{number(10, 59)}",
        lambda: f"the {number(2015, 2026)} phone has {number(3000, 6000)} mAh and {number(64, 512)} GB",
        lambda: f"call the hotline between {number(7, 9)}.{number(10, 59)} and {number(17, 20)}.{number(10, 59)}",
        lambda: f"ticket {number(100000, 999999)} was closed on {number(2020, 2026)}-0{number(1, 9)}-{number(10, 28)}",
        lambda: f"version {number(1, 9)}.{number(0, 20)}.{number(0, 99)} drains my phone since {number(2015, 2026)}",
        lambda: f"phone {number(10, 16)} on {number(1, 12)}/{number(1, 28)}/{number(2020, 2026)}, row {number(1, 9)}",
        lambda: f"your number of customers is {number(1000, 9999)}, mine is gate {number(1, 99)}",
        lambda: f"{number(1000, 9999)} calls, {number(10, 99)} % missed, {number(1, 9)},{number(100, 999)} miles flown",
    )  # fmt: skip
    return [random_.choice(texts)() for _ in range(count)]


def _made_up(rows: list[dict[str, object]], plain: list[str]) -> list[dict[str, object]]:
    """Return a row per kind; precision over the texts with a value and as many without one."""
    total, hit, given, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        text, kind, value = str(row["text"]), str(row["kind"]), str(row["value"])
        start, sort = text.index(value), kind.partition(",")[0]
        spans = find(text)
        total[kind] += 1
        hit[kind] += any(s.kind == sort and s.start <= start + 1 and s.end >= start + len(value) - 1 for s in spans)
        for s in spans:
            given[s.kind] += 1
            right[s.kind] += s.kind == sort and s.start < start + len(value) and start < s.end
    for text in plain:
        given.update(s.kind for s in find(text))
    return [
        {"on": "made up", "kind": kind, "spans": total[kind], "recall": hit[kind] / total[kind],
         "precision": right[kind] / given[kind] if given[kind] else None}
        for kind in total
    ]  # fmt: skip


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
