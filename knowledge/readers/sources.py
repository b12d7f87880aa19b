"""Where bytes come from: a file, a gzip file, or standard input, each readable more than once.

Standard input is kept in memory up to 64 MiB and beyond that in an anonymous temporary file, which the system
removes with the process, however it ends: what customers wrote is never left lying about.
"""

import io
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from knowledge.errors import UnreadableFile
from knowledge.readers.unpacking import Unpacked

IN_MEMORY = 64 << 20
GZIP = b"\x1f\x8b"


class Opener(Protocol):
    """Opens the same bytes again at each call, from the start."""

    def __call__(self) -> BinaryIO:
        """Return a fresh stream."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Named bytes; `path` is None where they have no file of their own (standard input)."""

    name: str
    path: Path | None
    open: Opener

    @property
    def suffix(self) -> str:
        """The extension in lower case, without `.gz`: `reviews.CSV.gz` has `.csv`."""
        return Path(self.name.lower().removesuffix(".gz")).suffix


def open_source(path: str | Path, stdin: BinaryIO | None = None) -> Source:
    """Return the bytes of a file, or of standard input for `-`; gzip is undone wherever it is found."""
    if str(path) == "-":
        return _plain_or_gzip("stdin", None, _spool(stdin or sys.stdin.buffer))
    path = Path(path)
    if path.is_dir():
        raise UnreadableFile(f"{path} is a folder; name its files, or let each be opened by itself")
    if not path.exists():
        raise UnreadableFile(f"there is no file {path}; check the name and the folder")
    try:
        path.open("rb").close()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened: {error.strerror}") from error
    return _plain_or_gzip(path.name, path, lambda: path.open("rb"))


def _plain_or_gzip(name: str, path: Path | None, plain: Opener) -> Source:
    with plain() as stream:
        packed = stream.read(2) == GZIP
    if not packed:
        return Source(name=name, path=path, open=plain)
    return Source(name=name, path=None, open=lambda: cast("BinaryIO", io.BufferedReader(Unpacked(plain(), name))))


def _spool(stream: BinaryIO) -> Opener:
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives as long as the openers do
    shutil.copyfileobj(stream, kept)
    lock = threading.Lock()
    return lambda: cast("BinaryIO", io.BufferedReader(_View(kept, lock)))


class _View(io.RawIOBase):
    """A reader with its own position in a shared file, so that two passes may overlap."""

    def __init__(self, shared: IO[bytes], lock: threading.Lock) -> None:
        self._shared, self._lock, self._position = shared, lock, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with self._lock:
            base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position}.get(whence)
            self._position = self._shared.seek(0, io.SEEK_END) + offset if base is None else base + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with self._lock:
            self._shared.seek(self._position)
            data = self._shared.read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
