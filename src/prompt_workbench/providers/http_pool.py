"""The connections to one server: made when they are needed, kept for the next request."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TypeAlias

import aiohappyeyeballs

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.providers.http_address import Address
from prompt_workbench.providers.http_connection import Connection
from prompt_workbench.providers.http_deadlines import Deadlines
from prompt_workbench.providers.http_tunnel import dig, proxy_unreachable
from prompt_workbench.providers.http_way import STRAIGHT, Way, trusted
from prompt_workbench.system.egress import BOOK, covered

KEEP_ALIVE_S = 30.0
"""How long a connection is kept that nobody uses."""

_NEXT_ADDRESS_AFTER_S = 0.25
"""When the next address of a server is tried beside the one that has not answered yet."""

_Places: TypeAlias = Sequence[aiohappyeyeballs.AddrInfoType]


class Pool:
    """Lends connections to one server; bound to the event loop of its first use."""

    def __init__(
        self,
        address: Address,
        *,
        purpose: Purpose = Purpose.CALL,
        keep_alive_s: float = KEEP_ALIVE_S,
        way: Way = STRAIGHT,
    ) -> None:
        self.single_use = False
        """Whether no connection is used twice, since the server closes them without a word."""
        self.deadlines = Deadlines()
        self._address = address
        self._way = way
        self._next = way.proxy or address
        self._purpose = purpose
        self._traffic = BOOK.traffic(address.host, address.port, purpose)
        self._keep_alive_s = keep_alive_s
        self._idle: deque[Connection] = deque()
        self._open: set[Connection] = set()
        self._sweep: asyncio.TimerHandle | None = None
        self._lookup: asyncio.Task[_Places] | None = None

    def kept(self) -> Connection | None:
        """Return the connection that was used last, or None where there is none to use again."""
        while self._idle:
            connection = self._idle.pop()
            if connection.reusable and not self.single_use:
                return connection
            connection.abort()
        return None

    async def connect(self) -> Connection:
        """Return a new connection.

        Raises:
            OSError: The server cannot be reached, or cannot prove who it is (`ssl.SSLError`).
            ProviderError: The proxy or the file of certificates is in the way.
        """
        loop = asyncio.get_running_loop()
        if not self._traffic.is_written:
            await asyncio.to_thread(BOOK.reached, self._traffic)
        if (proxy := self._way.proxy) is not None:
            await asyncio.to_thread(BOOK.note, proxy.host, Purpose.PROXY, port=proxy.port)
        with covered(self._purpose):
            sock = await self._reached()
        try:
            if self._way.proxy is not None and self._address.encrypted:
                await dig(sock, self._way, self._address)
            _, connection = await loop.create_connection(
                partial(Connection, self._traffic),
                sock=sock,
                ssl=trusted(self._way.ca_file) if self._address.encrypted else None,
                server_hostname=self._address.host if self._address.encrypted else None,
            )
        except BaseException:
            sock.close()
            raise
        self._open.add(connection)
        connection.lost.add_done_callback(lambda _: self._open.discard(connection))
        return connection

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, or close it where that cannot be."""
        if self.single_use or not connection.reusable:
            connection.abort()
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = loop.call_later(self._keep_alive_s, self._close_oldest)

    async def close(self) -> None:
        """Close all connections, also those in use."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        self.deadlines.stop()
        self._idle.clear()
        for connection in self._open:
            connection.abort()
        if self._open:
            await asyncio.wait([connection.lost for connection in self._open])
        await asyncio.to_thread(BOOK.save)

    def _close_oldest(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = None
        loop.run_in_executor(None, BOOK.save)
        while self._idle and self._idle[0].idle_since + self._keep_alive_s <= loop.time():
            self._idle.popleft().abort()
        if self._idle:
            due = self._idle[0].idle_since + self._keep_alive_s
            self._sweep = loop.call_at(due, self._close_oldest)

    async def _reached(self) -> socket.socket:
        """Return a socket that leads to the server, or to the proxy before it."""
        try:
            return await self._connected()
        except OSError:
            if self._way.proxy is None:
                raise
            raise proxy_unreachable(self._way) from None

    async def _connected(self) -> socket.socket:
        try:
            return await aiohappyeyeballs.start_connection(
                await self._places(),
                happy_eyeballs_delay=_NEXT_ADDRESS_AFTER_S,
                loop=asyncio.get_running_loop(),
            )
        except RuntimeError as error:  # how uvloop reports some addresses
            raise OSError(str(error)) from None

    async def _places(self) -> _Places:
        """Look the server up; those who ask at the same time share the answer."""
        if self._lookup is None:
            self._lookup = asyncio.create_task(self._look_up())
            # Where all who asked have left, nobody else takes its failure.
            self._lookup.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._lookup)

    async def _look_up(self) -> _Places:
        try:
            return await asyncio.get_running_loop().getaddrinfo(
                self._next.host, self._next.port, type=socket.SOCK_STREAM
            )
        finally:
            self._lookup = None
