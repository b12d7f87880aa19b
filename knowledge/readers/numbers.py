"""Numbers as tables write them: `1,234.5`, `1.234,5`, `12 %`, `€ 4.20`, `7/5`."""

import re

from knowledge.errors import InputError

_AMOUNT = re.compile(r"^[€$£]?\s*([+-]?\d[\d.,'\s]*)\s*(%|€|\$|£)?(?:\s*(?:/|of|out of)\s*(\d{1,3}))?$", re.A)


def parse_number(text: str) -> tuple[float, str]:
    """Return a number and the unit written beside it: `%`, `of 5`, a currency sign, or "".

    >>> parse_number("1.234,5"), parse_number("85 %"), parse_number("4/5")
    ((1234.5, ''), (85.0, '%'), (4.0, 'of 5'))
    """
    match = _AMOUNT.match(text.strip().replace("\u00a0", " ").replace("−", "-")) if len(text) <= 40 else None
    if not match:
        raise InputError(f"“{text[:40]}” is not a number")
    try:
        value = float(_plain(match[1]))
    except ValueError:
        raise InputError(f"“{text[:40]}” is not a number") from None
    sign = text.strip()[:1]
    return value, f"of {match[3]}" if match[3] else match[2] or (sign if sign in "€$£" else "")


def _plain(digits: str) -> str:
    """Return digits with a point for the decimals and nothing for the thousands; the last mark is the decimal one."""
    digits = re.sub(r"[\s']", "", digits).removeprefix("+")
    if "," in digits and "." in digits:
        thousands = "," if digits.rindex(".") > digits.rindex(",") else "."
        return digits.replace(thousands, "").replace(",", ".")
    if digits.count(",") > 1 or re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", digits):
        return digits.replace(",", "")
    if digits.count(".") > 1:
        return digits.replace(".", "")
    return digits.replace(",", ".")
