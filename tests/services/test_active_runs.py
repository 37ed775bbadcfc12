"""Runs the worker works on: none is lost sight of, and none is waited for in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest
from tests.support.scripted_worker import ScriptedWorker
from typing_extensions import override

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.errors import DiskFullError, HostError
from prompt_workbench.engine.protocol import (
    Command,
    Event,
    RetryCells,
    RunEnded,
    StartRun,
    WorkerFailed,
)
from prompt_workbench.services.active_runs import ActiveRuns
from prompt_workbench.services.base import Announcements
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.repositories import Repositories

START = StartRun(run_id="run")


class FullProject:
    """A project on a disk that has no room left."""

    location = "full.pwb"

    async def write(self, work: Callable[[Repositories], object]) -> object:
        raise DiskFullError("There is no room left on the disk.", hint="Make room.")


class BrokenPipe(ScriptedWorker):
    """Starts runs, and cannot be told anything more."""

    @override
    async def send(self, command: Command) -> None:
        if not isinstance(command, StartRun):
            raise HostError("The call worker is gone.")
        await super().send(command)


def active_runs(worker: ScriptedWorker) -> ActiveRuns:
    worker.hold = True
    project = cast("Project", FullProject())
    return ActiveRuns(project, Announcements(), person=wired_projects().person, worker=worker)


@pytest.mark.expects_log("was not freed")
async def test_a_run_that_cannot_be_marked_as_interrupted_is_not_waited_for() -> None:
    worker, told = ScriptedWorker(), list[Event]()
    runs = active_runs(worker)
    runs.subscribe(told.append)
    await runs.begin(START)
    waiting = asyncio.create_task(runs.ended("run"))
    await asyncio.sleep(0)
    worker.say(WorkerFailed(message="The call worker ended."))
    async with asyncio.timeout(5):
        with pytest.raises(DiskFullError, match="no room"):
            await waiting
    assert "run" not in runs
    reason = "There is no room left on the disk. Make room."
    assert RunEnded(run_id="run", state=RunState.INTERRUPTED, reason=reason) in told
    await runs.close()


async def test_a_retry_that_cannot_be_sent_leaves_the_run_active() -> None:
    runs = active_runs(BrokenPipe())
    await runs.begin(START)
    with pytest.raises(HostError):
        await runs.begin(RetryCells(run_id="run"))
    assert "run" in runs
    with pytest.raises(HostError):
        await runs.begin(RetryCells(run_id="other"))
    assert "other" not in runs
    await runs.close()
