"""Starts and stops the process that has litellm, and passes messages to it and back."""

from __future__ import annotations

import asyncio
import itertools
import queue
import subprocess
import threading
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import TypeAlias

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.litellm_messages import (
    Begin,
    Drop,
    Failed,
    Feed,
    Finish,
    FromChild,
    Loaded,
    Pieces,
    ToChild,
    Wire,
    encoded,
    from_child,
)
from prompt_workbench.system.child_process import NO_WINDOW, child_command, child_environment
from prompt_workbench.system.frames import FrameError, frame, read_frame

_LOADED_WITHIN_S = 120
_ENDS_WITHIN_S = 2.0

_Reply: TypeAlias = Wire | Pieces | Failed


class LitellmHost:
    """The one process that has litellm; started by the first call that needs it.

    It belongs to no event loop: calls of several loops may share it.
    """

    def __init__(self) -> None:
        self._process: _Process | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    def start(self) -> None:
        """Have litellm loaded, without waiting for it."""
        self._running()

    async def ready(self) -> None:
        """Wait until litellm is loaded, which takes seconds.

        Raises:
            ProviderError: It cannot be loaded.
        """
        process = await asyncio.to_thread(self._running)
        try:
            async with asyncio.timeout(_LOADED_WITHIN_S):
                # Whoever stops waiting does not stop the others.
                await asyncio.shield(asyncio.wrap_future(process.loaded))
        except TimeoutError:
            raise _unusable() from None

    async def call(self) -> LitellmCall:
        """Return a new call, once litellm is loaded.

        Raises:
            ProviderError: It cannot be loaded.
        """
        await self.ready()
        process = self._process
        if process is None:
            raise _unusable()
        return LitellmCall(process, next(self._numbers))

    async def close(self) -> None:
        """End the process; calls under way fail."""
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(process.end)

    def _running(self) -> _Process:
        with self._lock:
            if self._process is None or self._process.is_gone:
                self._process = _Process()
            return self._process


class LitellmCall:
    """What one call asks of litellm; leaving it early gives the call up."""

    def __init__(self, process: _Process, number: int) -> None:
        self._process = process
        self._number = number

    async def __aenter__(self) -> LitellmCall:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.tell(Drop(call=self._number))

    async def begin(self, arguments: dict[str, Json]) -> Wire | Failed:
        """Return the request that litellm would send."""
        reply = await self._asked(Begin(call=self._number, arguments=arguments))
        return reply if isinstance(reply, Wire) else _failed(reply)

    async def feed(self, data: bytes, *, content_type: str) -> Pieces | Failed:
        """Return what litellm makes of more of the answer."""
        reply = await self._asked(Feed(call=self._number, content_type=content_type, data=data))
        return reply if isinstance(reply, Pieces) else _failed(reply)

    async def finish(self) -> Pieces | Failed:
        """Return what litellm makes of the end of the answer."""
        reply = await self._asked(Finish(call=self._number))
        return reply if isinstance(reply, Pieces) else _failed(reply)

    async def _asked(self, message: Begin | Feed | Finish) -> _Reply:
        return await asyncio.wrap_future(self._process.ask(message))


class _Process:
    """The process with a thread for each of its pipes, so that neither holds a loop up."""

    def __init__(self) -> None:
        self.loaded: Future[None] = Future()
        self.is_gone = False
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[_Reply]] = {}
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            child_command("_litellm"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            creationflags=NO_WINDOW,
            bufsize=0,
        )
        self._threads = [
            threading.Thread(target=self._write, name="to litellm", daemon=True),
            threading.Thread(target=self._read, name="from litellm", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, message: Begin | Feed | Finish) -> Future[_Reply]:
        """Send a message, and return where its reply will be."""
        reply: Future[_Reply] = Future()
        data = _framed(message)
        with self._lock:
            if not self.is_gone:
                self._waiting[message.call] = reply
        if self.is_gone:
            reply.cancel()
            raise _unusable(sent=not isinstance(message, Begin))
        self._outbox.put(data)
        return reply

    def tell(self, message: Drop) -> None:
        """Send a message soon that has no reply."""
        self._outbox.put(_framed(message))

    def end(self) -> None:
        """Have the process end, and wait for it."""
        self._outbox.put(None)
        if not self.loaded.done():
            # It listens only when it is loaded.
            self._process.kill()
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for thread in self._threads:
            thread.join(_ENDS_WITHIN_S)

    def _write(self) -> None:
        pipe = self._process.stdin
        if pipe is None:
            return
        with suppress(OSError), pipe:
            while (data := self._outbox.get()) is not None:
                rest = memoryview(data)
                while rest:
                    rest = rest[pipe.write(rest) :]

    def _read(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        with suppress(OSError, FrameError, ValueError), pipe:
            while (payload := read_frame(pipe)) is not None:
                self._take(from_child(payload))
        self._lose()
        self._process.kill()
        self._process.wait()

    def _take(self, message: FromChild) -> None:
        if isinstance(message, Loaded):
            self.loaded.set_result(None)
            return
        with self._lock:
            reply = self._waiting.pop(message.call, None)
        # A call that was given up waits for nothing.
        if reply is not None and reply.set_running_or_notify_cancel():
            reply.set_result(message)

    def _lose(self) -> None:
        """Tell all who wait that the process is gone."""
        with self._lock:
            self.is_gone = True
            waiting, self._waiting = self._waiting, {}
        self._outbox.put(None)
        if not self.loaded.done():
            self.loaded.set_exception(_unusable())
        for reply in waiting.values():
            if reply.set_running_or_notify_cancel():
                reply.set_exception(_unusable(sent=True))


def _framed(message: ToChild) -> bytes:
    try:
        return frame(encoded(message))
    except FrameError:
        raise ProviderError(
            "This is too much for one call through litellm.",
            kind=ProviderErrorKind.TOO_LARGE,
            sent=not isinstance(message, Begin),
            hint="Shorten the prompt, or take files out of it.",
        ) from None


def _failed(reply: _Reply) -> Failed:
    if isinstance(reply, Failed):
        return reply
    return Failed(call=reply.call, kind="", message="litellm answered something else.")


def _unusable(*, sent: bool = False) -> ProviderError:
    if sent:
        message, hint = "The process that has litellm ended during the call.", "Try again."
    else:
        message = "litellm cannot be loaded."
        hint = "Install Prompt Workbench again, with all it needs."
    return ProviderError(message, kind=ProviderErrorKind.PROTOCOL, sent=sent, hint=hint)
