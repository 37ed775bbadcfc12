"""An HTTP proxy on loopback, as an organisation has one: tunnels, plain requests, passwords."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_FIRST = re.compile(rb"(\w+) (?:http://)?([^/: ]+)(?::(\d+))?(\S*) HTTP/1.1\r\n")
_AUTHORIZATION = re.compile(rb"(?i)\r\nproxy-authorization: *([^\r\n]*)")


@dataclass
class Proxy:
    """What it was asked, and what it could read."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    """The head of each request to the proxy itself."""
    seen: bytearray = field(default_factory=bytearray)
    """Every byte that passed through it."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def http_proxy(
    hosts: Mapping[str, int],
    *,
    authorization: str = "",
    answer: bytes = b"",
) -> AsyncIterator[Proxy]:
    """Run the proxy.

    Args:
        hosts: The names it knows, and on which local port each is.
        authorization: What it wants to be told of those who ask; empty for nothing.
        answer: What it says to everybody instead of doing its work.
    """
    proxy, tasks = Proxy(), set[asyncio.Task[None]]()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            proxy.heads.append(head)
            if refused := answer or _refusal(head, hosts, authorization):
                writer.write(refused)
                await writer.drain()
            else:
                await _connect(head, reader, writer, hosts, proxy)
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for writer in writers:
            writer.transport.abort()


def _refusal(head: bytes, hosts: Mapping[str, int], authorization: str) -> bytes:
    told = _AUTHORIZATION.search(head)
    if authorization and (told is None or told[1].decode() != authorization):
        return b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    match = _FIRST.match(head)
    if match is None or match[2].decode() not in hosts:
        return b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
    return b""


async def _connect(
    head: bytes,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    hosts: Mapping[str, int],
    proxy: Proxy,
) -> None:
    match = _FIRST.match(head)
    assert match is not None
    there, back = await asyncio.open_connection("127.0.0.1", hosts[match[2].decode()])
    try:
        if match[1] == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = match[4] or b"/"
            rest = head[match.end() :].split(b"\r\n")
            kept = [li for li in rest if not li.lower().startswith(b"proxy-authorization")]
            back.write(match[1] + b" " + path + b" HTTP/1.1\r\n" + b"\r\n".join(kept))
        async with asyncio.TaskGroup() as both:
            both.create_task(_pump(reader, back, proxy))
            both.create_task(_pump(there, writer, proxy))
    finally:
        back.transport.abort()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, proxy: Proxy) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(1 << 16):
            proxy.seen += data
            target.write(data)
            await target.drain()
    target.close()
