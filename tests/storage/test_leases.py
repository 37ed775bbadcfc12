"""A lease is alive as long as its holder may be, and dead as soon as it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from tests.storage.examples import add_run

from prompt_workbench.domain.comparisons import Run
from prompt_workbench.storage.leases import Holder, this_holder
from prompt_workbench.storage.opening import open_database
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.tables import RUN_LEASE

HERE = this_holder("here")


@pytest.fixture
async def run(project: Project) -> Run:
    return await project.write(add_run)


@pytest.fixture(scope="module")
def dead_pid() -> int:
    """Return the id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        return child.pid


async def take(project: Project, run: Run, holder: Holder) -> bool:
    return await project.write(lambda store: store.runs.take_lease(run.id, holder))


async def test_a_running_process_keeps_its_lease(project: Project, run: Run) -> None:
    assert await take(project, run, replace(HERE, ledger_id="there", pid=os.getppid()))
    assert not await take(project, run, HERE)


async def test_a_process_that_ended_loses_its_lease_at_once(
    project: Project, run: Run, dead_pid: int
) -> None:
    assert await take(project, run, replace(HERE, ledger_id="gone", pid=dead_pid))
    assert await take(project, run, HERE)


async def test_a_lease_does_not_outlive_a_restart_of_the_machine(
    project: Project, run: Run
) -> None:
    assert await take(project, run, replace(HERE, ledger_id="before", boot_id="before"))
    assert await take(project, run, HERE)


async def test_of_another_machine_only_the_heartbeat_tells(
    project: Project, run: Run, dead_pid: int
) -> None:
    elsewhere = replace(
        HERE, ledger_id="elsewhere", host="elsewhere", pid=dead_pid, boot_id="other"
    )
    assert await take(project, run, elsewhere)
    assert not await take(project, run, HERE)


async def test_without_a_heartbeat_a_lease_dies(project: Project, run: Run) -> None:
    elsewhere = replace(HERE, ledger_id="elsewhere", host="elsewhere")
    assert await take(project, run, elsewhere)
    long_ago = time.time_ns() // 1_000 - 31_000_000
    stopped = RUN_LEASE.update().values(renewed_at=long_ago)
    database, _ = open_database(project.location)
    with database.writer.begin() as connection:
        connection.execute(stopped)
    assert await take(project, run, HERE)
    assert not await project.write(lambda store: store.runs.renew_lease(run.id, elsewhere))
