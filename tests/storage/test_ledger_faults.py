"""What is stored stays stored: through kills, a full disk and another program's lock."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest
from tests.storage.examples import NOW, add_run, answer, sent
from tests.storage.places import small_disk
from tests.storage.postgres_server import hang_up, lose_the_next_connection_after_its_commit

from prompt_workbench.domain.comparisons import Run, RunState
from prompt_workbench.domain.errors import DiskFullError, ProjectLockedError
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.storage import sqlite
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.opening import open_database
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.sqlite import SqliteDatabase

_KILLS = 10


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    made = Project.create(tmp_path / "mine.pwb")
    yield made
    await made.close()


def sound(location: str) -> bool:
    """Return whether the file has no damage."""
    with closing(sqlite.connect(Path(location), "ro")) as connection:
        found: bool = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return found


async def test_kills_lose_nothing_that_was_stored(project: Project) -> None:
    run = await project.write(lambda store: add_run(store, 4))
    said = await asyncio.to_thread(write_and_kill_often, project.location, run.id)
    lost = await project.write(lambda store: store.runs.recover(run.id))
    states = await project.read(
        lambda store: {id_: store.generations.get(id_).summary.state for id_ in said["sent"]}
    )
    answered = {id_ for id_, state in states.items() if state is GenerationState.DONE}
    assert said["settled"] <= answered
    assert set(states.values()) <= {GenerationState.DONE, GenerationState.UNKNOWN}
    assert lost <= 4
    assert len(said["sent"] - answered) <= 4 * _KILLS
    assert sound(project.location)


def write_and_kill_often(location: str, run_id: str) -> dict[str, set[str]]:
    """Kill writing children at random moments; return which calls they said are stored."""
    said: dict[str, set[str]] = {"sent": set(), "settled": set()}
    chance = random.Random(11)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.writing_child", location, run_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(_KILLS):
            child.stdin.write("go\n")
            write_and_kill(child.stdout, said, chance.randrange(1, 120))
    return said


def write_and_kill(output: IO[str], said: dict[str, set[str]], after: int) -> None:
    """Let a copy of the child store some calls, kill it, and take in what it still said."""
    word, pid = "", 0
    while word != "killed":
        word, about = output.readline().split()
        if word == "writing":
            pid = int(about)
        elif word != "killed":
            said[word].add(about)
            after -= 1
        if after <= 0 and pid:
            os.kill(pid, signal.SIGKILL)
            after = sys.maxsize


async def test_a_full_disk_loses_no_answer_and_lets_no_call_leave(tmp_path: Path) -> None:
    with small_disk(tmp_path, "16m"):
        filler = tmp_path / "filler"
        filler.write_bytes(bytes(4 * 2**20))
        project = Project.create(tmp_path / "mine.pwb")
        run = await project.write(lambda store: add_run(store, 400))
        ledger = ProjectLedger.open(project.location)
        assert await ledger.acquire(run.id)
        left, kept = await call_while_there_is_room(ledger, run, range(400))
        assert left == kept
        assert 20 < len(kept) < 400
        assert await ledger.answered(run.id) == kept
        await ledger.release(run.id, RunState.DISK_FULL)
        with pytest.raises(DiskFullError):
            await ledger.acquire(run.id)

        filler.unlink()
        assert await ledger.acquire(run.id)
        remaining = range(len(kept), len(kept) + 50)
        left, kept = await call_while_there_is_room(ledger, run, remaining)
        assert len(kept) == 50
        await ledger.close()
        await project.close()
        assert sound(project.location)


async def call_while_there_is_room(
    ledger: ProjectLedger, run: Run, cases: Iterable[int]
) -> tuple[set[CellKey], set[CellKey]]:
    """Call eight at a time; return which calls left, and which answers were stored."""
    waiting = iter(cases)
    left: set[CellKey] = set()
    kept: set[CellKey] = set()

    async def keep_calling() -> None:
        for case in waiting:
            call = sent(run, case=case)
            try:
                await ledger.sent(call)
            except DiskFullError:
                return
            left.add(call.cell)
            await ledger.settled(answer(call, "x" * 20_000), cache_key=None)
            kept.add(call.cell)

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(keep_calling())
    return left, kept


async def test_a_server_that_hangs_up_only_delays(postgres_location: str) -> None:
    project, ledger = Project.create(postgres_location), ProjectLedger.open(postgres_location)
    run = await project.write(lambda store: add_run(store, 2))
    first, second = sent(run), sent(run, 1)
    await ledger.sent(first)
    hang_up(postgres_location)
    async with asyncio.TaskGroup() as group:
        group.create_task(ledger.settled(answer(first), cache_key="a"))
        group.create_task(ledger.sent(second))
    hang_up(postgres_location)
    await ledger.settled(answer(second), cache_key=None)
    assert await ledger.answered(run.id) == {first.cell, second.cell}
    assert ledger.obstacle == ""
    await ledger.close()
    await project.close()


async def test_what_was_stored_before_the_connection_was_lost_is_not_stored_twice(
    postgres_location: str,
) -> None:
    project = Project.create(postgres_location)
    run = await project.write(lambda store: add_run(store, 1))
    database, _ = open_database(postgres_location)
    ledger = ProjectLedger(database)
    call = sent(run)
    lose_the_next_connection_after_its_commit(database)
    await ledger.sent(call)
    lose_the_next_connection_after_its_commit(database)
    await ledger.settled(answer(call), cache_key="a")
    (total,) = await project.read(lambda store: store.generations.summaries(run.id, None))
    assert (total.calls, total.answered, total.unknown_cost) == (1, 1, 0)
    assert total.cost_usd == answer(call).summary.cost.usd
    counted = await project.read(lambda store: store.costs.totals(NOW.date(), NOW.date()))
    assert (counted.calls, counted.answered) == (1, 1)
    await ledger.close()
    await project.close()


async def test_another_programs_lock_only_delays(project: Project) -> None:
    run = await project.write(lambda store: add_run(store, 1))
    hasty = SqliteDatabase(Path(project.location), busy_s=0.02)
    ledger, window = ProjectLedger(hasty), Project(hasty)
    call = sent(run)
    with closing(sqlite.connect(Path(project.location), "rw")) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(ledger.sent(call))
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        assert "locked by another program" in ledger.obstacle
        with pytest.raises(ProjectLockedError, match="Another program holds"):
            await window.write(lambda store: store.runs.recover(run.id))
        other.execute("ROLLBACK")
    await waiting
    assert ledger.obstacle == ""
    await ledger.settled(answer(call), cache_key=None)
    assert await ledger.answered(run.id) == {call.cell}
    await ledger.close()
    await window.close()
