"""One HTTP/1.1 connection: a request goes out, the pieces of its answer come in.

httptools reads the wire: it is the parser of Node.js, in C. Its callbacks are methods of
lists and dictionaries where they can be, since they are called for every piece.
"""

from __future__ import annotations

import asyncio
from typing import cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from typing_extensions import override

from prompt_workbench.providers.http_failures import Break
from prompt_workbench.system.egress import Traffic

HIGH_WATER = 1 << 20
"""How many bytes may wait to be taken before no more is read from the server."""

BARREN_LIMIT = 1 << 17
"""How many bytes in a row may bring nothing of a body: headers, trailers, interim answers."""

_FIRST_STATUS = 200
_LOWEST_STATUS = 100
_SWITCHING = 101


class Connection(asyncio.Protocol):
    """Carries one request after the other, never two at a time."""

    def __init__(self, traffic: Traffic) -> None:
        """Count in the traffic what is sent and received."""
        loop = asyncio.get_running_loop()
        self.status = 0
        """The status of the answer; 0 until its head has arrived."""
        self.headers: dict[bytes, bytes] = {}
        """The headers of the answer, with names in small letters."""
        self.complete = True
        """Whether the end of the answer has arrived; true before the first request, too."""
        self.broken: Break | None = None
        self.idle_since = 0.0
        self.lost: asyncio.Future[None] = loop.create_future()
        """Done when the connection is gone."""
        self._loop = loop
        self._traffic = traffic
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._kept = True
        self._paused = False
        self._barren = self._waiting = 0
        self._pieces: list[bytes] = []
        self._fields: dict[bytes, bytes] = {}
        self.on_body = self._pieces.append
        self.on_header = self._fields.setdefault
        self._parser = HttpResponseParser(self)
        # Harmless from a server, and common: they end lines with LF alone, or pad numbers.
        self._parser.set_dangerous_leniencies(
            lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )

    @property
    def reusable(self) -> bool:
        """Whether the answer was taken to its end and another request can be sent."""
        transport = self._transport
        if transport is None or self._pieces or not (self.complete and self._kept):
            return False
        return not transport.is_closing() and not transport.get_write_buffer_size()

    def send(self, head: bytes, body: bytes) -> None:
        """Send a request; the connection must be reusable."""
        self.status, self.complete = 0, False
        self._barren = 0
        self._fields.clear()
        traffic = self._traffic
        traffic.count += 1
        traffic.sent += len(head) + len(body)
        if self._transport is not None:
            self._transport.writelines((head, body))

    def take(self) -> bytes:
        """Return what has arrived of the body since it was last taken."""
        pieces = self._pieces
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self._waiting = 0
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    def arrival(self) -> asyncio.Future[None]:
        """Return what is done when more has arrived, perhaps less than was waited for."""
        self._waiter = waiter = self._loop.create_future()
        return waiter

    def fail(self, error: Exception) -> None:
        """Raise an error where the arrival is waited for, if anybody waits."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_exception(error)

    def abort(self) -> None:
        """Close the connection at once."""
        if not self.complete and self.broken is None:
            self.broken = Break.CUT if self.status else Break.CLOSED
        # An encrypted transport of Python 3.11.2 cannot be aborted twice.
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self.complete and self.broken is None:
            # A body of unknown size ends with its connection, if that ends properly.
            if exc is None and self.status and self._is_of_unknown_size():
                self.complete = True
            else:
                self.broken = Break.CUT if self.status else Break.CLOSED
        self._wake()
        self.lost.set_result(None)

    @override
    def data_received(self, data: bytes) -> None:
        size = len(data)
        self._traffic.received += size
        if self.complete:
            # Nothing was asked: a farewell, or the answer to nobody's question.
            self.abort()
            return
        before = len(self._pieces)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            self._misbehaved()
        if len(self._pieces) > before:
            self._barren = 0
            self._waiting += size
            if self._waiting >= HIGH_WATER:
                self._pause()
        elif not self.complete:
            self._barren += size
            if self._barren > BARREN_LIMIT:
                self._misbehaved()
        if self.status or self.broken is not None:
            self._wake()

    def on_message_begin(self) -> None:
        """Stop the parser at an answer after the answer, which nobody asked for."""
        if self.complete:
            raise HttpParserError

    def on_headers_complete(self) -> None:
        """Take the head of an answer; interim ones are passed over."""
        status = self._parser.get_status_code()
        if status >= _FIRST_STATUS:
            self.headers = {name.lower(): value for name, value in self._fields.items()}
            self.status = status
        elif status < _LOWEST_STATUS or status == _SWITCHING:
            self._misbehaved()
        self._fields.clear()

    def on_message_complete(self) -> None:
        """Note the end of the answer."""
        if self.status:
            self.complete = True
            self._kept = self._parser.should_keep_alive()
        else:
            self._pieces.clear()

    def _is_of_unknown_size(self) -> bool:
        return not {b"content-length", b"transfer-encoding"} & self.headers.keys()

    def _misbehaved(self) -> None:
        self._kept = False
        if not self.complete:
            self.broken = self.broken or Break.NOT_HTTP
            self.abort()

    def _pause(self) -> None:
        if self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
