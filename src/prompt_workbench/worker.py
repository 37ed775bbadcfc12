"""The call worker: a process of its own that sends calls and keeps their ledger.

Commands come as frames on stdin and events leave as frames on stdout; see `engine.protocol`.
The worker ends when its stdin does, after what is in flight is finished and committed.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import BinaryIO

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.engine.batch_ports import Batching
from prompt_workbench.engine.events import EventBuffer
from prompt_workbench.engine.protocol import (
    Command,
    ContinueRun,
    Event,
    Hello,
    PauseRun,
    Ready,
    RetryCells,
    Shutdown,
    StartRun,
    StopRun,
    WorkerFailed,
)
from prompt_workbench.engine.protocol_json import decoded_command, encoded_events
from prompt_workbench.engine.runner import Runner
from prompt_workbench.providers.base import Provider
from prompt_workbench.providers.batches import BatchProvider
from prompt_workbench.providers.catalogue import Catalogue
from prompt_workbench.providers.listings import listings_version
from prompt_workbench.providers.litellm_host import LitellmHost
from prompt_workbench.providers.local.supervisor import LocalServers, ServerLimits, default_limits
from prompt_workbench.settings import models
from prompt_workbench.settings.models import ModelRegistry
from prompt_workbench.settings.offline import OfflineSwitch
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.system.crash import write_report
from prompt_workbench.system.egress_guard import guard
from prompt_workbench.system.frames import FrameError, frames, read_frame
from prompt_workbench.system.logs import log_to_file
from prompt_workbench.system.renderer import Renderer

_logger = logging.getLogger(__name__)

_TELL_EVERY_S = 0.033
_GARBAGE_LIMITS = (10_000, 20, 50)
"""Collecting cyclic garbage takes a tenth of the time where it is done as often as usual."""


def main(arguments: Sequence[str]) -> int:
    """Work until stdin ends, and return the exit code."""
    _prevent_core_dumps()
    # Ctrl-C in a terminal reaches the whole group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log_to_file("worker")
    is_offline = OfflineSwitch()
    guard(is_offline)
    gc.freeze()  # what is imported by now stays for good
    gc.set_threshold(*_GARBAGE_LIMITS)
    with _private_pipes() as (commands, events):
        try:
            with asyncio.Runner(loop_factory=loop_factory(offline=is_offline())) as runner:
                return runner.run(_Worker(commands, events).run())
        except Exception as error:
            _logger.exception("the worker ended unexpectedly")
            write_report(error)
            return 1


def loop_factory(*, offline: bool = False) -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the fastest loop there is; None stands for Python's own.

    The faster one connects without telling the guard, so offline it is not taken. Where Offline
    is switched on later, our transport refuses, and nothing else in the worker connects by it.
    """
    if offline:
        return None
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


class _Worker:
    """Turns commands into runs, and what happens into events."""

    def __init__(self, commands: BinaryIO, events: BinaryIO) -> None:
        self._commands: asyncio.Queue[Command | None] = asyncio.Queue()
        self._input = commands
        self._teller = _Teller(events)

    async def run(self) -> int:
        """Obey commands until they end; 1 if the project cannot be worked on."""
        loop = asyncio.get_running_loop()
        reader = threading.Thread(target=self._read, args=(loop,), name="commands", daemon=True)
        reader.start()
        telling = asyncio.create_task(self._teller.run())
        hello = await self._commands.get()
        code = 0
        if isinstance(hello, Hello):
            try:
                await self._work(hello)
            except WorkbenchError as error:
                self._teller.put(WorkerFailed(message=error.message, hint=error.hint or ""))
                code = 1
        self._teller.end()
        await telling
        return code

    async def _work(self, hello: Hello) -> None:
        current = _CurrentModels(hello)
        ledger = await asyncio.to_thread(ProjectLedger.open, hello.project)
        renderer = Renderer()
        runner = Runner(
            ledger,
            current,
            renderer,
            self._teller.put,
            batching=Batching(ledger=ledger, models=current),
        )
        self._teller.put(Ready(pid=os.getpid()))
        try:
            while not isinstance(command := await self._commands.get(), Shutdown | None):
                if isinstance(command, Hello):
                    current.change(command)
                else:
                    _obey(command, runner)
            await runner.close()
        finally:
            await current.close()
            await renderer.close()
            await ledger.close()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Pass commands on; the end of the pipe, or what is no command, is the end."""
        payload: bytes | None = b""
        while payload is not None:
            command = None
            try:
                payload = read_frame(self._input)
                command = None if payload is None else decoded_command(payload)
            except (FrameError, ValueError, OSError):
                _logger.exception("a command could not be read")
                payload = None
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._commands.put_nowait, command)


class _CurrentModels:
    """The models as the person has them now: keys and endpoints may change between runs."""

    def __init__(self, hello: Hello) -> None:
        self._local = LocalServers()
        self._litellm = LitellmHost()
        self._offline = OfflineSwitch()
        self._known: tuple[Mapping[str, str], ModelRegistry, int] | None = None
        self._catalogues: list[Catalogue] = []
        self.change(hello)

    def change(self, hello: Hello) -> None:
        """Go by these keys and threads, and by the present registry, from now on."""
        threads = hello.local_threads
        self._local.limits = default_limits() if threads is None else ServerLimits(threads=threads)
        known = (hello.keys, models.load(), listings_version())
        if known != self._known:
            # Runs that go on keep the providers, and so the catalogue, they began with.
            self._known = known
            made = Catalogue(
                known[1],
                self._local,
                hello.keys,
                is_offline=self._offline,
                litellm=self._litellm,
            )
            self._catalogues.append(made)

    def info(self, ref: ModelRef) -> ModelInfo:
        """Return what is known of a model."""
        return self._catalogues[-1].info(ref)

    async def provider(self, ref: ModelRef) -> Provider:
        """Return the provider of a model, ready to be called."""
        return await self._catalogues[-1].provider(ref)

    def batches(self, ref: ModelRef) -> BatchProvider:
        """Return where the batches of a model go."""
        return self._catalogues[-1].batches(ref)

    async def close(self) -> None:
        """Close all connections and end the local models."""
        for catalogue in self._catalogues:
            await catalogue.close()


class _Teller:
    """Writes events at most every 33 ms, on a thread, so that no reader can delay a call."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._buffer = EventBuffer()
        self._wanted = asyncio.Event()
        self._is_ending = False

    def put(self, event: Event) -> None:
        """Tell of an event soon."""
        self._buffer.put(event)
        self._wanted.set()

    def end(self) -> None:
        """Tell what is left, and end."""
        self._is_ending = True
        self._wanted.set()

    async def run(self) -> None:
        """Write until the end; a parent that is gone is told nothing."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            if events := self._buffer.take():
                await asyncio.to_thread(self._write, frames(encoded_events(events)))
            if self._is_ending and not self._buffer:
                return
            if not self._is_ending:
                await asyncio.sleep(_TELL_EVERY_S)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        with suppress(OSError):
            while rest:
                rest = rest[self._pipe.write(rest) :]


def _obey(command: Command | None, runner: Runner) -> None:
    match command:
        case StartRun(run_id=run_id, patience_s=patience_s):
            runner.start(run_id, patience_s=patience_s)
        case PauseRun(run_id=run_id):
            runner.pause(run_id)
        case ContinueRun(run_id=run_id):
            runner.resume(run_id)
        case StopRun(run_id=run_id):
            runner.stop(run_id)
        case RetryCells(run_id=run_id, cells=cells, patience_s=patience_s):
            runner.retry(run_id, cells, patience_s=patience_s)


@contextmanager
def _private_pipes() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Yield the pipes of the parent; what prints to stdout by mistake goes to stderr.

    They are unbuffered: a buffered reader cannot be left behind by a blocked thread.
    """
    with (
        os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0) as commands,
        os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0) as events,
    ):
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        yield commands, events


def _prevent_core_dumps() -> None:
    """Keep keys, which are in memory, out of core files."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
