"""People: names of persons, as far as rules go; no model is asked.

A name is known by what stands before it (a title, "my name is", a farewell), or because its first word is a first
name that is hardly ever anything else. Names without either, and names written in lower case without an announcement,
are not found: the README states how many.
"""

# ruff: noqa: E501, SIM905  (patterns and lists of words read better unbroken)

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from knowledge.privacy.spans import Span

_BIG = r"(?:[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞĠĢĪĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽΑ-ΩА-Я])"
_WORD = rf"{_BIG}(?:[^\W\d_]|['’](?=[^\W\d_]{{2}})|-(?={_BIG}))+"
_CAPITALISED = re.compile(rf"(?<![\w'’\[@#/.-]){_WORD}(?![\w\]@])")
_NEXT = re.compile(rf"(?: (?:{_BIG}\.? )?(?:(?:van|von|der|den|de|del|della|di|da|dos|al|el|bin|ibn|la|le|ten|ter) ){{0,2}}{_WORD})(?![\w@])")  # fmt: skip

_NAME = rf"{_WORD}(?:(?: {_BIG}\.)? (?:(?:van|von|der|den|de|del|di|da|al|el|bin) ){{0,2}}{_WORD}){{0,3}}"
_ANNOUNCED = re.compile(
    r"(?:"
    r"(?i:\b(?:my|his|her|your|their|our|husband'?s?|wife'?s?|partner'?s?|son'?s?|daughter'?s?|mother'?s?|father'?s?|mom'?s?"
    r"|dad'?s?|friend'?s?|boss'?s?|agent'?s?|rep'?s?|manager'?s?|first|last|full|given|family|maiden)\s+"
    r"(?:full |first |last |real |legal |maiden |new |old )?(?:sur)?name(?:'s|’s| is| was|:|\?),? +)"
    r"|(?i:\b(?:husband|wife|partner|son|daughter|mother|father|mom|dad|friend|boss|agent|rep|manager)['’]?s name )(?=\S*[a-z])"
    r"|\b(?:[Mm]y|[Oo]ur) (?:kid|child|son|daughter|husband|wife|brother|sister|friend|colleague|boss|cousin|mother|father) (?=\w[a-z])"
    r"|(?i:\bunder the name(?: of)? +)"
    r"|(?i:\bname on (?:the|my|this|that) (?:\w+ ){1,2}(?:is|was|:) *)"
    r"|(?i:^[ \t]*(?:sur|first |last |full |contact |customer )?name *[:=] *)"
    r"|(?i:\b(?:agent|rep|representative|colleague|manager|supervisor|advis[eo]r|assistant|driver|employee|waiter|waitress"
    r"|nurse|doctor|teacher) (?:(?:is|was) )?(?:named|by the name of) +)"
    r"|(?i:\b(?:man|woman|lady|guy|gentleman|girl|boy|person|someone|somebody) (?:named|called|by the name of) +)"
    r"|(?i:\b(?:people|friends|they|you can|everyone) (?:just )?call(?:s|ed)? me +)"
    r")"
    rf"(?P<name>{_NAME})(?![\w@])",
    re.MULTILINE,
)
_IN_SMALL = re.compile(
    r"\bmy (?:full )?name(?:'s|’s| is) +(?P<name>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)(?=[ \t]*(?:[.,;!?\n]|$|and\b))",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"(?<![\w'’\[-])(?:[Mm]rs?|MRS?|[Mm]s|MS|[Mm]x|[Dd]r|DR|[Pp]rof(?:essor)?|Miss|Sir|Lord|Lady|Herr|Frau|[Mm]me|Mlle"
    rf"|Monsieur|Madame|Señora?|Sra|Signora?|Doña)\b\.? +(?P<name>{_NAME})(?![\w@])"
)
_SIGNED = re.compile(
    r"(?:^|[.!?\n]\s*)(?i:(?:(?:kind|best|warm|many)(?:est)? )?(?:regards|wishes)|thanks(?: again| so much| a lot)?"
    r"|many thanks|thank you|cheers|sincerely|yours (?:sincerely|faithfully|truly)|best|yours|love|greetings|respectfully)"
    rf"[,!.]?\s*[\n,-]\s*(?P<name>{_WORD}(?: (?:{_BIG}\.? )?{_WORD}){{0,2}})[.\s]*\Z"
)
_SIGNS = re.compile(
    r"name|named|call|(?:my|our) (?:kid|child|son|daughter|husband|wife|brother|sister|friend|colleague|boss|cousin|mother|father) |regards|wishes|thank|cheers|sincerely|yours|best|love|greetings|respectfully",
    re.I,
)

_NO_NAME = frozenset(
    """the a an i we you he she it they my your our this that these those not in on at to for and or but so if when
    where what who why how is are was were be been customer customers service support team account accounts bank banking
    card credit debit monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december asap back please now today tomorrow later again after before then
    english spanish french german american british company department manager store shop order orders app website email
    phone inc llc ltd corp gmbh airlines airways airport lounge hotel insurance mortgage loan loans street road avenue
    drive lane united states kingdom america europe new north south east west http https www all everyone sir madam none
    still also just very really no yes never ever here there wrong spelled misspelled incorrect correct""".split()
)
_ALSO_WORDS = frozenset(
    """art bill bob brook carol chance chase christian chuck dean dick don drew eve faith frank gene grace grant hope jack
    jay joy june lance mark max may melody miles misty nick norm olive page pat patience penny pierce ray rich rob rod
    rose ruby rusty sage skip sue sunny terry trinity victor violet wade will wally ivy iris hazel daisy lily april august
    dawn amber ginger holly heather jasmine crystal summer autumn angel destiny harmony precious jordan austin dallas
    charlotte florence sydney paris madison georgia virginia carolina victoria alexandria santiago luna nova max
    guy jean lee kim ross morgan blanca celeste pearl roman noel harvey warren harry pilar alma stella mercedes scott
    norman love sandy lena dolores gloria regina angelica curtis stanley nelson howard stewart marvin wayne don randy
    jin chen jun yan jan eva""".split()
)


_PLACE_BEFORE = re.compile(
    r"\b(?:[Hh]urricane|[Ss]torm|Code|Stat\.|San|Santa|Santo|S[aã]o|Saint|St\.?|Ste|Fort|Port|Lake|Mount|Mt|King|Queen|Bloody|Big|Don|Ben) \Z"
)
_PLACE_AFTER = re.compile(
    r"['’]?s? (?:Airport|Airlines?|Air|Airways|Lounge|lounge|Terminal|terminal|Station|Hotel|Tavern|Bar|Street|St|Road|Avenue"
    r"|Bank|Stadium|University|College|School|Hospital|Park|Island|Beach|Gurion|Gaulle|de Gaulle|Walker)\b"
)


def find(text: str) -> Iterator[Span]:
    """Yield names of persons."""
    for pattern in (_ANNOUNCED, _IN_SMALL, _SIGNED) if _SIGNS.search(text) else ():
        for match in pattern.finditer(text):
            if pattern is not _IN_SMALL or match["name"].split()[0].lower() in _first_names() | _ALSO_WORDS:
                yield from _span(text, match.start("name"), match.end("name"))
    for match in _TITLED.finditer(text):
        yield from _span(text, match.start("name"), match.end("name"))
    for match in _CAPITALISED.finditer(text):
        yield from _known(text, match)


def _span(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut what follows a name and is none; yield nothing where its first word is none."""
    words = list(re.finditer(r"\S+", text[start:end]))
    for count, word in enumerate(words):
        bare = word.group().lower().strip(".,")
        if bare in _NO_NAME or not bare.strip("x"):
            words = words[:count]
            break
    if words:
        yield Span(start=start, end=start + words[-1].end(), kind="name")


def _known(text: str, match: re.Match[str]) -> Iterator[Span]:
    """Yield a first name that we know, with the family name that follows it."""
    word = match.group().removesuffix("'s").removesuffix("’s")
    first = word.lower().split("-")[0]
    if first not in _first_names() and first not in _ALSO_WORDS:
        return
    end, family = match.start() + len(word), ""
    if word == match.group() and (follows := _NEXT.match(text, match.end())):
        family = follows.group().split()[-1]
        if family.lower() in _NO_NAME or (family.isupper() and not word.isupper()):
            family = ""
        else:
            end = follows.end()
    if first in _ALSO_WORDS and family.lower() not in _surnames():
        return
    if (word.isupper() and len(word) < 4) or _PLACE_BEFORE.search(text, max(0, match.start() - 8), match.start()):
        return
    if _PLACE_AFTER.match(text, match.start() + len(word)) or _PLACE_AFTER.match(text, end):
        return
    yield Span(start=match.start(), end=end, kind="name")


@cache
def _first_names() -> frozenset[str]:
    return _read("first_names.txt") - _ALSO_WORDS


@cache
def _surnames() -> frozenset[str]:
    return _read("surnames.txt")


def _read(name: str) -> frozenset[str]:
    lines = resources.files("knowledge.privacy").joinpath(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
