"""Standard output: what cannot be written there is an error of its own, and not one of the file that was read."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from knowledge.errors import OutputError


class _Told:
    """A text stream that says of itself where it cannot be written to; a reader who went away stays what it is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a stream has
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text; raises OutputError."""
        return int(self._do(lambda: self._stream.write(text)))

    def flush(self) -> None:
        """Send on what has been written; raises OutputError."""
        self._do(self._stream.flush)

    def _do(self, act: Callable[[], Any]) -> Any:  # noqa: ANN401  # what the stream returns
        try:
            return act()
        except BrokenPipeError:
            raise
        except OSError as error:
            # A pipe without a reader is told by EINVAL on Windows, which is no fault either.
            if sys.platform == "win32" and error.errno == errno.EINVAL:
                raise BrokenPipeError(errno.EPIPE, "the reader has gone") from error
            raise OutputError(
                f"The output cannot be written: {error.strerror or error}. The database is as it was before, or as the "
                "command left it; send the output to another place and run this again."
            ) from error


@contextmanager
def output_told() -> Iterator[None]:
    """Let standard output tell its own faults."""
    before, sys.stdout = sys.stdout, _Told(sys.stdout)
    try:
        yield
    except OutputError:
        _drop(before)
        raise
    finally:
        sys.stdout = before


def _drop(stream: TextIO) -> None:
    """Let go of what could not be written: at its end, Python would try once more and print a traceback."""
    with suppress(AttributeError, OSError, ValueError):  # a stream may have no file behind it
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
