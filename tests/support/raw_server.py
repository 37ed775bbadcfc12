"""A server on loopback whose every byte a test decides."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)\r\n")


@dataclass
class Line:
    """One connection of a client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    requests: list[bytes] = field(default_factory=list)
    """Head and body of each, as they were on the wire."""
    said: int = 0
    """How many bytes were written so far."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server has done what it was told to."""

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def request(self) -> bytes:
        """Return the next request as it was on the wire."""
        head = await self.head()
        size = _LENGTH.search(head)
        body = await self.reader.readexactly(int(size[1])) if size else b""
        self.requests.append(head + body)
        return head + body

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        self.said += len(data)

    async def gone(self) -> None:
        """Wait until the client has closed the connection."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(1 << 16):
                pass

    def reset(self) -> None:
        """Break the connection without a farewell."""
        if not self.writer.transport.is_closing():
            self.writer.transport.abort()


Serve = Callable[[Line], Awaitable[None]]


@dataclass
class RawServer:
    """The server: where it is, and its connections so far."""

    port: int
    scheme: str
    host: str
    lines: list[Line] = field(default_factory=list)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/v1/chat"

    @property
    def requests(self) -> list[bytes]:
        return [request for line in self.lines for request in line.requests]


@asynccontextmanager
async def raw_server(
    serve: Serve, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Run the server; when a connection was served it is closed."""
    tasks: set[asyncio.Task[None]] = set()

    async def run(line: Line) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await serve(line)
        line.writer.close()
        line.ended.set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.lines.append(line := Line(reader, writer))
        tasks.add(asyncio.create_task(run(line)))

    server = await asyncio.start_server(accept, host, 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    found = RawServer(port=port, scheme="https" if tls else "http", host=host)
    try:
        yield found
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for line in found.lines:
            line.reset()
        for task in tasks:
            if not task.cancelled():
                task.result()


def saying(*answers: bytes) -> Serve:
    """Return what gives these answers, and ends when the client has closed the connection."""

    async def serve(line: Line) -> None:
        for answer in answers:
            await line.request()
            await line.say(answer)
        await line.gone()

    return serve


def repeating(answer: bytes) -> Serve:
    """Return what gives the same answer to all requests."""

    async def serve(line: Line) -> None:
        while True:
            await line.request()
            await line.say(answer)

    return serve


def with_length(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an answer that says how long it is."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def chunked(*pieces: bytes) -> bytes:
    """Return pieces as chunks, with the last one that ends them."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))
