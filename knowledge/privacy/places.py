"""Places: postal addresses of persons: street and number, what follows them, postcodes, post office boxes.

The name of a town alone is no address and stays: "the branch in Leeds" is what feedback is about.
"""

# ruff: noqa: E501  (patterns and lists of words read better unbroken)

import re
from collections.abc import Iterator

from knowledge.privacy.names import given_names
from knowledge.privacy.spans import Span

_BIG = r"[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽ]"
_WORD = rf"(?:{_BIG}[\w'’.-]*|\d{{1,3}}(?:st|nd|rd|th)|of|the|de|la|le|du|des|del|van|der|den|von)"
_CHIEF = rf"(?:{_BIG}[\w'’.-]*|\d{{1,3}}(?:st|nd|rd|th))"
"""The word before the kind of a street: "7 Meals of the Spring" is no address."""
_KIND = (
    r"(?:Street|Str|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Close|Crescent|Cres"
    r"|Terrace|Ter|Square|Sq|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Grove|Gardens|Gdns|Mews|Row|Quay|Alley|Loop"
    r"|Turnpike|Plaza|Crossing|Esplanade|Parade|Wharf|Heights|Broadway|Junction|Causeway|Throughway|Expressway|Freeway|Bypass"
    r"|Meadows?|Ridge|Hollow|Valley|Knolls?|Falls|Orchard|Manor|Canyon|Creek|Glens?|Cove|Bend|Walk|Hills?|Views?|Vista|Viaduct"
    r"|Path|Pike|Village|Estates?|Landing|Mills?|Fields|Forge|Forks|Shores?|Springs?|Woods|Chowk|Nagar|Marg)"
)
_ROMANCE = (
    r"(?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d|[Pp]lace|[Cc]hemin|[Aa]ll[ée]e|[Qq]uai|[Vv]ia|[Vv]iale|[Cc]orso"
    r"|[Pp]iazza|[Vv]icolo|[Cc]alle|[Cc]/|[Aa]venida|[Aa]vda\.?|[Pp]aseo|[Pp]laza|[Cc]arrer|[Cc]amino|[Cc]tra\.|[Cc]arretera|[Rr]onda|[Rr]ambla|[Gg]lorieta|[Pp]asaje|[Tt]ravesía|[Ss]trada|[Bb]orgo|[Vv]ico"
    r"|[Cc]ontrada|[Ll]argo|[Aa]lameda|[Ee]strada|[Rr]odovia|[Pp]l\.|[Pp]lac|[Aa]leja|[Nn]ám(?:\.|ěstí)|[Rr]ua|[Tt]ravessa|[Pp]raça"
    r"|[Uu]l\.|[Uu]lica|[Aa]l\.)"
)
_COMPOUND = (
    r"(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|damm|ufer|g[üu]rtel|straat|laan|gracht|plein|dijk|gatan"
    r"|v[äa]gen|vej|gade|veien|gata|katu|torget|bakken|grenda|gaten|kroken|stræde|kuja|polku|boulevard|singel|kade|steeg|pad"
    r"|-Ring|-Weg|-Hof|sk[áé]|ck[áé])"
)
_MORE = (
    r"(?:,? *(?:\n *)?(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\.? ?#?[\dA-Z][\w-]{0,5})\b\.?)?"
    rf"(?:,? *(?:\n *)?,? *{_BIG}[\w'’.-]+(?: {_BIG}[\w'’.-]+){{0,3}})?"
    rf"(?:,? *(?:\n *)?,? *(?:{_BIG}{{2,3}}\b,? *)?(?:\n *)?(?:{_BIG}[\w'’.-]+(?: {_BIG}[\w'’.-]+)? +)?(?:\d{{5}}(?:-\d{{4}})?|[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})\b)?"
)
_NUMBER = r"(?:\d{1,5}(?:[A-Za-z]|[-/]\d{1,4}[A-Za-z]?)?)"

_ENGLISH = re.compile(
    rf"(?<![\w.,$€£/:-]){_NUMBER}(?:,? {_NUMBER})?,? (?:{_WORD} ){{0,3}}{_CHIEF} {_KIND}\b\.?(?: (?:N|S|E|W|NE|NW|SE|SW)\b)?{_MORE}"
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
    rf"(?<!\w)(?:{_NUMBER} )?(?:{_BIG}[\w'’.-]* ){{0,2}}(?:{_BIG}[\w'’-]*{_COMPOUND}|(?i:[\w'’-]+ (?:stra(?:ß|ss)e|g[üu]rtel|utca|t[ée]r|[úu]tja|[úu]t)))"
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
    "PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP PW MH FM AA AE AP"
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
_STREET = (
    rf"(?:{_BIG}[\w'’.-]*,? (?:(?:de|da|do|di|dei|del|della|du|des|la|le|van|der|den|von|nad|pod|of) ){{0,2}}){{1,5}}"
)
_CODE = r"(?:\d{4} ?[A-Z]{2}|\d{5}(?:-\d{3,4})?|\d{3} \d{2}|\d{2}-\d{3}|\d{6}|\d{8}|(?!19|20)\d{4})"
_CODED = re.compile(
    rf"(?<![\w.,$€£/:-])(?!(?i:zip|plz|order|invoice|ticket|flight|gate|terminal|row|seat|line|version)\b)(?:{_NUMBER},? )?{_STREET}{_NUMBER}(?:[, ]+(?:[\w.]+ ){{0,2}}\d{{1,3}})?(?:, {_BIG}[\w'’ -]{{2,30}})?"
    rf" {{0,2}}[,\n]\s{{0,3}}{_CODE},?\s{_BIG}[\w'’.-]+(?: {_BIG}[\w'’.-]+){{0,2}}"
)
"""Street and number, postcode and town, as on the continent of Europe."""
_TOWN_FIRST = re.compile(
    rf"(?<![\w.,$€£/:-])(?:(?:H\. ?No\. ?)?{_NUMBER},?\s{_STREET}|{_STREET}{_NUMBER}(?: [A-Z]\w+ \d{{1,3}})?)(?<![ ]) ?,?\s{{1,2}}"
    rf"(?:{_BIG}[\w'’.-]+ ?){{1,3}}(?:, (?:\d{{5,6}})|[ -]\d{{6}}|, (?:ACT|NSW|NT|QLD|SA|TAS|VIC|WA),? \d{{4}}"
    r"|, (?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT) [A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\w)"
)
_LETTER_HEAD = re.compile(
    rf"(?:\A|\n)[^\w\n]*(?P<name>{_BIG}[^\W\d_]+)(?: {_BIG}[\w'’.-]*){{1,2}}[ \t]*\n[^\w\n]*"
    rf"(?P<value>(?:{_STREET}{_NUMBER}|{_NUMBER},? (?:{_BIG}[\w'’.-]+ ?){{1,4}})(?=[ \t]*(?:[,\n]|\Z)))"
)
"""Someone's name on one line, and below it a line that begins or ends with a number."""
_AMERICAN = re.compile(
    rf"(?<![\w.,$€£/:-]){_NUMBER} (?:{_WORD} ?){{1,4}}(?:(?:Apt|Suite|Ste|Unit)\.? \w{{1,5}})?,?\s{{1,2}}(?:{_BIG}[\w'’.-]+ ?){{1,3}},"
    rf" (?:{_STATES.replace(' ', '|')}),? \d{{5}}(?:-\d{{4}})?\b"
)
_HOME = re.compile(
    r"(?i:\b(?:(?:my|his|her|our|their|your|billing|shipping|delivery|home|postal|mailing|new|old) address(?:es)?|i? ?liv(?:e|es|ed|ing) at|resides? at))"
    r"(?:[\s?:,]*\b(?i:is|are|was|it|it's|they|here|this|still|now)\b)*[\s?:,]+"
    rf"(?P<value>(?:{_STREET}{_NUMBER}(?!\w)|{_NUMBER},? (?:{_BIG}[\w'’.-]+ ?){{1,4}}(?<! )){_MORE})"
)
# Looking for substrings first, one of which every match holds, is ten times faster than trying the patterns.
_COMPOUND_SIGNS = (
    "stra", "str.", "gasse", "weg", "platz", "allee", "damm", "ufer", "rtel", "laan", "gracht", "plein", "dijk", "gatan",
    "gen ", "vej", "gade", "veien", "gata", "katu", "utca", "tér ", "tja", "út", "ut ", "torget", "bakken", "grenda", "gaten", "kroken",
    "stræde", "kuja", "polku", "boulevard", "singel", "kade", "steeg", "pad ", "-ring", "-hof", "ská", "ské", "cká", "cké",
)  # fmt: skip
_ROMANCE_SIGNS = (
    "rue ", "avenue ", "av. ", "boulevard ", "bd ", "place ", "chemin ", "allée ", "allee ", "quai ", "via ", "viale ", "corso ",
    "piazza ", "vicolo ", "calle ", "c/ ", "avenida ", "avda", "paseo ", "plaza ", "carrer ", "rua ", "travessa ", "praça ",
    "ul. ", "ulica ", "al. ", "camino ", "ctra. ", "carretera ", "ronda ", "rambla ", "glorieta ", "pasaje ", "travesía ",
    "strada ", "borgo ", "vico ", "contrada ", "largo ", "alameda ", "estrada ", "rodovia ", "pl. ", "plac ", "aleja ", "nám",
)  # fmt: skip
_CODE_SIGNS = ("zip", "post", "plz", "box", "apart", "apt", "suite", "ste", "flat", "cap", "c.p.", "boite", "boîte")
_CODE_LIKE = re.compile(r"[,\n] {0,2}\d{2}[\d -]{2}|[A-Z]{2,3},? \w{3}|[ -]\d{6}\b")
_CODE_SIGN = re.compile(r"[A-Z]\d|[A-Z],? \d{5}")
_ENDS_IN_CODE = re.compile(
    r"(?:[ \t]*\n[^\w\n]*(?:(?:[^\W\d_][\w'’.()-]*|\d+[\w-]*)(?:[ ,]+|(?=\n|\Z))){0,4}){1,4}(?:(?<=\d{4})|(?<=\d[A-Z]{2})|(?<=\d[A-Z]\d))(?=[\s.,]|\Z)"
)
"""Short lines, the last of which ends in a postcode."""
_LINE_BEFORE = re.compile(
    rf"(?:\A|\n)[^\w\n]*(?P<line>\d{{1,5}}[A-Za-z]?,? [\w'’.-]+(?: [\w'’.,/-]+){{0,4}}|(?:{_BIG}[\w'’.-]+,? ){{1,4}}\d{{1,4}}[A-Za-z]?)"
    r"[ \t]*,?[ \t]*\n[^\w\n]*\Z"
)
_START_OF_LINE = re.compile(r"(?:\A|\n)[^\w\n]*(?P<line>\d{1,5}[A-Za-z]?,? (?:[\w'’.-]+ ){0,3})\Z")
_TOWN_AFTER = re.compile(rf"\d{{1,5}}[A-Za-z]?,? (?:{_BIG}[\w'’.-]+ ?){{1,4}}(?:\d{{1,5}})?,\s{_BIG}")
_REACH = 80
"""How many characters before a part of an address are looked at for its beginning."""


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
    patterns += [(_HOME, "value")] if "addres" in low or "liv" in low or "resid" in low else []
    patterns += [(_CODED, 0), (_AMERICAN, 0), (_TOWN_FIRST, 0)] if _CODE_LIKE.search(text) else []
    patterns += [(_LATIN, 0)] if any(sign in low for sign in _ROMANCE_SIGNS) else []
    patterns += [(_GERMANIC, 0)] if any(sign in low for sign in _COMPOUND_SIGNS) else []
    patterns += [(_LETTER_HEAD, "value")] if "\n" in text else []
    for pattern, group in patterns:
        for match in pattern.finditer(text):
            if pattern is _LETTER_HEAD and match["name"].lower() not in given_names():
                continue
            announced = pattern is _ANNOUNCED and not _TOWN_AFTER.match(match[group])
            if _is_address(match[group], announced=announced):
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
    """Return the span with what belongs to it on lines of its own: a house number before it, lines up to a postcode."""
    if more := _ENDS_IN_CODE.match(text, end):
        end = more.end()
    before = text[max(0, start - _REACH) : start]
    if (more := _START_OF_LINE.search(before)) or (not text[start].isdigit() and (more := _LINE_BEFORE.search(before))):
        start -= len(before) - more.start("line")
    while end > start and text[end - 1] in " ,\n":
        end -= 1
    return Span(start=start, end=end, kind="address")
