"""One exchange with a model server: what our transport takes, beside aiohttp and bare sockets.

``python -m tests.performance.exchange``. All of them run on the worker's event loop and read
a streamed answer of five events to its end; nothing is stored. What parsing its events takes
comes on top in one more contender.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TypeAlias
from urllib.parse import urlsplit

import aiohttp
import uvloop
from tests.performance.harness import (
    Cost,
    Goal,
    cpu_ms,
    finish,
    options,
    paired,
    ratios,
    report,
    table,
)
from tests.performance.mock_server import mock_server
from typing_extensions import override

from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.sse import SseParser

CONCURRENCY = 64
LIMITS = Timeouts()
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream",
    "Accept-Encoding": "identity",
    "User-Agent": "prompt-workbench",
}
BODY = b'{"model":"mock","stream":true,"messages":[{"role":"user","content":"%b"}]}' % (b"x" * 80)

Call: TypeAlias = Callable[[], Awaitable[None]]
Client: TypeAlias = Callable[[str], AbstractAsyncContextManager[Call]]


@asynccontextmanager
async def _ours(url: str, *, parse: bool = False) -> AsyncIterator[Call]:
    client = HttpClient()

    async def call() -> None:
        parser = SseParser()
        request = client.post(url, headers=HEADERS, body=BODY, timeouts=LIMITS)
        async with request as exchange:
            while data := await exchange.receive():
                if parse:
                    for _ in parser.feed(data):
                        pass

    yield call
    await client.close()


@asynccontextmanager
async def _aiohttp(url: str) -> AsyncIterator[Call]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call() -> None:
            async with session.post(url, data=BODY, headers=HEADERS) as reply:
                while await reply.content.readany():
                    pass

        yield call


class _Socket(asyncio.Protocol):
    """Knows how the answer ends, and nothing else of HTTP."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        if data.endswith(b"0\r\n\r\n"):
            self.answered.set_result(None)

    def ask(self, request: bytes) -> asyncio.Future[None]:
        self.answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)  # type: ignore[attr-defined]
        return self.answered


@asynccontextmanager
async def _sockets(url: str) -> AsyncIterator[Call]:
    loop, place = asyncio.get_running_loop(), urlsplit(url)
    free: list[_Socket] = []
    lines = [f"{name}: {value}" for name, value in HEADERS.items()]
    head = "\r\n".join([f"POST {place.path} HTTP/1.1", f"Host: {place.netloc}", *lines])
    request = f"{head}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY

    async def call() -> None:
        if free:
            line = free.pop()
        else:
            _, line = await loop.create_connection(_Socket, place.hostname, place.port)
        await line.ask(request)
        free.append(line)

    yield call
    for line in free:
        line.transport.close()


def _run(client: Client, url: str, calls: int) -> Cost:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(client, url, calls))


async def _measure(client: Client, url: str, calls: int) -> Cost:
    async with client(url) as call:
        await _all(call, CONCURRENCY * 4)
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        await _all(call, calls)
        return Cost(
            calls=calls,
            wall_s=time.perf_counter() - wall_s,
            cpu_s=time.process_time() - cpu_s,
        )


async def _all(call: Call, calls: int) -> None:
    numbers = iter(range(calls))

    async def work() -> None:
        for _ in numbers:
            await call()

    async with asyncio.TaskGroup() as group:
        for _ in range(CONCURRENCY):
            group.create_task(work())


def main() -> int:
    """Run the rounds and print the report."""
    chosen = options(__doc__).parse_args()
    calls = 2_000 if chosen.quick else 10_000
    with mock_server() as server:
        url = f"{server}/chat/completions"
        clients: dict[str, Client] = {
            "ours": _ours,
            "ours, parsed": partial(_ours, parse=True),
            "aiohttp": _aiohttp,
            "sockets": _sockets,
        }
        contenders = {name: partial(_run, client, url, calls) for name, client in clients.items()}
        found = paired(contenders, chosen.rounds)
    goals = [
        Goal(id="transport", what="CPU per exchange: ours / aiohttp", must=1 / 3, stretch=1 / 4)
        .verdict(ratios(found, "ours", "aiohttp", cpu_ms)),
        Goal(id="transport", what="CPU per exchange: ours / bare sockets", must=3, stretch=2)
        .verdict(ratios(found, "ours", "sockets", cpu_ms)),
    ]  # fmt: skip
    return finish(report("exchange", contenders=table(found), goals=goals), chosen.out)


if __name__ == "__main__":
    sys.exit(main())
