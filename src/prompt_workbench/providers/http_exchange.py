"""One request and its answer, within four time limits."""

from __future__ import annotations

import asyncio
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType

from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.http_connection import Connection
from prompt_workbench.providers.http_failures import (
    Break,
    Limit,
    broken,
    compressed,
    too_slow,
    unreachable,
    untrusted,
)
from prompt_workbench.providers.http_headers import AnswerHeaders, RequestHead
from prompt_workbench.providers.http_inflating import ENCODINGS, Inflating
from prompt_workbench.providers.http_pool import Pool

_CLOSES_SILENTLY = b"llama.cpp"
"""This server promises to keep a connection and closes it; the next request would be lost."""


class Exchange:
    """One request and its answer; leaving it early closes the connection."""

    def __init__(
        self,
        pool: Pool,
        head: RequestHead,
        *,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeouts: Timeouts,
    ) -> None:
        self._pool = pool
        self._head = head
        self._url = url
        self._request_headers = headers
        self._body = body
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        self._connection: Connection | None = None
        self._take: Callable[[], bytes] = bytes
        self._begun = False
        self._limit = Limit.FIRST_CHUNK
        self._first_due_at = self._ends_at = 0.0
        self.status = 0
        """The status of the answer; 0 before it is known."""
        self.headers: Mapping[str, str] = {}
        """The headers of the answer; their names are found in any case."""
        self.started_at = 0.0
        """When sending began, on the clock of `time.perf_counter`."""

    async def __aenter__(self) -> Exchange:
        """Send the request and wait for the head of its answer.

        Raises:
            ProviderError: There is no connection, no answer, or none in time.
            InvalidInputError: A header cannot be sent.
        """
        pool = self._pool
        begin = self._head.of(self._request_headers, size=len(self._body), keep=not pool.single_use)
        limits, now = self._timeouts, self._loop.time()
        self._first_due_at, self._ends_at = now + limits.first_chunk_s, now + limits.total_s
        self.started_at = time.perf_counter()
        connection = pool.kept() or await self._connected()
        self._connection, self._take = connection, connection.take
        try:
            connection.send(begin, self._body)
            while not connection.status:
                await self._more(connection)
            self._read_head(connection)
        except BaseException:
            self._leave()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()

    async def receive(self) -> bytes:
        """Return what has arrived of the body; nothing at its end.

        What arrived before a failure is returned before the failure is raised.

        Raises:
            ProviderError: The connection broke off, or a time limit has passed.
        """
        connection = self._connection
        if connection is None:
            raise RuntimeError("The exchange was not entered.")
        while not (data := self._take()):
            if connection.complete:
                return b""
            await self._more(connection)
        self._begun = True
        if self._ends_at <= self._loop.time():
            raise too_slow(Limit.TOTAL, self._url, self._timeouts)
        return data

    async def read(self, limit: int) -> bytes:
        """Return the rest of the body, or a little more than the limit where it is longer."""
        found = bytearray()
        while len(found) <= limit and (data := await self.receive()):
            found += data
        return bytes(found)

    def hurry(self, seconds: float) -> None:
        """Give what is left of the answer only so long."""
        self._ends_at = min(self._ends_at, self._loop.time() + seconds)

    async def _connected(self) -> Connection:
        limits = self._timeouts
        timer = asyncio.timeout(min(limits.connect_s, limits.first_chunk_s, limits.total_s))
        try:
            async with timer:
                return await self._pool.connect()
        except ssl.SSLError:
            raise untrusted(self._url) from None
        except OSError:
            if not timer.expired() or limits.connect_s <= min(limits.first_chunk_s, limits.total_s):
                raise unreachable(self._url) from None
            limit = Limit.FIRST_CHUNK if limits.first_chunk_s < limits.total_s else Limit.TOTAL
            raise too_slow(limit, self._url, limits, sent=False) from None

    def _read_head(self, connection: Connection) -> None:
        fields = connection.headers
        self.status, self.headers = connection.status, AnswerHeaders(fields)
        if fields.get(b"server", b"").startswith(_CLOSES_SILENTLY):
            self._pool.single_use = True
        encoding = fields.get(b"content-encoding", b"identity").lower()
        if encoding in ENCODINGS:
            self._take = partial(self._inflated, Inflating(connection.take))
        elif encoding != b"identity":
            raise compressed(self._url, encoding.decode("ascii", "replace"))

    def _inflated(self, source: Inflating) -> bytes:
        try:
            data = source.take()
        except zlib.error:
            raise broken(Break.NOT_HTTP, self._url) from None
        if not data and not source.whole and self._connection and self._connection.complete:
            raise broken(Break.CUT, self._url)
        return data

    def _more(self, connection: Connection) -> asyncio.Future[None]:
        """Return what to wait for, after setting the limit of that wait.

        Raises:
            ProviderError: There is nothing to wait for any more.
        """
        if connection.broken is not None:
            raise broken(connection.broken, self._url)
        if self._begun:
            limit, due_at = Limit.IDLE, self._loop.time() + self._timeouts.idle_s
        else:
            limit, due_at = Limit.FIRST_CHUNK, self._first_due_at
        self._limit = limit if due_at < self._ends_at else Limit.TOTAL
        self._pool.deadlines.set(self, min(due_at, self._ends_at))
        return connection.arrival()

    def give_up(self) -> None:
        """Fail where more is waited for: its time has passed."""
        if self._connection is not None:
            self._connection.fail(too_slow(self._limit, self._url, self._timeouts))

    def _leave(self) -> None:
        if self._connection is not None:
            self._pool.deadlines.clear(self)
            # It is closed unless the answer was read to its end.
            self._pool.give_back(self._connection)
