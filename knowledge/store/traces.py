"""Traces: whether anything of some strings is left in the raw bytes of the file, its log and its index.

All windows of the bytes are hashed and looked up at once, so that ten thousand strings cost little more than one. What
others still say, too, is no trace: a string that stands in the rows that remain is left out of the search.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WINDOW = 24
"""Bytes of text that count as a trace of it; every window of this length of every removed text is searched."""
SHORTEST = 8
"""Shorter strings occur in any file by chance (a theme's number, a vector), so they are looked for by rows only."""

_CHUNK = 1 << 23
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What was searched: so many strings in so many bytes; `found` are (file, offset) of what is left."""

    strings: int
    bytes: int
    found: tuple[tuple[str, int], ...]


def files_of(path: Path) -> list[Path]:
    """Return the database file, its write-ahead log and its shared memory, as far as they are there."""
    return [each for end in ("", "-wal", "-shm", "-journal") if (each := path.with_name(path.name + end)).exists()]


def windows(texts: Sequence[str], most: int = 500_000) -> set[bytes]:
    """Return the windows of `WINDOW` bytes of these texts; a shorter text (from `SHORTEST` on) is one window.

    All of them, if they are no more than `most`; else evenly spread ones, so that no text is passed over.
    """
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    step = max(1, -(-sum(map(len, encoded)) // most))
    found = {raw for raw in encoded if SHORTEST <= len(raw) < WINDOW}
    for raw in encoded:
        found.update(raw[i : i + WINDOW] for i in range(0, len(raw) - WINDOW + 1, step))
    return found


def unexplained(needles: Iterable[bytes], remaining: Iterable[str]) -> set[bytes]:
    """Return the needles that do not occur in what remains."""
    wanted = {needle for needle in needles if len(needle) >= SHORTEST}
    left = set(wanted)
    for blob in _blobs(remaining):
        left -= {needle for needle, _ in _hits(blob, left)}
    return left


def search(files: Sequence[Path], needles: set[bytes]) -> Search:
    """Search the bytes of the files for the needles."""
    found, size = [], 0
    for path in files:
        data = path.read_bytes()
        size += len(data)
        found += [(path.name, offset) for _, offset in _hits(data, needles)]
    return Search(strings=len(needles), bytes=size, found=tuple(sorted(found)))


def _blobs(texts: Iterable[str]) -> Iterator[bytes]:
    """Join texts into blobs of some megabytes; none of them runs over the end of one."""
    parts: list[bytes] = []
    size = 0
    for text in texts:
        parts.append(text.encode("utf-8", "surrogatepass"))
        size += len(parts[-1]) + 1
        if size > _CHUNK:
            yield b"\0".join(parts)
            parts, size = [], 0
    yield b"\0".join(parts)


def _hits(data: bytes, needles: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield (needle, offset) of every occurrence."""
    by_length: dict[int, list[bytes]] = defaultdict(list)
    for needle in needles:
        by_length[min(len(needle), WINDOW)].append(needle)
    for length, its in by_length.items():
        table: dict[int, list[bytes]] = defaultdict(list)
        for needle in its:
            table[int(_hashes(needle[:length], length)[0])].append(needle)
        keys = np.array(sorted(table), dtype=np.uint64)
        for start in range(0, max(len(data) - length + 1, 0), _CHUNK):
            hashes = _hashes(data[start : start + _CHUNK + length - 1], length)
            place = np.minimum(np.searchsorted(keys, hashes), len(keys) - 1)
            for at in np.flatnonzero(keys[place] == hashes).tolist():
                for needle in table[int(hashes[at])]:
                    if data.startswith(needle, start + at):
                        yield needle, start + at


def _hashes(data: bytes, length: int) -> NDArray[np.uint64]:
    """Return a 64-bit hash of each window of `length` bytes (8 to 24), made of up to three words that cover it."""
    words = _words(data)
    count = len(data) - length + 1
    if length == SHORTEST:
        return np.asarray(words[:count] * _MIX[0])
    offsets = (0, length - 8) if length <= 16 else (0, (length - 8) // 2, length - 8)
    total = np.zeros(count, dtype=np.uint64)
    for mix, offset in zip(_MIX, offsets, strict=False):
        total = (total ^ words[offset : offset + count]) * mix
        total ^= total >> np.uint64(29)
    return total


def _words(data: bytes) -> NDArray[np.uint64]:
    """Return the eight bytes that begin at each offset, as numbers."""
    count = len(data) - 7
    out = np.empty(count, dtype=np.uint64)
    for shift in range(8):
        part = np.frombuffer(data, dtype="<u8", offset=shift, count=max((len(data) - shift) // 8, 0))
        out[shift::8] = part
    return out
