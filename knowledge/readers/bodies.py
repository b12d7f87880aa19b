"""What a customer wrote, out of the body of an e-mail or a web page: no tags, no quoted history, no signature.

Help desks export whole messages. Of one, three things are not the customer's words of that day: the markup, the
messages quoted below (our own replies among them, which would count as complaints), and what a mail program adds.
They go. What is written below a quotation stays, and so does a text that holds nothing but a quotation: better all of
it than nothing. "Kind regards" goes where a name is all that follows.

Our own, because it must be careful: libraries for replies expect a mail, and cut in a review whatever resembles one.
"""

import html
import re
from html.parser import HTMLParser

_TAG = re.compile(
    r"<(?:/?(?:html|body|div|p|br|span|b|i|u|em|strong|a|ul|ol|li|table|tr|td|th|tbody|blockquote|font|img|style|h[1-6]"
    r"|hr|pre|section|head|meta)\b[^<>]*|!--|!doctype\b[^<>]*)>",
    re.I,
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.I)
_MAIL = re.compile(r"^\s*>|\b(?:wrote|schrieb|écrit|escribió|scritto|schreef)\b.{0,120}:\s*$|^\s*(?:-{2,}|_{5,})|"
                   r"\b(?:regards|wishes|sincerely|cheers|grüße|grüßen|cordialement|saludos)\b|sent from my|"
                   r"get outlook for|^##-|^(?:from|von|de): ", re.I | re.M)  # fmt: skip
_HISTORY = re.compile(
    r"^[ \t]*(?:"
    r"(?:on|am|le|el|il|op)\b(?=[^\n]*\d)[^\n]{4,160}(?:\n[^\n]{0,100})?"
    r"\b(?:wrote|schrieb|écrit|escribió|scritto|schreef)\b[^\n]{0,120}:[ \t]*$"
    r"|-{2,}[ \t]*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine)[ \t]*-{2,}"
    r"|_{10,}[ \t]*\r?\n[ \t]*(?:from|von|de):"
    r"|(?:from|von|de): [^\n]+\r?\n[ \t]*(?:sent|date|gesendet|envoyé|enviado|to|an|à): [^\n]+$"
    r"|##- .{0,80} -##"
    r")",
    re.I | re.M,
)
_DEVICE = re.compile(
    r"^[ \t]*(?:sent from my [^\n]{2,40}|sent from [^\n]{2,30} for [^\n]{2,30}|get outlook for [^\n]{2,30}"
    r"|von meinem [^\n]{2,30} gesendet|envoyé de mon [^\n]{2,30}|enviado desde mi [^\n]{2,30})\.?[ \t]*$",
    re.I | re.M,
)
_CLOSING = re.compile(
    r"\n[ \t]*(?:(?:with )?(?:best|kind|kindest|warm|many)? ?(?:regards|wishes)"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely|cheers"
    r"|mit freundlichen grüßen|viele grüße|cordialement|saludos)"
    r"[,.!]?[ \t]*(?P<name>(?:\n[^\n]*)*)$",
    re.I,
)
_DASHES = re.compile(r"^--[ \t]*$", re.M)
LONGEST_QUOTED = 1_000
"""Characters of a line of a quoted mail; a longer one is a page that somebody pasted, with words of their own."""
SIGNATURE_LINES = 8
"""Lines that a signature after two dashes may have."""
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "div", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "section", "table", "tr", "ul"}
)
_DROPPED = frozenset({"head", "script", "style", "title"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_QUOTES = re.compile(
    r"gmail_quote|gmail_attr|gmail_signature|yahoo_quoted|moz-cite-prefix|divRplyFwdMsg|zd-quote", re.I
)


def body_text(text: str) -> str:
    """Return what a customer wrote in `text`, which is returned as it is where nothing speaks of markup or mail.

    >>> body_text("<p>It broke &amp; burned.</p><blockquote>Dear customer</blockquote>")
    'It broke & burned.'
    """
    if "<" in text and _TAG.search(text):
        text = _plain(text)
    elif "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    text = text.replace("\u00a0", " ").replace("\u200b", "") if not text.isascii() else text
    return _without_mail(text).strip() if _MAIL.search(text) else text


def _plain(markup: str) -> str:
    """Return the text of HTML; quoted mails are left out unless there is nothing else."""
    shown = _Text(quotes=False).read(markup)
    return shown or _Text(quotes=True).read(markup)


def _without_mail(text: str) -> str:
    text = text.replace("\r\n", "\n")
    kept = _unquoted(text)
    if history := _HISTORY.search(kept):
        below = kept[history.end() :] if history.group().startswith("##-") else ""
        kept = kept[: history.start()] + below
    kept = _DEVICE.sub("", kept).rstrip()
    for dashes in _DASHES.finditer(kept):
        if kept.count("\n", dashes.end()) <= SIGNATURE_LINES:
            kept = kept[: dashes.start()].rstrip()
            break
    if (closing := _CLOSING.search(kept)) and _is_name(closing["name"]):
        kept = kept[: closing.start()]
    return kept if kept.strip() else text


def _unquoted(text: str) -> str:
    """Drop the lines that begin with `>`, and the line that introduces them, so that answers below them stay."""
    lines = text.split("\n")
    quoted = [line.lstrip().startswith(">") and len(line) <= LONGEST_QUOTED for line in lines]
    if not any(quoted) or (sum(quoted) < 2 and not _HISTORY.search(text)):  # "> 1 hour" is no quotation
        return text
    kept = [line for line, old in zip(lines, quoted, strict=True) if not old]
    head = "\n".join(kept[: quoted.index(True)])
    if history := _HISTORY.search(head):
        head = head[: history.start()].rstrip()
    return "\n".join([head, *kept[quoted.index(True) :]])


def _is_name(after: str) -> bool:
    """Return whether what follows a farewell is a name and perhaps an office, and no more of the message."""
    lines = [line for line in after.split("\n") if line.strip()]
    return len(lines) <= 4 and all(len(line.split()) <= 5 for line in lines)


class _Text(HTMLParser):
    """Collects what a reader sees; what cannot be parsed is taken as it stands, as browsers do."""

    def __init__(self, *, quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._quotes, self._parts = quotes, list[str]()
        self._open: list[tuple[str, bool]] = []  # each open element, and whether what is in it is hidden

    def read(self, markup: str) -> str:
        self.feed(markup)
        self.close()
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._parts.append("\n")
        if tag not in _VOID:
            marks = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
            quoted = tag == "blockquote" or bool(_QUOTES.search(marks))
            self._open.append((tag, self._hidden or tag in _DROPPED or (quoted and not self._quotes)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._parts.append("\n")
        if any(tag == name for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data.replace("\n", " "))

    @property
    def _hidden(self) -> bool:
        return bool(self._open) and self._open[-1][1]
