"""Places: postal addresses of persons: street and number, what follows them, postcodes, post office boxes.

The name of a town alone is no address and stays: "the branch in Leeds" is what feedback is about.
"""

# ruff: noqa: E501  (patterns and lists of words read better unbroken)

import re
from collections.abc import Iterator

from knowledge.privacy.spans import Span

_BIG = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽ]"
_WORD = rf"(?:{_BIG}[\w'’.-]*|\d{{1,3}}(?:st|nd|rd|th)|of|the|de|la|le|du|des|del|van|der|den|von)"
_KIND = (
    r"(?:Street|Str|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Close|Crescent|Cres"
    r"|Terrace|Ter|Square|Sq|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Grove|Gardens|Gdns|Mews|Row|Quay|Alley|Loop"
    r"|Turnpike|Plaza|Crossing|Esplanade|Parade|Wharf|Heights|Broadway)"
)
_ROMANCE = (
    r"(?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d|[Pp]lace|[Cc]hemin|[Aa]ll[ée]e|[Qq]uai|[Vv]ia|[Vv]iale|[Cc]orso"
    r"|[Pp]iazza|[Vv]icolo|[Cc]alle|[Cc]/|[Aa]venida|[Aa]vda\.?|[Pp]aseo|[Pp]laza|[Cc]arrer|[Rr]ua|[Tt]ravessa|[Pp]raça"
    r"|[Uu]l\.|[Uu]lica|[Aa]l\.)"
)
_COMPOUND = (
    r"(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|damm|ufer|g[üu]rtel|straat|laan|gracht|plein|dijk|gatan"
    r"|v[äa]gen|vej|gade|veien|gata|katu)"
)
_MORE = (
    r"(?:,? *(?:\n *)?(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\.? ?#?[\dA-Z][\w-]{0,5})\b\.?)?"
    rf"(?:,? *(?:\n *)?,? *{_BIG}[\w'’.-]+(?: {_BIG}[\w'’.-]+){{0,3}})?"
    rf"(?:,? *(?:\n *)?,? *(?:{_BIG}{{2,3}}\b,? *)?(?:\n *)?(?:{_BIG}[\w'’.-]+(?: {_BIG}[\w'’.-]+)? +)?\d{{5}}(?:-\d{{4}})?\b)?"
)
_NUMBER = r"(?:\d{1,5}(?:[A-Za-z]|[-/]\d{1,4}[A-Za-z]?)?)"

_ENGLISH = re.compile(
    rf"(?<![\w.,$€£/:-]){_NUMBER}(?:,? {_NUMBER})?,? (?:{_WORD} ){{1,4}}{_KIND}\b\.?(?: (?:N|S|E|W|NE|NW|SE|SW)\b)?{_MORE}"
)
_SMALL = re.compile(
    r"(?<![\w.,$€£/:-])\d{1,5}[a-z]? (?:(?:north|south|east|west|[nsew]\.?) )?(?!(?:the|on|of|in|a|my|our|more|next)\b)[a-z'’]{3,15}"
    r"(?: (?!(?:the|on|of|in|down|across|off|from|and|to|per)\b)[a-z'’]{3,15})?"
    r" (?:street|road|avenue|lane|boulevard|crescent|terrace)(?:,? (?:apt|apartment|suite|flat|unit)\.? ?#?\w{1,5}\b|(?=\s*(?:[,.;\n]|$)))"
)
_LATIN = re.compile(
    rf"(?<![\w.,$€£/:-])(?:{_NUMBER}(?:,? {_NUMBER})?,? )?{_ROMANCE} (?:{_WORD} ?){{1,5}}(?:,? ?{_NUMBER}\b)?{_MORE}"
)
_GERMANIC = re.compile(
    rf"(?<!\w)(?:{_NUMBER} )?(?:{_BIG}[\w'’.-]* ){{0,2}}(?:{_BIG}[\w'’-]*{_COMPOUND}|(?i:[\w'’-]+ (?:stra(?:ß|ss)e|g[üu]rtel|utca|[úu]tja|[úu]t)))"
    rf" {_NUMBER}(?!\w)\.?{_MORE}"
)
_FLAT = re.compile(
    r"(?<!\w)(?:[Aa]pt|APT|[Aa]partment|[Ss]uite|SUITE|[Ss]te|[Ff]lat)\.? (?:#|[Nn]o\.? ?)?\d{1,5}[A-Za-z]?\b"
)
_POSTCODE = re.compile(
    r"(?<![\w-])(?:(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y])"
    r" \d[ABD-HJLNP-UW-Z]{2})"  # United Kingdom
    r"|[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d)(?![\w-])"  # Canada
)
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY PR"
)
_ZIP = re.compile(
    rf"(?<![\w-])(?:(?:{_BIG}[\w'’.-]+(?: {_BIG}[\w'’.-]+)?, )?(?:{_STATES.replace(' ', '|')}),? \d{{5}}(?:-\d{{4}})?)(?!\w)"
    r"|(?i:(?<!\w)(?:zip(?: ?code)?|post(?:al)? ?code|plz|cap|c\.p\.)(?: is|:| -)? {0,2})(?P<zip>\d{4,5}(?:-\d{4})?)(?![\w-])"
)
_BOX = re.compile(
    r"(?i:(?<!\w)(?:p\.? ?o\.? ?box|post office box|postfach|apartado|bo[iî]te postale) {0,2}#?\d{1,6})(?!\w)"
)
_ANNOUNCED = re.compile(
    r"(?i:\b(?:addresse?s?|addr|lives? at|living at|moved to|resides? at|(?:ship|deliver|return|send)(?:ped|ed)?(?: it)? to)\b)"
    r"(?:[\s?:,]*\b(?i:is|are|was|it|it's|they|here|he|she|this|new|my|below|the|with|at|to|as|follows|billing|home)\b)*[\s?:,]+"
    rf"(?P<value>\d{{1,5}}[A-Za-z]?,? (?:\d{{1,5}},? )?(?:{_WORD}|[a-zà-ž]{{3,}})(?:[,. ]*(?:\n *)?,? *(?:{_WORD}|[a-zà-ž]{{4,}}|\d{{1,6}}\b|nan\b)){{0,12}})"
)
# Looking for substrings first, one of which every match holds, is ten times faster than trying the patterns.
_COMPOUND_SIGNS = (
    "stra", "str.", "gasse", "weg", "platz", "allee", "damm", "ufer", "rtel", "laan", "gracht", "plein", "dijk", "gatan",
    "gen ", "vej", "gade", "veien", "gata", "katu", "utca", "tja", "út", "ut ",
)  # fmt: skip
_ROMANCE_SIGNS = (
    "rue ", "avenue ", "av. ", "boulevard ", "bd ", "place ", "chemin ", "allée ", "allee ", "quai ", "via ", "viale ", "corso ",
    "piazza ", "vicolo ", "calle ", "c/ ", "avenida ", "avda", "paseo ", "plaza ", "carrer ", "rua ", "travessa ", "praça ",
    "ul. ", "ulica ", "al. ",
)  # fmt: skip
_CODE_SIGNS = ("zip", "post", "plz", "box", "apart", "apt", "suite", "ste", "flat", "cap", "c.p.", "boite", "boîte")
_CODE_SIGN = re.compile(r"[A-Z]\d|[A-Z],? \d{5}")
_ENDS_IN_CODE = re.compile(
    rf"(?:[ \t]*\n[ \t]*(?:,? *(?:nan\b|{_BIG}[\w'’.()-]*|\d+[\w-]*)[ ,.]*){{0,5}}){{1,4}}(?<=\d\d\d\d)(?!\w)"
)


def find(text: str) -> list[Span]:
    """Return postal addresses; every one of them holds a digit. Parts that overlap are one."""
    merged: list[Span] = []
    for span in sorted(_parts(text), key=lambda span: span.start):
        if merged and span.start < merged[-1].end:
            span = Span(start=merged[-1].start, end=max(span.end, merged.pop().end), kind=span.kind)
        merged.append(span)
    return merged


def _parts(text: str) -> Iterator[Span]:
    low = text.lower()
    patterns: list[tuple[re.Pattern[str], int | str]] = [(_ENGLISH, 0), (_SMALL, 0), (_ANNOUNCED, "value")]
    patterns += [(_LATIN, 0)] if any(sign in low for sign in _ROMANCE_SIGNS) else []
    patterns += [(_GERMANIC, 0)] if any(sign in low for sign in _COMPOUND_SIGNS) else []
    for pattern, group in patterns:
        for match in pattern.finditer(text):
            if _is_address(match[group], announced=pattern is _ANNOUNCED):
                yield _span(*match.span(group), text)
    if any(sign in low for sign in _CODE_SIGNS) or _CODE_SIGN.search(text):
        for pattern in (_FLAT, _POSTCODE, _BOX):
            for match in pattern.finditer(text):
                yield _span(match.start(), match.end(), text)
        for match in _ZIP.finditer(text):
            yield _span(*(match.span("zip") if match["zip"] else match.span()), text)


def _is_address(words: str, *, announced: bool) -> bool:
    """Say whether there is a number that counts nothing; where only a word announces it, two of them."""
    numbers = sum(map(str.isdigit, re.split(r"[\W_]+", words)))
    return (numbers >= 2 if announced else any(map(str.isdigit, words))) and not _COUNTED.match(words)


_COUNTED = re.compile(
    r"\d+ (?i:minutes?|hours?|days?|weeks?|months?|years?|times?|stars?|people|persons|items?|calls?|emails?|dollars?|pounds?"
    r"|euros?|miles?|km|am|pm|of|the|out|other|more|different)\b"
)


def _span(start: int, end: int, text: str) -> Span:
    """Return the span with the lines that follow, where these lead to a postcode at the end of one."""
    if more := _ENDS_IN_CODE.match(text, end):
        end = more.end()
    while end > start and text[end - 1] in " ,\n":
        end -= 1
    return Span(start=start, end=end, kind="address")
