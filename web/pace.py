"""Slow bodies end: a client that drips its request holds no thread of ours for long.

A proxy in front of us takes requests in whole before it hands them on (docs/operations.md); this
keeps the promise where none stands there. Only waiting counts: what we do with the bytes does not.
"""

import time
from typing import Any

from gunicorn.http.errors import NoMoreData
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers import gthread

#: Nothing at all within this many seconds ends a request …
SILENCE_SECONDS = 30.0
#: … and after as long a time fewer bytes a second than this: a modem of 1990 was faster.
BYTES_PER_SECOND_MIN = 1_000


class Paced(SocketUnreader):
    """Bytes of a client, as long as they come fast enough."""

    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self._waited_seconds = 0.0
        self._bytes = 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes; raises NoMoreData, as if the client had gone."""
        begun = time.monotonic()
        self.sock.settimeout(SILENCE_SECONDS)
        try:
            piece: bytes = super().chunk(size_hint)
        except TimeoutError:
            raise NoMoreData from None
        finally:
            # The answer may take as long as the client's line needs.
            self.sock.settimeout(None)
        self._waited_seconds += time.monotonic() - begun
        self._bytes += len(piece)
        if self._waited_seconds > SILENCE_SECONDS and self._is_slow():
            raise NoMoreData
        return piece

    def _is_slow(self) -> bool:
        return self._bytes < self._waited_seconds * BYTES_PER_SECOND_MIN


class PacedConnection(gthread.TConn):
    """A connection whose requests are read at a pace."""

    def init(self) -> None:
        """Begin to read, once."""
        is_new = not self.initialized
        super().init()
        if is_new and not self.is_http2:
            self.parser.unreader = Paced(self.sock)


class PacedWorker(gthread.ThreadWorker):
    """The server's threads over such connections."""

    def init_process(self) -> None:
        """Serve; the server's own module is asked for connections by name."""
        gthread.TConn = PacedConnection
        super().init_process()
