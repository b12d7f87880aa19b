"""Unpacking: packed files that grow without end are refused before they fill the memory or the disk.

Tables of feedback shrink to a fifth or a tenth when they are packed; one and a half megabytes that hold gigabytes are
made to stop whoever reads them. A file may grow to ALWAYS, and beyond that to GROWTH times its size.
"""

import gzip
import io
import zipfile
from typing import BinaryIO

from knowledge.errors import UnreadableFile

ALWAYS = 64 << 20
"""Bytes to which any packed file may grow."""
GROWTH = 100
"""How many times as large as it is packed a larger one may become."""


class Unpacked(io.RawIOBase):
    """The bytes of a gzip file, up to its limit; raises UnreadableFile beyond."""

    def __init__(self, packed: BinaryIO, name: str) -> None:
        self._limit = limit_of(packed.seek(0, io.SEEK_END))
        packed.seek(0)
        self._plain, self._packed, self._name = gzip.GzipFile(fileobj=packed), packed, name

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be begun anew."""
        return True

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._plain.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; gzip reads all bytes up to it."""
        return self._plain.seek(offset, whence)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read the next bytes."""
        data = self._plain.read(len(buffer))
        if self._plain.tell() > self._limit:
            raise too_large(self._name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file beneath, too."""
        if not self.closed:
            self._plain.close()
            self._packed.close()
        super().close()


def refuse_bomb(stream: BinaryIO, name: str) -> None:
    """Raise UnreadableFile for a workbook (a ZIP file) whose parts would grow beyond the limit; other files pass."""
    if zipfile.is_zipfile(stream):
        stream.seek(0)
        with zipfile.ZipFile(stream) as parts:
            packed = stream.seek(0, io.SEEK_END)
            if sum(part.file_size for part in parts.infolist()) > limit_of(packed):
                raise too_large(name)
    stream.seek(0)


def limit_of(packed: int) -> int:
    """Return to how many bytes a file of `packed` bytes may grow."""
    return max(ALWAYS, GROWTH * packed)


def too_large(name: str) -> UnreadableFile:
    """Return what is said of a file that grows beyond its limit."""
    return UnreadableFile(
        f"{name} grows to more than {GROWTH} times its size when it is unpacked, as no table of feedback does. If it "
        "is what you mean to read, unpack it first."
    )
