"""Accounts: bank and customer accounts that a word announces, wallets of digital currencies, and dates of birth."""

import hashlib
import re
from collections.abc import Iterator

from knowledge.privacy.spans import Span

_ACCOUNT = re.compile(
    r"\b(?:(?:account|acct|acc|a/c)\.? ?(?:(?:number|num|no|nr|id)\b\.?|#)|routing (?:number|no\b)"
    r"|aba(?: number| no)?|sort[ -]?code|bsb"
    r"|(?:konto|kunden|member|membership|policy|customer)(?:-| )?(?:number|nummer|no\b|id\b))"
    r"(?:\W{0,3}\b(?:is|was)\b)?[\s:=#.-]{0,3}(?P<value>[A-Z]{0,3}-?\d(?:[ -]?\d){4,19})(?!\w|[.,/]\d)",
    re.IGNORECASE,
)
_WALLET = re.compile(
    r"(?<!\w)(?:bc1[ac-hj-np-z02-9]{25,71}|0x[a-fA-F0-9]{40}|(?P<base58>[13][1-9A-HJ-NP-Za-km-z]{25,34}))(?!\w)",
    re.ASCII,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_BORN = re.compile(
    r"\b(?:born|date of birth|birth ?dates?|birthday|d\.?o\.?b\.?|geboren|geburtsdatum|née?|né le)(?!\w)"
    r"(?:\W{0,3}\b(?:is|was|on|the|am|le)\b){0,2}[\s:=]{0,3}"
    rf"(?P<value>\d{{1,4}}[-/. ]\d{{1,2}}[-/. ]\d{{2,4}}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},?(?: \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:,? \d{{4}})?|\d{{8}})(?!\w)",
    re.IGNORECASE,
)
_SIGNS = (
    "account",
    "acct",
    "acc ",
    "acc#",
    "a/c",
    "routing",
    "aba",
    "sort",
    "bsb",
    "konto",
    "kunden",
    "member",
    "policy",
    "customer",
)
_BIRTH = ("born", "birth", "dob", "d.o.b", "gebor", "geburt", "né")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def find(text: str) -> Iterator[Span]:
    """Yield numbers of accounts and wallets, and dates of birth, without the words that announce them."""
    low = text.lower()
    if any(sign in low for sign in _SIGNS):
        for match in _ACCOUNT.finditer(text):
            yield Span(start=match.start("value"), end=match.end("value"), kind="account")
    if any(sign in low for sign in _BIRTH):
        for match in _BORN.finditer(text):
            yield Span(start=match.start("value"), end=match.end("value"), kind="birthdate")
    for match in _WALLET.finditer(text):
        if not match["base58"] or _is_bitcoin(match["base58"]):
            yield Span(start=match.start(), end=match.end(), kind="account")


def _is_bitcoin(written: str) -> bool:
    """Say whether the last four bytes are the check of the others (Base58Check of Bitcoin: SHA-256 twice)."""
    number = 0
    for sign in written:
        number = number * 58 + _BASE58.index(sign)
    try:
        raw = number.to_bytes(25, "big")
    except OverflowError:
        return False
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
