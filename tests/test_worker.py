"""The worker process: a quick start, and the worst that can happen to it and to its parent."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from tests.performance.kill_soak import Soak
from tests.support.engine import until
from tests.support.projects import add_run, new_run, register
from tests.support.watched import watched

from prompt_workbench.engine.protocol import CellFinished, Event, RunEnded, StartRun
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.worker_link import WorkerLink
from prompt_workbench.settings.schema import OFFLINE
from prompt_workbench.settings.store import SettingsStore
from prompt_workbench.storage.project import Project
from prompt_workbench.worker import loop_factory

ROOT = Path(__file__).parents[1]
SLOW_TO_IMPORT = {
    "PySide6", "alembic", "httpx", "keyring", "litellm", "numpy", "openai", "pydantic",
    "psycopg", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "sqlmodel", "xllamacpp",
    "prompt_workbench.services", "prompt_workbench.ui",
}  # fmt: skip


async def test_the_first_call_waits_for_no_import_that_it_does_not_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((os.environ["PYTHONPATH"], str(ROOT))))
    modules = tmp_path / "modules.json"
    link = WorkerLink([sys.executable, "-m", "tests.support.listing_worker", str(modules)])
    events: list[Event] = []
    link.subscribe(events.append)
    project = await asyncio.to_thread(Project.create, tmp_path / "project.pwb")
    async with FakeProvider() as provider:
        register(provider.base_url)
        run = await add_run(project, new_run(cases=1))
        await link.start(project.location, {})
        await link.send(StartRun(run_id=run.id))
        await until(lambda: any(isinstance(event, RunEnded) for event in events))
        await link.close()
    await project.close()
    assert [e.summary.preview for e in events if isinstance(e, CellFinished)] != []
    assert SLOW_TO_IMPORT.isdisjoint(json.loads(modules.read_text()))


@pytest.mark.parametrize("on", [True, False])
def test_the_worker_keeps_whatever_library_here_while_offline(on: bool) -> None:
    SettingsStore().set(OFFLINE, value=on)
    found = watched(f"""
import os, socket
from prompt_workbench import worker
from prompt_workbench.system.egress_guard import OfflineError
sys.stdin = open({os.devnull!r})
output = os.dup(1)
code = worker.main([])
os.dup2(output, 1)  # the worker gave it away
watch()
try:
    socket.getaddrinfo("far.example", 443)
except (OfflineError, LeftError) as error:
    result = [code, type(error).__name__]
""", hook_first=False)  # fmt: skip
    assert found["result"] == [0, "OfflineError" if on else "LeftError"]


def test_offline_the_loop_is_one_that_tells_the_guard() -> None:
    """The faster loop looks names up and connects without an audit event."""
    assert loop_factory(offline=True) is None


async def test_kills_lose_no_answer_forget_no_call_and_repeat_nothing(tmp_path: Path) -> None:
    soak = Soak(tmp_path, cells=100, seed=7)
    report = await soak.run(worker_kills=8, parent_kills=2)
    assert report.committed_lost == 0
    assert report.repeated_after_commit == 0
    assert report.without_row == 0
    assert report.extra <= report.unknown <= report.kills * report.concurrency
    assert report.extra_not_unknown == 0
    assert report.cells_unanswered == 0
    assert report.integrity == "ok"
    assert report.problems == []
