"""Payment: card numbers (ISO/IEC 7812, Luhn) and bank accounts (ISO 13616, IBAN)."""

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise

from knowledge.privacy.spans import Span, ascii_digits

_RUN = re.compile(r"\d(?<![\w+.,]\d)(?:[ \u00a0.\-\u2010-\u2013]?\d){11,40}(?!\w)")
_GROUP = re.compile(r"\d+")
_GROUPINGS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 5), (4, 4, 4, 4, 3), (4, 4, 4, 1), (4, 4, 4, 3), (4, 4, 4)}
_CARD_WORD = re.compile(r"\bcard\b\W{0,3}(?:\w+\W{1,2}){0,3}$", re.IGNORECASE)
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720|220[0-4])\d{12}"  # Mastercard, Mir
    r"|3[47]\d{13}|(?:30[0-5]|3[689]\d)\d{11,16}"  # American Express, Diners Club
    r"|35\d{14}|(?:1800|2131)\d{11}|6\d{12,18}"  # JCB; Discover, UnionPay, RuPay, Maestro
    r"|5[06-8]\d{11,17}|(?:5018|5020|5038|5[678]\d\d|6304|6390|6759|676[1-3])\d{8}"  # Maestro, from 12 digits
)
_PRINTED = {(4, 4, 4, 4), (4, 6, 5)}

_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?:[ \u00a0-]?[A-Z0-9]){11,60}", re.ASCII | re.IGNORECASE)
_IBAN_WORD = re.compile(r"\biban\W{0,3}(?:\w+\W{1,2}){0,3}$", re.IGNORECASE)
IBAN_LENGTH = {
    code: length
    for length, codes in {
        15: "NO", 16: "BE BI", 18: "DK FI FK FO GL NL SD", 19: "MK SI SO", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR",
        27: "BF CF CG CM FR GR IT KM MC MR SM TD YE",
        28: "AL AZ BY CI CY DO DZ GA GQ GT GW HN HU LB MA MG ML NE NI PL SN SV TG BJ",
        29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for code in codes.split()
}  # fmt: skip


def find_cards(text: str) -> list[Span]:
    """Return card numbers: a length and a prefix that issuers use, and a Luhn check digit that fits.

    A number printed as on a card (4-4-4-4 or 4-6-5) counts without the check, since people mistype their own.
    """
    return [span for run in _RUN.finditer(text) for span in _cards_in(run)]


def luhn(digits: str) -> bool:
    """Say whether the check digit fits (ISO/IEC 7812-1, annex B)."""
    odd = sum(map(int, digits[-1::-2]))
    even = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (odd + even) % 10 == 0


def find_ibans(text: str) -> list[Span]:
    """Return bank accounts: the check digits (mod 97) fit, or the country's length and "IBAN" before it do."""
    spans = (_iban_at(text, match) for match in _IBAN.finditer(text))
    return [span for span in spans if span]


def _cards_in(run: re.Match[str]) -> list[Span]:
    """Return the cards in a run of digits, which may hold other numbers too, such as an expiry date."""
    groups = [(run.start() + m.start(), run.start() + m.end()) for m in _GROUP.finditer(run.group())]
    digits = [0, *accumulate(end - start for start, end in groups)]
    found: list[Span] = []
    first = 0
    while first < len(groups):
        shortest = bisect_left(digits, digits[first] + 12)
        longest = min(bisect_right(digits, digits[first] + 19) - 1, len(groups))
        last = next((n for n in range(longest, shortest - 1, -1) if _is_card(run, groups[first:n])), first)
        if last > first:
            found.append(Span(start=groups[first][0], end=groups[last - 1][1], kind="card"))
        first = max(last, first + 1)
    return found


def _is_card(run: re.Match[str], groups: list[tuple[int, int]]) -> bool:
    sizes = tuple(end - start for start, end in groups)
    digits = ascii_digits(run.string[groups[0][0] : groups[-1][1]])
    before = run.string[max(0, groups[0][0] - 40) : groups[0][0]]
    if not _CARD.fullmatch(digits) and not (len(digits) >= 13 and _CARD_WORD.search(before)):
        return False
    if sizes in _PRINTED:
        return True
    between = {run.string[one[1] : other[0]] for one, other in pairwise(groups)}
    whole = groups[0][0] == run.start() and groups[-1][1] == run.end() and len(between) == 1
    return luhn(digits) and (whole or len(sizes) == 1 or sizes in _GROUPINGS)


def _iban_at(text: str, match: re.Match[str]) -> Span | None:
    """Return the account number that begins here: as long as its country says, else as far as groups of four go."""
    start, written = match.start(), match.group()
    ends = [i + 1 for i, c in enumerate(written) if c.isalnum()]
    by_country = IBAN_LENGTH.get(written[:2].upper(), 0)
    announced = bool(_IBAN_WORD.search(text[max(0, start - 40) : start]))
    for length in dict.fromkeys([by_country, len(ends), *_up_to_a_word(written)]):
        if not 15 <= length <= min(34, len(ends)) or written[ends[length - 1] : ends[length - 1] + 1].isalnum():
            continue
        number = "".join(written[end - 1] for end in ends[:length]).upper()
        checked = (by_country or announced) and _mod97(number) and _in_fours(written[: ends[length - 1]])
        if checked or (announced and length == by_country):
            return Span(start=start, end=start + ends[length - 1], kind="iban")
    return None


def _up_to_a_word(written: str) -> list[int]:
    """Return how many signs an account number has if it stops before any of the last gaps: a word may follow it."""
    counts = [len(re.sub(r"\W", "", written[: gap.start()])) for gap in re.finditer(r"\W", written)]
    return counts[::-1][:6]


def _in_fours(written: str) -> bool:
    """Say whether gaps, if there are any, come after every fourth sign, as banks print them."""
    return not re.search(r"\W", written) or all(len(group) == 4 for group in re.split(r"\W", written)[:-1])


def _mod97(number: str) -> bool:
    """Say whether an IBAN's check digits fit (ISO 7064, mod 97-10)."""
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1
