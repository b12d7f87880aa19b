"""Mask: find personal data of every kind, settle overlaps, put placeholders in its place."""

import re
from collections.abc import Callable, Collection, Iterable

from knowledge.privacy import accounts, ids, keys, online, payment, people, phones, places, short_phones
from knowledge.privacy.spans import KINDS, Span

_SIGN = re.compile(r"[@＠\d]")
_SIGNS = ("://", "www.", "dot", "::")
_THREE_DIGITS = re.compile(r"\d(?:[^\w\n]?\d){2}")
_SEVEN_DIGITS = re.compile(r"\d(?:[^\w\n]{0,4}\d){6}")

_ALWAYS: tuple[Callable[[str], Iterable[Span]], ...] = (
    online.find,
    keys.find,
    payment.find_ibans,
    ids.find,
    accounts.find,
)
_NUMERIC: tuple[Callable[[str], Iterable[Span]], ...] = (payment.find_cards, phones.find)
_ORDER = {kind: rank for rank, kind in enumerate(KINDS)}


def find(text: str, *, without: Collection[str] = ()) -> list[Span]:
    """Return the spans of personal data in `text`, in order and without overlaps; kinds in `without` are left."""
    found: list[Span] = []
    if _SIGN.search(text) or any(sign in text.lower() for sign in _SIGNS):
        found += [span for finder in _ALWAYS for span in finder(text)]
        if _SEVEN_DIGITS.search(text):
            found += [span for finder in _NUMERIC for span in finder(text)]
        if _THREE_DIGITS.search(text):
            found += short_phones.find(text)
        found += places.find(text)
    if "name" not in without:
        found += people.find(text)
    if without:
        found = [span for span in found if span.kind not in without]
    return _settle(found, len(text)) if len(found) > 1 else found


def mask(text: str, *, without: Collection[str] = ()) -> str:
    """Return `text` with personal data replaced by placeholders such as `[email]`; kinds in `without` are left.

    Works on any string, never raises, and masking a masked text changes nothing: what a replacement brings to
    light (a number that stood close to another) is masked in the same call. It ends because every placeholder
    takes the place of signs that are in no placeholder.
    """
    while found := find(text, without=without):
        text = _replace(text, found)
    return text


def _settle(found: list[Span], length: int) -> list[Span]:
    """Keep, of spans that overlap, the most certain kind and then the longest."""
    kept: list[Span] = []
    taken = bytearray(length)
    for span in sorted(found, key=lambda s: (_ORDER[s.kind], s.start - s.end, s.start)):
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _replace(text: str, found: list[Span]) -> str:
    parts, position = [], 0
    for span in found:
        parts += [text[position : span.start], f"[{span.kind}]"]
        position = span.end
    return "".join([*parts, text[position:]])
