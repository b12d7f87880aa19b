"""`bench privacy [FILE]`: recall and precision of masking by kind, on made-up values and labelled texts; its speed.

FILE is JSON: a list of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}. A span counts as
found if a placeholder of its kind covers part of it; a placeholder is right if it covers part of any span of its kind.
"Labelled, held" is every second text of the file: rules for names and addresses were made on the others.
Of made-up texts every value must be covered whole, of an address four fifths. Half of the texts hold none: amounts,
years, dates, order and tracking numbers, versions, streets and gates that nobody lives at. Dates of birth and numbers
of accounts are announced by a word, for without one nobody could tell them from other dates and numbers.
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
from datetime import date, timedelta
from pathlib import Path

from knowledge.privacy import find, mask
from knowledge.privacy.spans import Span
from scripts.benchmarks._common import print_table

KINDS = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "CREDIT_CARD": "card", "IBAN_CODE": "iban", "IP_ADDRESS": "ip",
    "US_SSN": "id", "US_DRIVER_LICENSE": "id", "ADDRESS": "address", "STREET_ADDRESS": "address", "PERSON": "name",
}  # fmt: skip
SENTENCES = ("Please use {} from now on.", "mine is {}", "I was told that {} is wrong, thanks", "contact: {}", "({})")


_AT_HOME = ("My address is {}.", "Please deliver to {} instead", "I live at {}", "sent to {}, but nothing came", "{}")
_BORN = ("I was born on {}.", "date of birth: {}", "DOB {}", "my birthday is {}, by the way", "her date of birth is {}")
_ACCOUNT = (
    "my account number is {}", "account no. {}", "acct # {} was charged", "Account number: {}", "member number: {}",
    "my customer number is {}.", "policy number {}", "routing number {}", "the account no is {}, please look",
)  # fmt: skip
_LOCALES = (
    "en_US en_GB en_CA en_AU en_IE en_IN de_DE de_AT fr_FR it_IT es_ES nl_NL sv_SE da_DK no_NO fi_FI pl_PL pt_BR cs_CZ"
)


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
        shown += _labelled(labelled, "labelled") + _labelled(labelled[1::2], "labelled, held")
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
    values += [("birthdate", v) for v in _births(random_)] + [("account", v) for v in _accounts(random_)]
    addresses = [
        {"kind": "address", "value": value, "text": random_.choice(_AT_HOME).format(value)}
        for value in _addresses(random_)
    ]
    before = {"phone": "my number: ", "card": "card ", "iban": "IBAN "}
    announced = {"birthdate": _BORN, "account": _ACCOUNT}
    return addresses + [
        {"kind": kind, "value": value, "text": random_.choice(SENTENCES).format(before.get(kind, "") + value)}
        if kind not in announced
        else {"kind": kind, "value": value, "text": random_.choice(announced[kind]).format(value)}
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
        lambda: f"tracking 1Z{number(100, 999)}AA{number(10**9, 10**10)}, parcel JD{number(10**17, 10**18)} is lost",
        lambda: f"shipped with DHL {number(10**11, 10**12)}, order {number(100, 999)}-{number(10**6, 10**7)}",
        lambda: f"ordered on {number(1, 28)}/{number(1, 12)}/{number(2019, 2026)}, came {number(2, 28)} May",
        lambda: f"gate {number(1, 60)} is a long walk, Terminal {number(1, 5)} has {number(2, 9)} lounges on Level 2",
        lambda: f"{number(2, 9)} stars for the {number(2, 40)} Main Dishes and {number(2, 12)} Meals of the Spring Box",
        lambda: f"the account shows {number(100, 99999)}.{number(10, 99)}, the loan of {number(1000, 99999)} is paid",
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
        hit[kind] += _is_covered(sort, start, start + len(value), spans)
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


def _is_covered(kind: str, start: int, end: int, spans: list[Span]) -> bool:
    """Say whether a value is masked whole, but for a sign at its ends; of an address four fifths, in several spans."""
    if kind != "address":
        return any(s.kind == kind and s.start <= start + 1 and s.end >= end - 1 for s in spans)
    covered = {i for s in spans for i in range(max(s.start, start), min(s.end, end))}
    return len(covered) >= 0.8 * (end - start) and any(s.kind == kind for s in spans)


def _labelled(rows: list[dict[str, object]], on: str) -> list[dict[str, object]]:
    """Return a row per kind of labelled span."""
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
        {"on": on, "kind": kind, "spans": wanted[kind], "recall": found[kind] / wanted[kind],
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


def _births(random_: random.Random) -> Iterator[str]:
    for _ in range(60):
        day = date(1935, 1, 1) + timedelta(days=random_.randrange(27_000))
        yield from (
            day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d.%m.%y}", f"{day.day} {day:%B %Y}",
            f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day:%m-%d-%Y}",
        )  # fmt: skip


def _accounts(random_: random.Random) -> Iterator[str]:
    for _ in range(100):
        digits = "".join(random_.choices(string.digits, k=random_.randint(7, 12)))
        yield from (digits, f"{digits[:4]} {digits[4:]}", f"{digits[:3]}-{digits[3:]}", f"AC{digits}")


def _addresses(random_: random.Random) -> Iterator[str]:
    from faker import Faker

    for locale in _LOCALES.split():
        faker = Faker(locale)
        faker.seed_instance(random_.getrandbits(32))
        for _ in range(48):
            yield ", ".join(line.strip(" ,") for line in faker.address().splitlines())
