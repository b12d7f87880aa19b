"""People: names of persons, as far as rules go; no model is asked.

A name is known by what stands before it (a title, "my name is", a farewell), by what only a person does ("X grew up
in"), or because its first word is a first name that is hardly ever anything else. Names without any of these, and
most names in lower case, are not found: the README states how many.
"""

# ruff: noqa: E501, SIM905  (patterns and lists of words read better unbroken)

import re
from collections.abc import Iterator

from knowledge.privacy.names import also_words, first_names, given_names, surnames
from knowledge.privacy.spans import Span

_BIG = r"(?:[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĘĚĞĠĢĪĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŹŻŽΑ-ΩА-Я])"
_WORD = rf"{_BIG}(?:[^\W\d_]|['’](?=[^\W\d_]{{2}})|-(?={_BIG}))+"
_CAPITALISED = re.compile(rf"(?<![\w'’\[@#/.-]){_WORD}(?![\w\]@]|\.[a-z])")
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
    r"(?<![\w'’\[-])(?:[Mm]rs?|MRS?|[Mm]s|MS(?=\.|\s+[A-Z]{2,}\b)|[Mm]x|[Dd]r|DR|[Pp]rof(?:essor)?|Miss|Sir|Lord|Lady|Herr|Frau|[Mm]me|Mlle"
    rf"|Monsieur|Madame|Señora?|Sra|Signora?|Doña)\b\.? +(?P<name>{_NAME})(?![\w@])"
)
_SIGNED = re.compile(
    r"(?:^|[.!?\n]\s*)(?i:(?:(?:kind|best|warm|many)(?:est)? )?(?:regards|wishes)|thanks(?: again| so much| a lot)?"
    r"|many thanks|thank you|cheers|sincerely|yours (?:sincerely|faithfully|truly)|best|yours|love|greetings|respectfully)"
    rf"(?:[,!.]?\s*[\n,-]\s*(?P<name>{_WORD}(?: (?:{_BIG}\.? )?{_WORD}){{0,2}})[.\s]*\Z"
    rf"|,?[ \t]*\n\s*(?P<line>{_WORD}(?: (?:{_BIG}\.? )?{_WORD}){{1,2}})[ \t]*\n)"
)
_LIVED = re.compile(
    rf"(?<![\w'’\[@#/.-])(?P<name>{_NAME}),? (?:(?:who|still|once|now) )?(?:lives|lived|resides|resided|grew up|was born"
    r"|shouted|whispered|got married|is married|passed away|spent \w+ (?:years?|months?) (?:at|in|with))(?!\w)"
)
_KIN = re.compile(
    rf"(?<![\w'’\[@#/.-])(?P<name>{_BIG}[^\W\d_]+)['’]s (?:kids?|child(?:ren)?|husband|wife|son|daughter|mother|father|mom"
    r"|mum|dad|brother|sister|boyfriend|girlfriend|birthday)\b"
)
_SPOKE = re.compile(
    rf"\b(?:says|said|asks|asked|replied|starring|(?:directed|written|sung|signed) by|assistant to|ex-\w+) (?P<name>{_NAME})(?![\w@])"
)
_DEEDS = re.compile(
    r"live[sd]|reside|grew|was born|shout|whisper|married|passed away|spent|['’]s |sa[iy]|ask|repl|starring| by |ex-|assist"
)
_SMALL = r"[^\W\d_]{2,20}"
_ADDRESSEE = re.compile(
    rf"(?:^|\n|:)[^\w\n]*(?P<name>{_SMALL} {_SMALL}(?: {_SMALL})?)[ \t]*\n(?:[^\n\d]{{0,40}}\n)?[^\w\n]*\d{{1,5}}[a-zA-Z]?,? \w"
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
    still also just very really no yes never ever here there wrong spelled misspelled incorrect correct
    ive im weve youve theyve nobody somebody someone anyone anybody everybody people person persons man woman guy lady mum
    mom mama dad mother father grandma grandpa granny agent agents representative representatives rep staff crew driver
    cashier clerk receptionist waiter waitress employee employees advisor adviser teller passenger passengers guard
    guards security police boss owner owners child kids children neighbor neighbour baby family husband wife son daughter
    brother sister myself himself herself themselves yourself payment payments services word access office flight flights
    connection""".split()
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
            group = match.lastgroup or "name"
            if pattern is not _IN_SMALL or match["name"].split()[0].lower() in given_names():
                yield from _span(text, match.start(group), match.end(group))
    for pattern in (_TITLED, *((_LIVED, _KIN, _SPOKE) if _DEEDS.search(text) else ())):
        for match in pattern.finditer(text):
            if _fits(pattern, match["name"]):
                yield from _span(text, match.start("name"), match.end("name"))
    for match in _ADDRESSEE.finditer(text) if "\n" in text else ():
        if {match["name"].lower().split()[0], match["name"].lower().split()[-1]} & (first_names() | surnames()):
            yield Span(start=match.start("name"), end=match.end("name"), kind="name")
    for match in _CAPITALISED.finditer(text):
        yield from _known(text, match)


def _fits(pattern: re.Pattern[str], name: str) -> bool:
    """Say whether a match tells a person; what companies do too (they say things) asks for a name that we know."""
    word = name.split()[0].lower().removesuffix("'s").removesuffix("’s")
    if pattern is _SPOKE:
        return word in first_names() or word in surnames() - also_words()
    return pattern is not _KIN or word not in also_words() or word in first_names()


def _span(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut what follows a name and is none; yield nothing where its first word is none."""
    words = list(re.finditer(r"\S+", text[start:end]))
    for count, word in enumerate(words):
        bare = word.group().lower().strip(".,")
        if re.split(r"['’]", bare)[0] in _NO_NAME or not bare.strip("x"):
            words = words[:count]
            break
    if words:
        yield Span(start=start, end=start + words[-1].end(), kind="name")


def _known(text: str, match: re.Match[str]) -> Iterator[Span]:
    """Yield a first name that we know, with the family name that follows it."""
    word = match.group().removesuffix("'s").removesuffix("’s")
    first = word.lower().split("-")[0]
    if first not in given_names():
        return
    end, family = match.start() + len(word), ""
    if word == match.group() and (follows := _NEXT.match(text, match.end())):
        family = follows.group().split()[-1]
        if family.lower() in _NO_NAME or (
            family.isupper() and (not word.isupper() or family.lower() not in surnames())
        ):
            family = ""
        else:
            end = follows.end()
    if first not in first_names() and family.lower() not in surnames():
        return
    if (word.isupper() and len(word) < 4) or _PLACE_BEFORE.search(text, max(0, match.start() - 12), match.start()):
        return
    if _PLACE_AFTER.match(text, match.start() + len(word)) or _PLACE_AFTER.match(text, end):
        return
    yield Span(start=match.start(), end=end, kind="name")
