"""The transport that litellm is given: it hands a request over, and is handed the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar

import httpx
from typing_extensions import override

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.providers.litellm_messages import Feed, Finish, FromChild, Pieces, Wire
from prompt_workbench.system.no_network import REFUSAL


class ServedCall:
    """One call in litellm's process: what it is fed, and what came of it so far."""

    def __init__(self, number: int, reply: Callable[[FromChild], None]) -> None:
        self.number = number
        self.pieces: list[JsonObject] = []
        self.inbox: asyncio.Queue[Feed | Finish] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None
        self.was_sent = False
        self.reply = reply

    def tell_pieces(self) -> None:
        """Tell what came of what was fed."""
        pieces, self.pieces = self.pieces, []
        self.reply(Pieces(call=self.number, pieces=pieces))

    async def body(self, first: Feed | Finish) -> AsyncIterator[bytes]:
        """Yield what litellm is fed.

        litellm asks for more only when it has read all it has: what came of that is told then.
        """
        message = first
        while isinstance(message, Feed):
            yield message.data
            self.tell_pieces()
            message = await self.inbox.get()


current: ContextVar[ServedCall | None] = ContextVar("current", default=None)
"""The call that litellm works for."""


class HandingOver(httpx.AsyncBaseTransport):
    """Has the call worker send what litellm wants to send: one request, once."""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = current.get()
        if call is None or call.was_sent or request.method != "POST":
            raise httpx.ConnectError(REFUSAL, request=request)
        call.was_sent = True
        body = await request.aread()
        call.reply(
            Wire(call=call.number, url=str(request.url), headers=dict(request.headers), body=body)
        )
        first = await call.inbox.get()
        content_type = first.content_type if isinstance(first, Feed) else ""
        return _Unbuffered(
            200,
            headers={"Content-Type": content_type},
            stream=_Body(call.body(first)),
            request=request,
        )


class _Body(httpx.AsyncByteStream):
    def __init__(self, content: AsyncIterator[bytes]) -> None:
        self._content = content

    @override
    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._content


class _Unbuffered(httpx.Response):
    @override
    def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        # In pieces of a fixed size, the first words would wait for the later ones.
        return super().aiter_bytes()
