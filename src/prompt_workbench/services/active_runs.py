"""The runs that the call worker works on: told to start and stop, followed, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.comparisons import Run, RunProgress, RunState
from prompt_workbench.domain.errors import ConflictError
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

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project, Repositories


class Worker(Protocol):
    """The call worker as seen from here."""

    async def start(self, project: str, keys: Mapping[str, str]) -> None:
        """Start the worker on a project unless it runs already."""
        ...

    async def begin(self, command: StartRun | RetryCells, keys: Mapping[str, str]) -> None:
        """Have the worker work on a run; the worker is started where it does not run."""
        self._runs.setdefault(command.run_id, None)
        try:
            await self._worker.start(self._project.location, keys)
            await self._worker.send(command)
        except BaseException:
            self._runs.pop(command.run_id, None)
            raise

    async def steer(self, command: PauseRun | ContinueRun | StopRun) -> None:
        """Pause, continue or stop an active run; others are left as they are."""
        if command.run_id in self._runs:
            await self._worker.send(command)

    async def ended(self, run_id: str) -> None:
        """Wait until a run is no longer active."""
        if run_id in self._runs:
            loop = asyncio.get_running_loop()
            await asyncio.shield(self._endings.setdefault(run_id, loop.create_future()))

    async def close(self) -> None:
        """End the worker once what is under way is stored."""
        await self._worker.close()
        self._unsubscribe()
        for task in tuple(self._recoveries):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

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

    def _forget(self, run_id: str) -> None:
        self._runs.pop(run_id, None)
        self._announce(changed(Kind.RUN, Kind.GENERATION, Kind.SCORE, ids=frozenset({run_id})))
        if ending := self._endings.pop(run_id, None):
            ending.set_result(None)

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def _recover(self, run_ids: Sequence[str]) -> None:
        for run_id in run_ids:
            run = await self._project.write(partial(_recovered, run_id=run_id))
            self._forget(run_id)
            self._tell(RunEnded(run_id=run_id, state=run.state, reason=run.state_reason))


def _recovered(repositories: Repositories, run_id: str) -> Run:
    run = repositories.runs.get(run_id)
    if run.state in {RunState.RUNNING, RunState.PAUSED}:
        # Another process may have taken the run over in the meantime; then it is not ours.
        with suppress(ConflictError):
            repositories.runs.recover(run_id)
    return repositories.runs.get(run_id)
