"""Phones: telephone numbers in running text, told from amounts, dates and order numbers.

Customers write numbers with or without area code, in any grouping, and often wrongly, so a list of valid numbers
finds too few. What decides here is, in this order: what the number cannot be (a date, an amount, a number that a
word calls an order or an account), what the words around it say (call, mobile, fax), how it is written (a plus,
brackets, groups that people use), and only for digits in one piece whether such a number exists. Numbers that are
short, or that look like a date, are the business of `short_phones`.
"""

import re
from collections.abc import Iterator

from knowledge.privacy.spans import Span, ascii_digits

BETWEEN = r"[ \u00a0\u2009\u202f.\-\u2010-\u2013/()·]"
_RUN = re.compile(rf"\d(?<!\d\d)(?:{BETWEEN}{{0,3}}\d){{6,}}")
_LEAD = re.compile(r"(?:[+＋] ?)?(?:\( ?[+＋]?)?\Z")
_GLUED = "_@#$€£¥₹%=&*"

_EXTENSION = re.compile(r",? ?(?:x|ext\.?|extn\.?|extension|#) ?\d{1,6}(?!\w)", re.IGNORECASE)
_GROUP = re.compile(r"\d+")
_SEVERAL = re.compile(r"(?<!\d)(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)")

CLOCK_BEFORE = re.compile(r"\d[:,]\Z|[$€£¥₹#] ?\Z|\b(?:usd|eur|gbp|rs\.?|inr|aud|cad|chf)\W{0,2}\Z", re.IGNORECASE)
AFTER = re.compile(
    r":\d|,\d|[\w@°]| ?[€$£¥₹%]| (?:usd|eur|gbp|inr|aud|cad|chf|dollars?|euros?|pounds?|rupees?|bucks|k|million|points"
    r"|miles|users|people|times|hours|days|weeks|months|years|kg|km|mb|gb)\b",
    re.IGNORECASE,
)
DATE = re.compile(
    r"(?:19|20)\d\d([ ./-])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?:[ .-]+\d{1,6})?"
    r"|\d{1,2}([ ./-])\d{1,2}\2(?:19|20)\d\d(?:[ -]+\d{1,4})?|\d{1,2}([./-])\d{1,2}\3\d\d(?:[ -]+\d{1,2})?"
    r"|(?:19|20)\d\d ?[-/\u2010-\u2013 ] ?(?:19|20)\d\d(?:\D{1,3}(?:19|20)\d\d)*"
    r"|\d{1,3}\.\d{5,}"  # decimal fractions, coordinates
    r"|[0-2]?\d[.]?[0-5]\d ?[-/\u2010-\u2013 ] ?[0-2]?\d[.]?[0-5]\d"  # opening hours
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[ -]?\d{4,6})?"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ .\u00a0\u202f]\d{3}){2}|[1-9]\d?(?:[ .\u00a0\u202f]\d{3})+")

_PHONE = (
    r"(?:tele)?phones?|tel|tele?f[oóò]n\w*|t[eé]l[eé]phone|mobiles?|mob|m[oó]vil|celular|cell\w*|handy|portable|call\w*"
    r"|fax|text(?:ed|ing)?|sms|whats ?app|viber|telegram|dial\w*|ring|rang|reach(?:ed)?|contact\w*|hotline|helpline"
    r"|landline|voicemail|nummer|(?:my|his|her|our|their|your)(?: (?:new|old|own|work|home|other))? (?:number|no|#)"
    r"|number to (?:call|reach)|numbers?(?: is)? below"
)
_OTHER = (
    r"orders?|invoices?|tickets?|cases?|ref|references?|accounts?|acct|acc|a/c|bookings?|confirmation|tracking|parcel"
    r"|shipment|id|ids|serial|policy|claim|transactions?|txn|model|isbn|sku|part|licen[cs]e|passport|routing|sort code"
    r"|swift|imei|vin|barcodes?|products?|items?|customer (?:number|no)|member\w*|loans?|codes?|zip|postcode|postal"
    r"|versions?|po box|pin|otp|ean|upc|lot|flights?|pnr|meter|card|iban|cheque|check|deposit|charged|paid|balance"
    r"|amount|total|price|cost|docket|file|application|contract|complaint|receipt"
)
_WORDS = re.compile(rf"(?<![\w\[])(?:(?P<phone>{_PHONE})|(?P<other>{_OTHER}))(?![\w\]])", re.IGNORECASE)
_SAID_AFTER = re.compile(
    rf"\W{{1,3}}(?:is|was)?\W{{0,2}}(?:my|his|her|our|their|the)?\W{{0,2}}(?:{_PHONE}|cell|office|work|home)(?![\w\]])",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:at|on) \Z", re.IGNORECASE)
_REACH = 40
"""How far before a number, in characters, a word may stand to say what the number is."""

_TRUNK_ZERO = ("GB", "DE", "FR", "AU", "NL", "IN", "ZA", "IT")
"""Regions whose national numbers begin with 0, and which together stand for most others."""


def find(text: str) -> Iterator[Span]:
    """Yield telephone numbers with their extensions."""
    for run in _RUN.finditer(text):
        lead = _LEAD.search(text, max(0, run.start() - 4), run.start())
        start = _opening(text, lead.start(), run) if lead else run.start()
        if start and (text[start - 1].isalnum() or text[start - 1] in _GLUED):
            continue
        if sum(c.isdecimal() for c in run.group()) > 17:
            for part in _SEVERAL.finditer(text, start, run.end()):
                yield Span(start=part.start(), end=part.end(), kind="phone")
            continue
        extension = _EXTENSION.match(text, run.end())
        end = extension.end() if extension else run.end()
        if _is_phone(text, start, run.end(), end):
            yield Span(start=start, end=end, kind="phone")


def _opening(text: str, start: int, run: re.Match[str]) -> int:
    """Return where the number starts: a bracket before it belongs to it only if the number closes it."""
    bracket = text.find("(", start, run.start())
    return bracket + 1 if bracket >= 0 and ")" not in run.group() else start


def _is_phone(text: str, start: int, stop: int, end: int) -> bool:
    """Judge the digits from `start` to `stop`, with an extension up to `end`."""
    written = text[start:stop]
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if CLOCK_BEFORE.search(before) or AFTER.match(after) or DATE.fullmatch(written):
        return False
    said = _said(before)
    if said == "phone" or _SAID_AFTER.match(after):
        return len(ascii_digits(written)) <= 15
    if written[0] in "+＋" or end > stop:
        digits = ascii_digits(written)
        return len(digits) >= 8 or (written[0] in "+＋" and _exists("00" + digits))
    alone = before.endswith("\n") and (not after or after[0] == "\n")
    return _looks_like_phone(written, said, placed=alone or bool(_PLACED.search(before)))


def _said(before: str) -> str | None:
    """Return what the last telling word before the number says it is: "phone", "other", or None."""
    words = list(_WORDS.finditer(before))
    return words[-1].lastgroup if words else None


def _looks_like_phone(written: str, said: str | None, *, placed: bool) -> bool:
    """Judge a number that no word near it calls a telephone number by the way it is written.

    `placed` says that it stands alone on a line, or right after "at" or "on", as hardly anything else of eight
    digits in one piece does.
    """
    digits, sizes = ascii_digits(written), tuple(len(group) for group in _GROUP.findall(written))
    if len(sizes) == 1:
        return said is None and (_exists(digits) or (placed and 8 <= len(digits) <= 11))
    if written[0] == "(" or "(0" in written or sizes == (3, 3, 4) or digits.startswith("00"):
        return len(digits) >= 8
    if said == "other":
        return False
    if len(sizes) == 2:
        return digits[0] == "0" and 8 <= len(digits) <= 13
    if digits[0] != "0" and sizes != (3, 3, 3) and _THOUSANDS.fullmatch(written):
        return False
    return len(sizes) <= 6 and 8 <= len(digits) <= 13 and all(2 <= size <= 5 for size in sizes[1:])


def _exists(digits: str) -> bool:
    """Say whether digits in one piece can be dialled in North America, from abroad (00), or elsewhere from a 0."""
    import phonenumbers

    for number, region in _dialled(digits):
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


def _dialled(digits: str) -> list[tuple[str, str | None]]:
    """Return the ways to read digits in one piece, each with the region from which they are dialled."""
    if digits.startswith("00"):
        return [(f"+{digits[2:]}", None)]
    if digits.startswith("0"):
        return [(digits, region) for region in _TRUNK_ZERO]
    return [(digits, "US")] if len(digits) in (10, 11) else []
