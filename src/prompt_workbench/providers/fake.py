"""A scriptable model server on loopback: it answers as told and keeps the bill.

Tests, benchmarks and people without a network use it. It speaks every interface that the
adapters speak, and can be slow, wrong, cut off or silent. Its journal lists every request for
an answer, which is what a real provider would have billed.

Run by itself, ``python -m prompt_workbench.providers.fake`` prints its address and serves
until its standard input ends; ``GET /journal`` then returns the bodies of all requests.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import cast

import orjson
from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.providers.fake_batches import FakeBatches
from prompt_workbench.providers.fake_replies import (
    EVENT_STREAM,
    End,
    FakeRequest,
    Reply,
    Script,
    json_reply,
    refusal,
)
from prompt_workbench.providers.fake_speech import answer_to, echo, form_of

_HEAD_END = b"\r\n\r\n"


class FakeProvider:
    """The server: ``async with FakeProvider(script) as provider``."""

    def __init__(
        self, script: Script = echo, *, models: Sequence[str] = ("fake",), port: int = 0
    ) -> None:
        self.script = script
        self.requests: list[FakeRequest] = []
        """The journal: all requests for completions, oldest first."""
        self.batches = FakeBatches(self._batched)
        self._models = models
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._closed = asyncio.Event()
        self._closed.set()

    async def __aenter__(self) -> FakeProvider:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self._port, backlog=1024
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.drop_connections()
        await self.all_closed()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """The address to give to an endpoint."""
        return f"{self.origin}/v1"

    @property
    def open_connections(self) -> int:
        """How many connections clients hold open."""
        return len(self._connections)

    async def all_closed(self) -> None:
        """Wait until no client holds a connection open."""
        await self._closed.wait()

    def drop_connections(self) -> None:
        """Break all connections, as a server does that dies."""
        for connection in tuple(self._connections):
            connection.abort()

    def reply_to(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Return the reply to a request, and note it in the journal if it would be billed."""
        if method == "GET" and path == "/v1/models":
            models: list[Json] = [{"id": name, "object": "model"} for name in self._models]
            return json_reply({"object": "list", "data": models})
        if method == "GET" and path == "/journal":
            bodies: list[Json] = [one.body.decode("utf-8", "replace") for one in self.requests]
            return json_reply({"requests": bodies})
        if (about_batches := self.batches.reply(method, path, headers, body)) is not None:
            return about_batches
        if method != "POST" or form_of(path) is None:
            return refusal(404, f"There is nothing at {path}.")
        return self._noted(path, headers, body)

    def _batched(self, path: str, body: bytes) -> JsonObject:
        """Return the answer to a call in a batch, which is never streamed."""
        value: JsonObject = orjson.loads(self._noted(path, {}, body).body)
        return value

    def _noted(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        request = FakeRequest(
            number=len(self.requests),
            headers=headers,
            body=body,
            arrived_at=time.monotonic(),
            path=path,
        )
        self.requests.append(request)
        return self._scripted(request)

    def _scripted(self, request: FakeRequest) -> Reply:
        script = self.script
        if isinstance(script, Reply):
            return script
        if isinstance(script, Sequence):
            return script[min(request.number, len(script) - 1)]
        return script(request)

    def connected(self, connection: _Connection) -> None:
        """Note an open connection."""
        self._connections.add(connection)
        self._closed.clear()

    def disconnected(self, connection: _Connection) -> None:
        """Forget a closed connection."""
        self._connections.discard(connection)
        if not self._connections:
            self._closed.set()


class _Connection(asyncio.Protocol):
    """One client; its requests are answered one after the other."""

    def __init__(self, provider: FakeProvider) -> None:
        self._provider = provider
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None
        self._busy = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._provider.connected(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._provider.disconnected(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._busy:
            self._next()

    def abort(self) -> None:
        """Break the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _next(self) -> None:
        head, found, rest = self._received.partition(_HEAD_END)
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (li.partition(":") for li in lines)
        }
        size = int(headers.get("content-length", "0"))
        if len(rest) < size:
            return
        self._received = rest[size:]
        method, path, *_ = first.split(" ")
        self._busy = True
        reply = self._provider.reply_to(method, path, headers, rest[:size])
        if reply.delay_s:
            self._later(reply.delay_s, partial(self._begin, reply))
        else:
            self._begin(reply)

    def _begin(self, reply: Reply) -> None:
        chunked = bool(reply.gap_s) or reply.headers.get("Content-Type") == EVENT_STREAM
        head = _head(reply, chunked=chunked)
        if reply.gap_s:
            self._write(head)
            self._later(reply.gap_s, partial(self._piece, reply, 0))
        else:
            pieces = map(_framed, filter(None, reply.pieces)) if chunked else reply.pieces
            self._write(head + b"".join(pieces))
            self._end(reply, chunked=chunked)

    def _piece(self, reply: Reply, at: int) -> None:
        if at == len(reply.pieces):
            self._end(reply, chunked=True)
            return
        self._write(_framed(reply.pieces[at]))
        last = at + 1 == len(reply.pieces)
        self._later(0 if last else reply.gap_s, partial(self._piece, reply, at + 1))

    def _end(self, reply: Reply, *, chunked: bool) -> None:
        match reply.end:
            case End.SILENT:
                return
            case End.CUT if self._transport is not None:
                self._transport.close()
                return
        if chunked:
            self._write(b"0\r\n\r\n")
        if reply.end is End.CLOSED and self._transport is not None:
            self._transport.close()
            return
        self._busy = False
        if self._received:
            self._next()

    def _later(self, seconds: float, step: partial[None]) -> None:
        if not math.isinf(seconds):
            self._timer = asyncio.get_running_loop().call_later(seconds, step)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _head(reply: Reply, *, chunked: bool) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Unknown"
    size = len(reply.body) + (reply.end in {End.CUT, End.SILENT})
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    lines = [f"HTTP/1.1 {reply.status} {phrase}", framing]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _framed(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until standard input ends and return the exit code."""
    parser = argparse.ArgumentParser(description="A model server that answers as it is told.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--text", help="what it answers; without it, the last message comes back")
    parser.add_argument("--delay", type=float, default=0, help="seconds before every answer")
    parser.add_argument("--gap", type=float, default=0, help="seconds between streamed words")
    options = parser.parse_args(arguments)

    def script(request: FakeRequest) -> Reply:
        if options.text is None:
            return echo(request).after(options.delay)
        return answer_to(request, options.text, gap_s=options.gap).after(options.delay)

    asyncio.run(_serve(FakeProvider(script, port=options.port)))
    return 0


async def _serve(provider: FakeProvider) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    async with provider:
        sys.stdout.write(orjson.dumps({"url": provider.base_url}).decode() + "\n")
        sys.stdout.flush()
        threading.Thread(target=wait_for_end, daemon=True).start()
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
