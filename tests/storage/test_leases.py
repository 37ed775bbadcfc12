"""A lease is alive as long as its holder may be, and dead as soon as it cannot be."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import psutil
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


@pytest.fixture
def unnoticed_pid() -> Iterator[int]:
    """Return the id of a process that has ended, and whose parent did not ask how."""
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        yield child.pid


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


async def test_of_another_machine_a_lease_without_a_heartbeat_dies(
    project: Project, run: Run
) -> None:
    elsewhere = replace(HERE, ledger_id="elsewhere", host="elsewhere")
    assert await take(project, run, elsewhere)
    renewed(project, ago_s=31)
    assert await take(project, run, HERE)
    assert not await project.write(lambda store: store.runs.renew_lease(run.id, elsewhere))


async def test_a_process_that_slept_with_its_machine_keeps_its_lease(
    project: Project, run: Run
) -> None:
    eldest = psutil.Process().parents()[-1]
    assert await take(project, run, replace(HERE, ledger_id="there", pid=eldest.pid))
    renewed(project, ago_s=31)
    assert not await take(project, run, HERE)


async def test_a_later_process_of_the_same_number_does_not_keep_a_lease(
    project: Project, run: Run
) -> None:
    assert await take(project, run, replace(HERE, ledger_id="earlier", pid=os.getpid()))
    renewed(project, ago_s=time.time() - psutil.Process().create_time() + 31)
    assert await take(project, run, HERE)


@pytest.mark.skipif(sys.platform == "win32", reason="there an ended process is gone at once")
async def test_a_process_that_ended_unnoticed_by_its_parent_loses_its_lease(
    project: Project, run: Run, unnoticed_pid: int
) -> None:
    assert await take(project, run, replace(HERE, ledger_id="ended", pid=unnoticed_pid))
    assert await take(project, run, HERE)


def renewed(project: Project, *, ago_s: float) -> None:
    """Have the newest heartbeat be so long ago."""
    moment = time.time_ns() // 1_000 - int(ago_s * 1_000_000)
    database, _ = open_database(project.location)
    with database.writer.begin() as connection:
        connection.execute(RUN_LEASE.update().values(renewed_at=moment))
