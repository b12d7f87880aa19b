"""Online: e-mail addresses, links that carry secrets, IP and MAC addresses."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from knowledge.privacy.spans import Span, spans_of

_LOCAL = re.compile(r"""(?:"[^"\n]{1,62}"|[\w.!#$%&'*+/=?^`{|}~-]{0,63}[\w+~$=-])$""")
_DOMAIN = re.compile(r"(?:[^\W_][\w-]{0,62}[.．。]){1,8}(?:xn--[\w-]{2,59}|[^\W\d_]{2,63})|\[[\da-fA-F:.]{7,45}\]")
_SPELT = re.compile(
    r"(?<![\w.+-])[\w+-][\w.+-]{0,63} {0,2}(?:\[at\]|\(at\)|\{at\}|<at>| at (?!the |a )) {0,2}\w[\w-]{0,62}"
    r"(?: {0,2}(?:\[dot\]|\(dot\)|\{dot\}|<dot>| dot ) {0,2}[a-z][\w-]{1,30}){1,3}(?!\w)",
    re.IGNORECASE,
)

_LINK = re.compile(r"(?:\b[a-z][a-z0-9+]{1,9}://|\bwww\.)[^\s<>\"]+", re.IGNORECASE)
_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|passcode|auth|signature|^sig$|api_?key|^key$|session|^sid$|^code$|otp|jwt|credential"
    r"|e?mail|phone|^tel$|user|customer|account|iban|^card|^ssn$|^uid$|invite|reset|magic|hash|nonce|^state$",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[^\d]{0,200}\d)(?=[^a-z]{0,200}[a-z])[a-z0-9+/]{12,}", re.IGNORECASE)

_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)", re.ASCII)
_VERSION = re.compile(
    r"(?:\b(?:v|ver|vers|versions?|release|build|firmware|update|ios|android|app|section|chapter|§)\b\W{0,3}|\bv)$",
    re.I,
)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?![\w:])", re.A | re.I)
_IPV4_SIGN = re.compile(r"\d\.\d{1,3}\.\d")
_MAC = re.compile(
    r"(?<![\w:.-])(?:(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|(?=[\d-]*[a-f])(?:[0-9a-f]{2}-){5}[0-9a-f]{2})(?![\w:-])",
    re.ASCII | re.IGNORECASE,
)


def find(text: str) -> list[Span]:
    """Return e-mail addresses, links that carry secrets, IP and MAC addresses."""
    return [*_emails(text), *_links(text), *_machines(text)]


def _emails(text: str) -> Iterator[Span]:
    """Yield addresses as written, and those spelt out ("ann at example dot com").

    The part before the sign is searched backwards from it in a window of bounded width, so that a long text
    without spaces costs no more than any other.
    """
    for sign in ("@", "＠"):
        at = text.find(sign)
        while at >= 0:
            window = max(0, at - 64)
            local, domain = _LOCAL.search(text[window:at]), _DOMAIN.match(text, at + 1)
            if local and domain:
                yield Span(start=window + local.start(), end=domain.end(), kind="email")
            at = text.find(sign, at + 1)
    if "dot" in text.lower():
        yield from spans_of("email", _SPELT, text)


def _links(text: str) -> Iterator[Span]:
    """Yield the links that carry a secret or a person; a plain link stays, and its host with it."""
    if "://" not in text and "www." not in text.lower():
        return
    for match in _LINK.finditer(text):
        link = match.group().rstrip(".,;:!?)]}'’”")
        if _carries_secret(link):
            yield Span(start=match.start(), end=match.start() + len(link), kind="link")


def _carries_secret(link: str) -> bool:
    try:
        parts = urlsplit(link if "://" in link else f"//{link}")
    except ValueError:  # a malformed host: keep only what cannot hold anything
        return any(sign in link for sign in "@?=#")
    if "@" in parts.netloc or "@" in unquote(parts.path + parts.query + parts.fragment):
        return True
    fields = parse_qsl(f"{parts.query}&{parts.fragment}", keep_blank_values=False)
    if any(_SECRET_NAME.search(name) or _is_token(value) for name, value in fields):
        return True
    return any(_is_token(unquote(part)) for part in [*parts.path.split("/"), parts.fragment])


def _is_token(value: str) -> bool:
    """Say whether a value looks made by a machine to be secret: letters and digits mixed, and long."""
    return bool(_UUID.search(value) or any(_TOKEN.fullmatch(part) for part in re.split(r"[-_.=~]", value)))


def _machines(text: str) -> Iterator[Span]:
    """Yield IP and MAC addresses; what a word calls a version ("version 1.2.3.4") is none."""
    if text.count(":") >= 5 or text.count("-") >= 5:
        yield from spans_of("mac", _MAC, text)
    if _IPV4_SIGN.search(text):
        for match in _IPV4.finditer(text):
            before = text[max(0, match.start() - 16) : match.start()]
            if not _VERSION.search(before) and _is_ip(match.group()):
                yield Span(start=match.start(), end=match.end(), kind="ip")
    if text.count(":") >= 2:
        for match in _IPV6.finditer(text):
            if _is_ip(match.group()) and _tells_a_machine(match.group()):
                yield Span(start=match.start(), end=match.end(), kind="ip")


def _is_ip(written: str) -> bool:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        return False
    return True


def _tells_a_machine(address: str) -> bool:
    """Say whether an IPv6 address is more than the `::` of program text, or a word and a colon."""
    groups = [group for group in address.split(":") if group]
    return len(groups) >= 3 or any(len(g) >= 3 and any(c.isdigit() for c in g) for g in groups)
