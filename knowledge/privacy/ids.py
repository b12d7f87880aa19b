"""Ids: numbers by which states know people, where a rule or a check digit makes a match precise.

A number that looks like many others (nine digits in a row) counts only after a word that says what it is.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from knowledge.privacy.payment import luhn
from knowledge.privacy.spans import Span, ascii_digits

Shapes = tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]


def find(text: str) -> Iterator[Span]:
    """Yield national identification numbers.

    The shapes are tried only where digits begin, at them or at the few letters before: of a long text, that is
    less than a tenth.
    """
    for digits in _DIGITS.finditer(text):
        yield from _first_fit(_SHAPES, text, digits.start())
        if letters := _LETTERS.search(text, max(0, digits.start() - 7), digits.start()):
            yield from _first_fit(_LETTERED, text, letters.start())
    lower = text.lower()
    if any(word in lower for word in _NAMES):
        for match in _NAMED.finditer(text):
            if sum(c.isdecimal() for c in match["value"]) >= 5:
                yield Span(start=match.start("value"), end=match.end("value"), kind="id")


def _first_fit(shapes: Shapes, text: str, start: int) -> Iterator[Span]:
    for pattern, fits in shapes:
        match = pattern.match(text, start)
        if match and fits(match.group()):
            yield Span(start=match.start(), end=match.end(), kind="id")
            return


def _any(_: str) -> bool:
    return True


def _spanish(written: str) -> bool:
    """DNI and NIE: the letter is the number modulo 23."""
    written = written.upper().replace("-", "").replace(" ", "")
    number = int(ascii_digits(written[:-1].translate(str.maketrans("XYZ", "012"))))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == written[-1]


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
"""What a character of a codice fiscale is worth in odd places; its value (digit, or letter from A = 0) is the index."""


def _italian(written: str) -> bool:
    """Codice fiscale: the sixteenth character is a weighted sum modulo 26."""
    values = [int(c) if c.isdigit() else ord(c) - 65 for c in written.upper()]
    odd = sum(_ODD[value] for value in values[:15:2])
    return (odd + sum(values[1:15:2])) % 26 == values[15]


def _french(written: str) -> bool:
    """NIR: the last two digits are 97 minus the rest modulo 97; Corsica's 2A and 2B count as 19 and 18."""
    bare = re.sub(r"\W", "", written.upper()).replace("2A", "19").replace("2B", "18")
    return 97 - int(bare[:13]) % 97 == int(bare[13:])


def _nordic(written: str) -> bool:
    """Swedish personnummer: a date and a Luhn digit over the last ten."""
    digits = ascii_digits(written)[-10:]
    return _is_day(digits[4:6], digits[2:4]) and luhn(digits)


def _danish(written: str) -> bool:
    """CPR number: day, month, year and a serial number (no check digit since 2007)."""
    return _is_day(written[:2], written[2:4])


def _finnish(written: str) -> bool:
    """HETU: the last sign is day, month, year and serial number modulo 31."""
    number = int(ascii_digits(written[:-1]))
    return _is_day(written[:2], written[2:4]) and "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31] == written[-1].upper()


def _brazilian(written: str) -> bool:
    """CPF: two check digits modulo 11."""
    d = [int(c) for c in ascii_digits(written)]

    def check(n: int) -> int:
        return sum(d[i] * (n + 1 - i) for i in range(n)) * 10 % 11 % 10

    return check(9) == d[9] and check(10) == d[10]


def _belgian(written: str) -> bool:
    """Rijksregister: 97 minus the first nine digits modulo 97, a 2 put before them for births from 2000 on."""
    digits = ascii_digits(written)
    return any(97 - int(century + digits[:9]) % 97 == int(digits[9:]) for century in ("", "2"))


def _chinese(written: str) -> bool:
    """Resident identity card: ISO 7064, mod 11-2."""
    total = sum(int(c) * 2 ** (17 - i) for i, c in enumerate(written[:17]))
    return "10X98765432"[total % 11] == written[17].upper()


def _korean(written: str) -> bool:
    """Resident registration number: a date; the eighth digit is the sex and the century (no check digit since 2020)."""
    return _is_day(written[4:6], written[2:4])


def _singaporean(written: str) -> bool:
    """NRIC and FIN: the letter is a weighted sum modulo 11, by a table for each kind."""
    weighted = sum(int(c) * weight for c, weight in zip(written[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    table, more = {"S": ("JZIHGFEDCBA", 0), "T": ("JZIHGFEDCBA", 4), "F": ("XWUTRQPNMLK", 0), "G": ("XWUTRQPNMLK", 4),
                   "M": ("XWUTRQPNJLK", 3)}[written[0].upper()]  # fmt: skip
    rest = (weighted + more) % 11
    return table[10 - rest if written[0].upper() == "M" else rest] == written[8].upper()


_VERHOEFF = ("0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
             "5987604321", "6598710432", "7659821043", "8765932104", "9876543210")  # fmt: skip
"""The multiplication table of the dihedral group of order ten."""


def _indian(written: str) -> bool:
    """Aadhaar: Verhoeff's check digit (J. Verhoeff, 1969)."""
    turn, check = "1576283094", 0
    for place, digit in enumerate(reversed(ascii_digits(written))):
        value = int(digit)
        for _ in range(place % 8):
            value = int(turn[value])
        check = int(_VERHOEFF[check][value])
    return check == 0


def _south_african(written: str) -> bool:
    """Identity number: year, month and day of birth, and a Luhn digit."""
    return _is_day(written[4:6], written[2:4]) and luhn(written)


def _norwegian(written: str) -> bool:
    """Fødselsnummer: day and month, and two check digits modulo 11."""
    d = [int(c) for c in ascii_digits(written)]
    first = sum(a * b for a, b in zip(d[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), strict=True))
    second = sum(a * b for a, b in zip(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True))
    day, month = f"{d[0] % 4}{d[1]}", f"{d[2]}{d[3]}"
    return first % 11 == 0 and second % 11 == 0 and _is_day(day, month)


def _irish(written: str) -> bool:
    """PPS number: the letter is a weighted sum modulo 23; a second letter counts nine times."""
    second = ord(written[8].upper()) - 64 if len(written) == 9 and written[8].upper() != "W" else 0
    total = sum(int(c) * (8 - i) for i, c in enumerate(written[:7])) + 9 * second
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == written[7].upper()


def _czech(written: str) -> bool:
    """Rodné číslo: a date (women's months are 50 more, some are 20 more), the whole divisible by 11."""
    digits = ascii_digits(written)
    month = int(digits[2:4]) % 50
    return _is_day(digits[4:6], str(month - 20 if month > 20 else month)) and int(digits) % 11 == 0


def _swiss(written: str) -> bool:
    """AHV number: the check digit of an EAN-13."""
    d = [int(c) for c in ascii_digits(written)]
    return (sum(d[::2]) + 3 * sum(d[1::2])) % 10 == 0


def _polish(written: str) -> bool:
    """PESEL: a date (the month tells the century) and a check digit modulo 10."""
    d = [int(c) for c in written]
    total = sum(a * b for a, b in zip(d, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True))
    return total % 10 == 0 and _is_day(written[4:6], str(int(written[2:4]) % 20))


def _romanian(written: str) -> bool:
    """CNP: a date and a check digit modulo 11."""
    rest = sum(int(a) * int(b) for a, b in zip(written, "279146358279", strict=False)) % 11
    return _is_day(written[5:7], written[3:5]) and int(written[12]) == (1 if rest == 10 else rest)


def _mexican(written: str) -> bool:
    """CURP: a date within letters (its check digit is often wrong on paper)."""
    return _is_day(written[8:10], written[6:8])


def _is_day(day: str, month: str) -> bool:
    try:
        date(2000, int(month), int(day))
    except ValueError:
        return False
    return True


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+-])(?:{pattern})(?![\w]|[.-]\d)", re.ASCII)


_DIGITS = re.compile(r"\d(?<!\d.)(?=[\w .+/-]{6})(?=\w{0,3}[ .+-]?\d)")
_LETTERS = re.compile(r"(?<!\w)[A-Za-z]{1,6}[ -]?\Z")

_SHAPES: Shapes = (
    # United States: SSN (no area 000, 666 or 9xx, no zeros alone) and ITIN (9xx, group 50-65, 70-88, 90-92, 94-99)
    # and never after a country's code, as in +992 372 12 3456
    (_shape(r"(?<!\+\d )(?<!\+\d\d )(?<!\+\d{3} )(?!000|666|9)\d{3}(?P<s>[- ])(?!00)\d\d(?P=s)(?!0000)\d{4}"), _any),
    (_shape(r"9\d\d(?P<s>[- ])(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])(?P=s)\d{4}"), _any),
    (_shape(r"(?i:\d{8}[- ]?[A-HJ-NP-TV-Z])"), _spanish),
    (_shape(r"[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d"), _french),
    (_shape(r"(?:19|20)?\d{6}[-+]\d{4}"), _nordic),
    (_shape(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d-\d{4}"), _danish),
    (_shape(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]"), _finnish),
    (_shape(r"\d{3}\.\d{3}\.\d{3}-\d\d"), _brazilian),
    (_shape(r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d"), _belgian),
    (_shape(r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}"), _korean),
    (_shape(r"[2-9]\d{3}(?P<s>[- ])\d{4}(?P=s)\d{4}"), _indian),
    (_shape(r"\d{10}[01]\d\d"), _south_african),
    (_shape(r"\d{6} ?\d{5}"), _norwegian),
    (_shape(r"\d{11}"), _polish),
    (_shape(r"[1-8]\d{12}"), _romanian),
    (_shape(r"(?i:\d{7}[A-W][A-IW]?)"), _irish),
    (_shape(r"\d{6}/\d{3,4}"), _czech),
    (_shape(r"756\.\d{4}\.\d{4}\.\d\d"), _swiss),
    (_shape(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"), _chinese),
)
_LETTERED: Shapes = (
    # United Kingdom: national insurance number
    (_shape(r"(?i:(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D])"), _any),
    (_shape(r"(?i:[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z])"), _spanish),
    (_shape(r"(?i:[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z])"), _italian),
    (_shape(r"(?i:[STFGM]\d{7}[A-Z])"), _singaporean),
    (_shape(r"(?i:[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d)"), _mexican),
    # India: permanent account number (the fourth letter says what kind of holder)
    (_shape(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]"), _any),
)
_NAMES = ("ssn", "social", "passport", "licen", "national", "nhs", "aadha", "pesel", "bsn", "tax", "tfn",
          "identi", "id card", "voter", "medicare", "pps", "curp", "cpf", "dni", "steuer", "fiscal")  # fmt: skip
_NAMED = re.compile(
    r"\b(?:ssn|social (?:security|insurance)|passport|driv(?:er|ing)\W{0,2}s? licen[cs]e"
    r"|national (?:id(?:entity)?|insurance)|nhs|aadhaa?r|pesel|bsn|tax (?:id|file)|tfn"
    r"|identity|identification|id card|voter id|medicare|ppsn?|curp|cpf|dni|steuer-?id|codice fiscale)"
    r"(?: (?:card|number|no|num|id)){0,2}\b\W{0,3}(?:(?:is|was|=|:|#)\W{0,3}){0,2}"
    r"(?P<value>(?=[\w -]{0,12}\d)[A-Za-z]{0,3}\d[A-Za-z0-9]{0,14}(?:[ -][A-Za-z]?\d[A-Za-z0-9]{0,7}){0,4})(?!\w)",
    re.IGNORECASE,
)
