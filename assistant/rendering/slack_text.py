"""Words that came from data, made harmless for Slack without altering what a reader sees.

Slack gives meaning to characters in some places and not in others. In `rich_text` and `plain_text` elements words are
only words: `plain` cleans them and breaks `<`, so that no control sequence (`<!channel>`, `<url|label>`) stands
there even for a client that looked for one. A message's top-level `text` is read as mrkdwn by some clients, and is
what screen readers and notifications show: `fallback` also escapes `& < >` and takes their effect from marks,
emoji names, mentions, links and addresses.
"""

import re
import unicodedata

JOINER = "\u2060"
"""Word joiner: invisible, silent to screen readers, and it parts what must not be read as one."""

_BREAKS = re.compile(r"[\s\u2028\u2029\x85]+")
_JOINING = "\u200d\u200c"  # they join emoji and letters of Persian and Indic scripts: kept
_SHOWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")  # signs of Arabic and Syriac
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters of Hangul that show nothing
_CONTROL_SEQUENCE = re.compile(r"<(?=\S)")

_LOOK_ALIKE = {"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"}
# A mark between two letters or digits (snake_case, 3*4) opens nothing; all others might.
_MARK = re.compile(r"(?<![^\W_])[*_~`]|[*_~`](?![^\W_])")
_PARTED = re.compile(
    r"""
    ^(?=>)                      # a quotation, at the beginning of a line
    | (?<=:)(?=/)               # https://
    | (?<=[Mm]ailto:)           # mailto:somebody
    | (?<=:)(?=[\w+'-]+:)       # :emoji:
    | (?<=@)(?=\w)              # @here, somebody@company
    | (?<=\#)(?=\w)             # #channel
    | (?<=\w\.)(?=[^\W\d_])     # company.com, www.company
    """,
    re.VERBOSE,
)


def clean(text: str) -> str:
    """Return the text on one line, without control, direction and other invisible characters."""
    seen = _BREAKS.sub(" ", text)
    # A text has few different characters: each is looked at once, and the long way round is taken in C.
    hidden = {ord(character): None for character in set(seen) if _unseen(character)}
    return _BREAKS.sub(" ", seen.translate(hidden)).strip() if hidden else seen.strip()


def plain(text: str, limit: int) -> str:
    """Return at most `limit` characters of the text for a `rich_text` or `plain_text` element."""
    return clip(_CONTROL_SEQUENCE.sub("<" + JOINER, clean(text)), limit)


def fallback(text: str, limit: int) -> str:
    """Return at most `limit` characters of the text, inert and escaped, for a message's top-level `text`."""
    unmarked = _MARK.sub(lambda mark: _LOOK_ALIKE[mark[0]], clip(clean(text), limit))
    return escape(_PARTED.sub(JOINER, unmarked))


def escape(text: str) -> str:
    """Replace the three characters that Slack's markup is made of."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Cut to `limit` UTF-16 units, as strictly as any client counts, at a whole character and with an ellipsis."""
    if _units(text) <= limit:
        return text
    room, end = limit - 1, 0
    for end, character in enumerate(text):  # noqa: B007 - the position at which the room is used up is what we need
        room -= 1 if character <= "\uffff" else 2
        if room < 0:
            break
    kept = text[:end]
    while kept and (text[len(kept)] in _JOINING or kept[-1] in _JOINING or unicodedata.combining(text[len(kept)])):
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _unseen(character: str) -> bool:
    """Tell control, direction and other invisible characters, halves of characters and what is none at all."""
    if unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return character not in _JOINING and character not in _SHOWN_FORMATS
    return character in _FILLERS or ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
