"""Which encoding a file of text has: what it says (BOM), what it proves (UTF-8), and only then a guess.

The whole file is looked at, not its head: the first accented letter of an export may stand in its last megabyte.
UTF-8 proves itself, because other encodings hardly ever form valid sequences by accident. A file in which most
accented lines are valid UTF-8 and a few are not is UTF-8 with damaged rows, and those rows are reported. Where
UTF-8 is out, text in which accented letters stand alone is cp1252 (Western exports of Excel and of older systems), and
the statistical guess is asked only about text in other scripts.
"""

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from knowledge.errors import UnreadableFile
from knowledge.readers.sources import Source

CHUNK = 1 << 20
GUESS_FROM = 256 << 10
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FOREIGN = 0.2
"""Share of runs of three and more bytes beyond ASCII above which a text is in no Western European language.

Accented letters stand alone among plain ones; Cyrillic, Greek or Chinese words are such runs from end to end."""
_RUN = re.compile(rb"[\x80-\xff]+")
_ESCAPED = re.compile("[\udc80-\udcff]")
_HALF = re.compile("[\ud800-\udfff]")
_NO_GUESS = ["utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_7", "utf_8", "utf_8_sig"]
"""Encodings that were settled before a guess is asked for."""


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """A codec's name; `damaged` where some bytes do not fit it, which come out as lone surrogates."""

    name: str
    damaged: bool = False

    @property
    def proven(self) -> bool:
        """Whether every byte of the file is known to fit."""
        return not self.damaged and self.name.startswith("utf-")

    @property
    def errors(self) -> str:
        """The error handler that keeps what does not fit recognisable; UTF-16 and UTF-32 can only replace it."""
        return "replace" if self.name.startswith(("utf-16", "utf-32")) else "surrogateescape"


def detect(source: Source) -> Encoding:
    """Return the encoding of a text. Raises UnreadableFile where the bytes cannot even be read (a broken gzip)."""
    try:
        with source.open() as stream:
            return _detect(stream)
    except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
        raise UnreadableFile(f"{source.name} is damaged or cut short: {error}; fetch it again") from error


def undecodable(text: str) -> bool:
    """Return whether a text holds bytes that its encoding could not explain."""
    return not text.isascii() and bool(_ESCAPED.search(text))


def storable(text: str) -> str:
    """Return a text without halves of characters, which JSON can write and UTF-8 cannot."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def _detect(stream: BinaryIO) -> Encoding:
    head = stream.read(4096)
    marked = next((name for mark, name in MARKS if head.startswith(mark)), None) or _wide(head)
    if marked and marked != "utf-8-sig":
        return Encoding(name=marked)
    stream.seek(0)
    if _valid_utf8(stream):
        return Encoding(name=marked or "utf-8")
    stream.seek(0)
    valid, invalid, sample = _weigh(stream)
    if marked or valid > invalid:
        return Encoding(name=marked or "utf-8", damaged=True)
    return _guess(sample)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: in Latin text every other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = max(1, len(head) // 2)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


def _valid_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _weigh(stream: BinaryIO) -> tuple[int, int, bytes]:
    """Count lines beyond ASCII that are and are not valid UTF-8, and collect some of them for a guess."""
    valid = invalid = size = 0
    sample: list[bytes] = []
    for line in stream:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            valid += 1
        except UnicodeDecodeError:
            invalid += 1
        if size < GUESS_FROM:
            sample.append(line)
            size += len(line)
    return valid, invalid, b"".join(sample)


def _guess(sample: bytes) -> Encoding:
    runs = [len(run) for run in _RUN.findall(sample)]
    if sum(length >= 3 for length in runs) <= FOREIGN * len(runs):
        return Encoding(name="cp1252", damaged=_damaged(sample, "cp1252"))
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_exclusion=_NO_GUESS).best()
    name = best.encoding if best else "cp1252"
    return Encoding(name=name, damaged=_damaged(sample, name))


def _damaged(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeDecodeError:
        return True
    return False
