"""The server's side of RFC 6455, as far as Slack's Socket Mode uses it: text, ping, pong and close, unfragmented."""

import base64
import hashlib
import json
import socket
import struct
import threading
from io import BufferedIOBase
from typing import Any

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


def accept_key(key: str) -> str:
    """Return the value of Sec-WebSocket-Accept for a client's key (RFC 6455, section 4.2.2)."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode(), usedforsecurity=False).digest()).decode()


class WebSocket:
    """One open connection; `send` may be called from any thread."""

    def __init__(self, connection: socket.socket, source: BufferedIOBase) -> None:
        self._connection = connection
        self._source = source
        self._lock = threading.Lock()

    def send(self, message: dict[str, Any]) -> None:
        self._frame(TEXT, json.dumps(message).encode())

    def receive(self) -> dict[str, Any] | None:
        """Return the next message; answer pings on the way; None when the client has gone."""
        while True:
            frame = self._read()
            if frame is None or frame[0] == CLOSE:
                return None
            if frame[0] == PING:
                self._frame(PONG, frame[1])
            elif frame[0] == TEXT:
                message: dict[str, Any] = json.loads(frame[1])
                return message

    def close(self, code: int = 1000) -> None:
        """Say goodbye as the protocol asks; the client reconnects at once."""
        self._frame(CLOSE, struct.pack("!H", code))
        self.drop()

    def drop(self) -> None:
        """Cut the line without a word, as a lost network does."""
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the client was quicker

    def _frame(self, opcode: int, data: bytes) -> None:
        length = len(data)
        if length < 126:
            head = struct.pack("!BB", 0x80 | opcode, length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", 0x80 | opcode, 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, length)
        with self._lock:
            try:
                self._connection.sendall(head + data)
            except OSError:
                return  # what is sent into a cut line is lost, as with Slack

    def _read(self) -> tuple[int, bytes] | None:
        try:
            head = self._exactly(2)
            length = head[1] & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._exactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._exactly(8))
            mask = self._exactly(4) if head[1] & 0x80 else b"\0\0\0\0"
            data = self._exactly(length)
        except (EOFError, OSError, ValueError):
            return None
        return head[0] & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))

    def _exactly(self, count: int) -> bytes:
        data = self._source.read(count)
        if len(data) < count:
            raise EOFError
        return data
