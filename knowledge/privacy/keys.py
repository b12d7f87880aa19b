"""Keys: tokens and keys of well-known services, JSON web tokens, and values that a word announces as secret."""

import re
from collections.abc import Iterator

from knowledge.privacy.spans import Span, spans_of

_KNOWN = re.compile(
    r"(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]{6,}(?:\.[\w-]*)?"  # RFC 7519
    r"|(?=[\w-]*\d)(?:sk|pk|rk)[-_](?:(?:live|test|proj|ant)[-_])?\w[\w-]{15,}"
    r"|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|xapp-[\w-]{10,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|hf_\w{20,}|npm_\w{20,}"
    r"|(?:gsk|shp(?:at|ca|pa|ss)|dop_v1|dckr_pat|lin_api|glsa|figd)_[\w-]{20,}|pypi-[\w-]{30,}|ATATT3[\w=-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,})"
    r"(?!\w)"
)
_PEM = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\w+/=\s]{0,8000}(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?")
_ANNOUNCED = re.compile(
    r"\b(?:(?:api|access|secret|private|auth|client|session)[ _-]?(?:key|token|secret)|bearer|token|secret"
    r"|pass(?:word|wd|code|phrase)|pwd)\b[\"']?(?:\s{0,2}[:=]\s{0,2}|\s{1,2}(?:is|was)[:\s]\s{0,2}|\s)[\"']?"
    r"(?P<value>(?=[^\s\d]{0,60}\d)(?=[^\sA-Za-z]{0,60}[A-Za-z])[^\s\"'\[\]]{7,400}[^\s\"'\[\].,;:!?)])",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:pin|cvv2?|cvc2?|cvn|otp|(?:security|verification|one[- ]time|access|login|door) (?:code|pin)|pass ?code)"
    r"(?: (?:code|number|no))?\W{0,2}(?:\b(?:is|was)\b|[:=])\W{0,3}(?P<value>\d{3,8})(?![\w%])",
    re.IGNORECASE,
)
# substrings, one of which every match holds: looking for them first is ten times faster than the patterns
_SIGNS = ("eyJ", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "_pat_", "glpat-",
          "xox", "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "hf_", "npm_", "SG.",
          "gsk_", "shp", "dop_v1_", "lin_api_", "glsa_", "figd_", "pypi-", "ATATT3", "-----BEGIN")  # fmt: skip
_WORDS = ("key", "bearer", "token", "secret", "pass", "pwd", "pin", "cv", "otp", "code")


def find(text: str) -> Iterator[Span]:
    """Yield keys and tokens; an announced value counts if it mixes letters and digits ("password: hunter22x")."""
    if any(sign in text for sign in _SIGNS):
        yield from spans_of("key", _KNOWN, text)
        yield from spans_of("key", _PEM, text)
    lower = text.lower()
    if any(word in lower for word in _WORDS):
        for pattern in (_ANNOUNCED, _CODE):
            for match in pattern.finditer(text):
                yield Span(start=match.start("value"), end=match.end("value"), kind="key")
