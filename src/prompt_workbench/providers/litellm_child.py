"""The process that has litellm: it writes requests and reads answers, and sends nothing itself.

This is the only module that imports litellm. Importing it takes seconds of processor time and
each stream through it a multiple of one through our own adapters, so it has a process of its
own. That process has no network: an audit hook refuses every connection and every look-up, and
litellm's HTTP clients get a transport that hands the request to the call worker, which sends it
with the time limits, the offline switch and the bookkeeping of every other call. Messages come
as frames on stdin and leave as frames on stdout; see `litellm_messages`.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

from prompt_workbench.domain.canonical import Json
from prompt_workbench.providers.litellm_messages import (
    Begin,
    Drop,
    Failed,
    Feed,
    Finish,
    FromChild,
    Loaded,
    ToChild,
    encoded,
    to_child,
)
from prompt_workbench.providers.litellm_pieces import chunk_of, whole_of
from prompt_workbench.providers.litellm_transport import HandingOver, ServedCall, current
from prompt_workbench.system.frames import FrameError, frame, read_frame
from prompt_workbench.system.no_network import refuse_network

_ENVIRONMENT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it asks the network for prices
    "LITELLM_MODE": "PRODUCTION",  # else it reads a file named .env
    "LITELLM_LOG": "ERROR",
    "DISABLE_AIOHTTP_TRANSPORT": "True",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_TRACEBACK = "Traceback (most recent call last)"
"""What litellm puts into some messages, with the paths of this computer."""
_LONGEST_MESSAGE = 4_000


def main(arguments: Sequence[str]) -> int:
    """Work until stdin ends."""
    _prevent_core_dumps()
    messages, replies = _private_pipes()
    with asyncio.Runner() as runner:
        runner.get_loop()  # on Windows a loop connects to itself when it is made
        refuse_network()
        litellm = load_litellm()
        return runner.run(_Child(litellm, messages, replies).run())


def load_litellm() -> Any:
    """Import litellm with everything off that is not asked of it, and return it."""
    os.environ.update(_ENVIRONMENT)
    logging.disable(logging.CRITICAL)
    gc.disable()
    import httpx
    import litellm
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

    gc.enable()
    gc.freeze()
    litellm.telemetry = False
    litellm.drop_params = False
    litellm.num_retries = 0
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.disable_streaming_logging = True
    litellm.callbacks = []
    transport = HandingOver()
    AsyncHTTPHandler.create_async_transport = staticmethod(lambda *_, **__: transport)
    litellm.aclient_session = httpx.AsyncClient(
        transport=transport, follow_redirects=False, trust_env=False
    )
    return litellm


class _Child:
    """Runs the calls that it is told to."""

    def __init__(self, litellm: Any, messages: BinaryIO, replies: BinaryIO) -> None:
        self._litellm = litellm
        self._input, self._output = messages, replies
        self._messages: asyncio.Queue[ToChild | None] = asyncio.Queue()
        self._calls: dict[int, ServedCall] = {}

    async def run(self) -> int:
        """Obey until the messages end."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), name="messages", daemon=True).start()
        self.reply(Loaded(version=_version()))
        while (message := await self._messages.get()) is not None:
            self._take(message)
        for call in self._calls.values():
            if call.task is not None:
                call.task.cancel()
        return 0

    def reply(self, message: FromChild) -> None:
        """Tell the worker."""
        rest = memoryview(frame(encoded(message)))
        with suppress(OSError):
            while rest:
                rest = rest[self._output.write(rest) :]

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        message: ToChild | None = None
        while True:
            try:
                payload = read_frame(self._input)
                message = None if payload is None else to_child(payload)
            except (FrameError, ValueError, OSError):
                message = None
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._messages.put_nowait, message)
            if message is None:
                return

    def _take(self, message: ToChild) -> None:
        match message:
            case Begin():
                call = self._calls[message.call] = ServedCall(message.call, self.reply)
                call.task = asyncio.create_task(self._pieces(call, message.arguments))
                call.task.add_done_callback(partial(self._ended, call))
            case Feed() | Finish():
                if (known := self._calls.get(message.call)) is not None:
                    known.inbox.put_nowait(message)
            case Drop():
                dropped = self._calls.pop(message.call, None)
                if dropped is not None and dropped.task is not None:
                    dropped.task.cancel()

    def _ended(self, call: ServedCall, task: asyncio.Task[None]) -> None:
        self._calls.pop(call.number, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            call.tell_pieces()
        else:
            self.reply(_failure(call, error))

    async def _pieces(self, call: ServedCall, arguments: dict[str, Json]) -> None:
        current.set(call)
        answer = await self._litellm.acompletion(**arguments, num_retries=0, max_retries=0)
        if not arguments.get("stream"):
            call.pieces.append(whole_of(answer))
            return
        # What litellm's own wrapper yields is no longer what was on the wire: it invents finish
        # reasons and counts tokens itself. Inside of it is the reader of the provider's form.
        stream = answer.completion_stream
        if stream is None:
            stream = await answer.fetch_stream()
        async for chunk in stream:
            call.pieces.append(chunk_of(chunk))


def _failure(call: ServedCall, error: BaseException) -> Failed:
    status = getattr(error, "status_code", None)
    said = str(getattr(error, "message", "") or error).partition(_TRACEBACK)[0][:_LONGEST_MESSAGE]
    return Failed(
        call=call.number,
        kind=type(error).__name__,
        message=said.encode("utf-8", "replace").decode(),
        status=status if isinstance(status, int) else None,
        pieces=call.pieces,
    )


def _version() -> str:
    from importlib.metadata import version

    return version("litellm")


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes of the parent; what litellm prints to stdout goes to stderr."""
    messages = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return messages, replies


def _prevent_core_dumps() -> None:
    """Keep keys, which are in memory, out of core files."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
