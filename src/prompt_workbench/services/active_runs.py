"""The runs that the call worker works on: told to start and stop, followed, and waited for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.comparisons import Run, RunProgress, RunState
from prompt_workbench.domain.errors import ConflictError, WorkbenchError
from prompt_workbench.engine.outcome import sentence
from prompt_workbench.engine.protocol import (
    Command,
    ContinueRun,
    Event,
    PauseRun,
    RetryCells,
    RunEnded,
    RunProgressed,
    StartRun,
    StopRun,
    WorkerFailed,
)
from prompt_workbench.services.base import Announce
from prompt_workbench.settings.schema import LOCAL_THREADS

if TYPE_CHECKING:
    from prompt_workbench.services.person import Person
    from prompt_workbench.storage.project import Project
    from prompt_workbench.storage.repositories import Repositories

_logger = logging.getLogger(__name__)


class Worker(Protocol):
    """The call worker as seen from here."""

    async def start(
        self, project: str, keys: Mapping[str, str], *, local_threads: int | None = None
    ) -> None:
        """Start the worker on a project unless it runs already."""
        ...

    async def send(self, command: Command) -> None:
        """Give the worker a command."""
        ...

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have a listener told what the worker says; return how to stop that."""
        ...

    async def close(self) -> None:
        """End the worker once what is under way is stored."""
        ...


class ActiveRuns:
    """Follows what the worker does, and frees what a worker that died left behind."""

    def __init__(
        self, project: Project, announce: Announce, *, person: Person, worker: Worker
    ) -> None:
        self._project = project
        self._person = person
        self._announce = announce
        self._worker = worker
        self._runs: dict[str, RunProgress | None] = {}
        self._endings: dict[str, asyncio.Future[None]] = {}
        self._listeners: list[Callable[[Event], None]] = []
        self._recoveries: set[asyncio.Task[None]] = set()
        self._in_order = asyncio.Lock()
        """Held while a command is given, so that a stop never overtakes its start."""
        self._unsubscribe = worker.subscribe(self._on_event)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._runs

    @property
    def progress(self) -> tuple[RunProgress, ...]:
        """How far each active run is; a run that has said nothing yet is left out."""
        return tuple(progress for progress in self._runs.values() if progress is not None)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have a listener told what runs do; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def begin(self, command: StartRun | RetryCells) -> None:
        """Have the worker work on a run; the worker is started where it does not run."""
        was_active = command.run_id in self._runs
        self._runs.setdefault(command.run_id, None)
        try:
            async with self._in_order:
                await self._start_worker()
                await self._worker.send(command)
        except BaseException:
            # One that is at work already goes on without what it was told now.
            if not was_active:
                self._runs.pop(command.run_id, None)
            raise

    async def steer(self, command: PauseRun | ContinueRun | StopRun) -> None:
        """Pause, continue or stop an active run; others are left as they are."""
        async with self._in_order:
            if command.run_id in self._runs:
                await self._worker.send(command)

    async def ended(self, run_id: str) -> None:
        """Wait until a run is no longer active.

        Raises:
            StorageError: The worker died, and that the run was interrupted cannot be stored.
        """
        if run_id in self._runs:
            loop = asyncio.get_running_loop()
            await asyncio.shield(self._endings.setdefault(run_id, loop.create_future()))

    async def leave(self) -> None:
        """End the worker once what is under way is stored; the next start makes a new one."""
        await self._worker.close()

    async def close(self) -> None:
        """End the worker once what is under way is stored."""
        await self._worker.close()
        self._unsubscribe()
        for task in tuple(self._recoveries):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _start_worker(self) -> None:
        keys = await self._person.keys.all()
        threads = int(self._person.settings.get(LOCAL_THREADS.key)) or None
        await self._worker.start(self._project.location, keys, local_threads=threads)

    def _on_event(self, event: Event) -> None:
        match event:
            case RunProgressed(progress=progress):
                self._runs[progress.run_id] = progress
            case RunEnded(run_id=run_id):
                self._forget(run_id)
            case WorkerFailed():
                task = asyncio.get_running_loop().create_task(self._recover(tuple(self._runs)))
                self._recoveries.add(task)
                task.add_done_callback(self._recoveries.discard)
        self._tell(event)

    def _forget(self, run_id: str, error: Exception | None = None) -> None:
        self._runs.pop(run_id, None)
        self._announce(changed(Kind.RUN, Kind.GENERATION, Kind.SCORE, ids=frozenset({run_id})))
        ending = self._endings.pop(run_id, None)
        if ending and error:
            ending.set_exception(error)
        elif ending:
            ending.set_result(None)

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def _recover(self, run_ids: Sequence[str]) -> None:
        for run_id in run_ids:
            try:
                run = await self._project.write(partial(_recovered, run_id=run_id))
            except Exception as error:
                # Whatever it was, nobody shall wait for the run any longer.
                _logger.exception("the run %s of a worker that died was not freed", run_id)
                self._forget(run_id, error)
                state, reason = RunState.INTERRUPTED, _sentence(error)
            else:
                self._forget(run_id)
                state, reason = run.state, run.state_reason
            self._tell(RunEnded(run_id=run_id, state=state, reason=reason))


def _sentence(error: Exception) -> str:
    if isinstance(error, WorkbenchError):
        return sentence(error)
    return "An unexpected error kept the run from being saved. Look at the log, then resume it."


def _recovered(repositories: Repositories, run_id: str) -> Run:
    run = repositories.runs.get(run_id)
    if run.state in {RunState.RUNNING, RunState.PAUSED}:
        # Another process may have taken the run over in the meantime; then it is not ours.
        with suppress(ConflictError):
            repositories.runs.recover(run_id)
    return repositories.runs.get(run_id)
