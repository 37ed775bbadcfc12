"""The call worker as its parent sees it: started, told what to do, lost, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from tests.support.engine import until
from tests.support.projects import add_run, new_run, register

from prompt_workbench.domain.comparisons import Run, RunLimits, RunState
from prompt_workbench.domain.errors import HostError
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.engine.protocol import (
    CellFinished,
    CellStarted,
    CellText,
    ContinueRun,
    Event,
    PauseRun,
    Ready,
    RunEnded,
    RunProgressed,
    StartRun,
    StopRun,
    WorkerFailed,
)
from prompt_workbench.providers.fake import FakeProvider, echo
from prompt_workbench.providers.fake_replies import stream
from prompt_workbench.services.worker_link import WorkerLink
from prompt_workbench.storage.project import Project


class Desk:
    """An open project, a worker for it, and a provider that keeps the bill."""

    def __init__(self, project: Project, provider: FakeProvider, link: WorkerLink) -> None:
        self.project = project
        self.provider = provider
        self.link = link
        self.events: list[Event] = []
        link.subscribe(self.events.append)

    async def start(self, run: Run, keys: dict[str, str] | None = None) -> None:
        await self.link.start(self.project.location, keys or {})
        await self.link.send(StartRun(run_id=run.id))

    async def ended(self) -> RunEnded:
        await until(lambda: self.told(RunEnded))
        return self.told(RunEnded)[-1]

    def told(self, kind: type[Event]) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    async def states(self, run: Run) -> list[GenerationState]:
        cells = await self.project.read(lambda r: r.generations.cells(run.id))
        return [cell.state for cell in cells]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    project = await asyncio.to_thread(Project.create, tmp_path / "project.pwb")
    async with FakeProvider() as provider:
        register(provider.base_url)
        link = WorkerLink()
        yield Desk(project, provider, link)
        await link.close()
    await project.close()


@pytest.fixture
async def loop_errors() -> AsyncIterator[list[str]]:
    """Collect what the event loop would log as a bug."""
    loop, errors = asyncio.get_running_loop(), list[str]()
    loop.set_exception_handler(lambda _, context: errors.append(str(context.get("exception"))))
    yield errors
    loop.set_exception_handler(None)


async def test_a_run_is_answered_told_and_stored(desk: Desk) -> None:
    run = await add_run(desk.project, new_run(cases=5))
    await desk.start(run)
    assert (await desk.ended()).state is RunState.DONE
    assert isinstance(desk.events[0], Ready)
    assert len(desk.told(CellFinished)) == 5
    texts = {event.summary.cell.case: event.summary.preview for event in desk.told(CellFinished)}
    assert texts[3] == "Say word-3"
    stored = await desk.project.read(lambda r: r.generations.texts(run.id, 0, 5))
    assert sorted(stored.values()) == [f"Say word-{n}" for n in range(5)]
    assert len(desk.provider.requests) == 5


async def test_long_answers_are_told_as_they_come(desk: Desk) -> None:
    words = [f"word-{number} " for number in range(200)]
    desk.provider.script = lambda request: stream(words)
    run = await add_run(desk.project, new_run(cases=3))
    await desk.start(run)
    assert (await desk.ended()).state is RunState.DONE
    for case in range(3):
        told = [event.text for event in desk.told(CellText) if event.cell.case == case]
        assert "".join(told) == "".join(words)
    assert len(desk.told(CellStarted)) == len(desk.told(CellFinished)) == 3


async def test_a_run_can_be_paused_and_stopped(desk: Desk) -> None:
    desk.provider.script = lambda request: echo(request).after(0.02)
    run = await add_run(desk.project, new_run(cases=500, limits=RunLimits(concurrency=2)))
    await desk.start(run)
    await until(lambda: desk.told(CellFinished))
    await desk.link.send(PauseRun(run_id=run.id))
    await until(lambda: desk.told(RunProgressed)[-1].progress.state is RunState.PAUSED)
    sent = len(desk.provider.requests)
    await desk.link.send(ContinueRun(run_id=run.id))
    await until(lambda: desk.told(RunProgressed)[-1].progress.state is RunState.RUNNING)
    await until(lambda: len(desk.provider.requests) > sent)
    await desk.link.send(StopRun(run_id=run.id))
    assert (await desk.ended()).state is RunState.STOPPED
    states = await desk.states(run)
    # Those that were recorded and stopped before their bytes left are cancelled, too.
    assert 0 <= len(states) - len(desk.provider.requests) <= 2
    assert set(states) == {GenerationState.DONE, GenerationState.CANCELLED}


async def test_a_worker_that_dies_is_told_and_replaced(desk: Desk) -> None:
    desk.provider.script = lambda request: echo(request).after(0.02)
    run = await add_run(desk.project, new_run(cases=40, limits=RunLimits(concurrency=2)))
    await desk.start(run)
    await until(lambda: desk.told(CellFinished))
    first = desk.link.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: desk.told(WorkerFailed))
    assert "signal 9" in desk.told(WorkerFailed)[0].message
    await until(lambda: len(desk.told(Ready)) == 2)
    assert desk.link.pid not in (None, first)
    assert desk.told(RunEnded) == []
    await desk.start(run)
    assert (await desk.ended()).state is RunState.DONE
    assert set(await desk.states(run)) == {GenerationState.DONE}


async def test_a_worker_that_dies_without_work_is_not_replaced_until_it_is_needed(
    desk: Desk,
) -> None:
    await desk.link.start(desk.project.location, {})
    os.kill(desk.link.pid, signal.SIGKILL)
    await until(lambda: desk.told(WorkerFailed))
    assert desk.link.pid is None
    run = await add_run(desk.project, new_run(cases=1))
    with pytest.raises(HostError, match="not running"):
        await desk.link.send(StartRun(run_id=run.id))
    await desk.start(run)
    assert (await desk.ended()).state is RunState.DONE


async def test_a_listener_that_fails_hides_nothing_from_the_others(
    desk: Desk, loop_errors: list[str]
) -> None:
    def fail(event: Event) -> None:
        if type(event) in (Ready, CellFinished):
            raise ValueError("a bug")

    desk.link.subscribe(fail)
    run = await add_run(desk.project, new_run(cases=4))
    await desk.start(run)
    assert (await desk.ended()).state is RunState.DONE
    assert len(desk.told(CellFinished)) == 4
    assert loop_errors


async def test_closing_stores_what_is_in_flight_and_starts_nothing_more(desk: Desk) -> None:
    desk.provider.script = lambda request: echo(request).after(0.2)
    run = await add_run(desk.project, new_run(cases=9, limits=RunLimits(concurrency=3)))
    await desk.start(run)
    await until(lambda: len(desk.provider.requests) == 3)
    await desk.link.close()
    assert await desk.states(run) == [GenerationState.DONE] * 3
    assert (await desk.project.read(lambda r: r.runs.get(run.id))).state is RunState.INTERRUPTED
    assert desk.told(WorkerFailed) == []


async def test_what_prevents_the_start_is_said(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(HostError, match="absent"):
        await desk.link.start(str(tmp_path / "absent.pwb"), {})
    assert desk.events == []
    broken = WorkerLink(["python3", "-c", "raise SystemExit(3)"])
    with pytest.raises(HostError, match="exit code 3"):
        await broken.start("any", {})


async def test_a_worker_that_talks_nonsense_is_ended(desk: Desk) -> None:
    link = WorkerLink(
        ["python3", "-c", "import time; print('hello world', flush=True); time.sleep(60)"]
    )
    with pytest.raises(HostError, match="could not be started"):
        await link.start("any", {})


async def test_a_key_reaches_the_provider_and_shows_up_nowhere_else(desk: Desk) -> None:
    key = "sk-test-0123456789"
    origin = desk.provider.base_url.removesuffix("/v1")
    run = await add_run(desk.project, new_run(cases=1))
    await desk.start(run, {origin: key})
    await desk.ended()
    assert desk.provider.requests[0].headers["authorization"] == f"Bearer {key}"
    process = psutil.Process(desk.link.pid)
    assert key not in str(process.environ())
    assert key not in str(process.cmdline())
    await desk.link.close()
    files = [path for path in Path.home().rglob("*") if path.is_file()]
    files += Path(desk.project.location).parent.iterdir()
    assert not [path for path in files if key.encode() in path.read_bytes()]


async def test_endpoints_and_keys_may_change_between_runs(desk: Desk) -> None:
    async with FakeProvider() as other:
        await desk.start(await add_run(desk.project, new_run(1, cases=1)))
        await desk.ended()
        register(other.base_url)
        second = await add_run(desk.project, new_run(2, cases=1))
        await desk.start(second, {other.base_url.removesuffix("/v1"): "sk-other"})
        await until(lambda: len(desk.told(RunEnded)) == 2)
        assert other.requests[0].headers["authorization"] == "Bearer sk-other"


async def test_interrupting_the_terminal_leaves_the_worker_to_its_parent(desk: Desk) -> None:
    run = await add_run(desk.project, new_run(cases=1))
    await desk.link.start(desk.project.location, {})
    os.kill(desk.link.pid, signal.SIGINT)
    await desk.link.send(StartRun(run_id=run.id))
    assert (await desk.ended()).state is RunState.DONE
