"""Bad days: a spend cap, a server that is gone, a worker that is killed, and what is kept."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from tests.support import local_model, projects
from tests.support.desk import Driver, driver

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent, text_prompt

CTRL = Qt.KeyboardModifier.ControlModifier
CASES = 12
ENTER = Qt.Key.Key_Return


def test_a_spend_cap_stops_the_run_and_keeps_what_was_paid(
    qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path
) -> None:
    with fake_server(text="one two three") as url, project(qapp, loop, tmp_path, url) as desk:
        page = compare_page(desk, projects.MODEL)
        cap = desk.find(QLineEdit, "Stop at this cost in dollars")
        desk.type(cap, "0.0002")
        desk.press(Qt.Key.Key_Tab, widget=cap)
        desk.until(lambda: desk.says("stop at $0.0002"))
        desk.press(ENTER, CTRL, widget=desk.window)
        desk.until(lambda: ended(page) is RunState.BUDGET_STOPPED)
        desk.settle()
        desk.shoot("bad-day-1-cap")
        assert desk.has(QPushButton, "Go on with this cap")
        [total] = summary(desk, page)
        assert 0 < total.answered < CASES
        assert total.cost_usd <= page.run.run.limits.max_cost_usd


def test_a_server_that_is_gone_is_named_and_nothing_is_lost(
    qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path
) -> None:
    with project(qapp, loop, tmp_path, "http://127.0.0.1:9/v1") as desk:
        page = compare_page(desk, projects.MODEL)
        desk.press(ENTER, CTRL, widget=desk.window)
        desk.until(lambda: desk.says("127.0.0.1:9"), timeout_s=60)
        desk.shoot("bad-day-2-no-server")
        desk.press(Qt.Key.Key_Period, CTRL, widget=desk.window)
        desk.until(lambda: ended(page) is RunState.STOPPED)
        desk.settle()
        [total] = summary(desk, page)
        assert total.answered == 0
        assert desk.has(QPushButton, "Resume")


def test_a_killed_worker_loses_no_answer_and_the_run_goes_on(
    qapp: QApplication, loop: qasync.QEventLoop, model_weights: Path, tmp_path: Path
) -> None:
    local_model.install()
    with project(qapp, loop, tmp_path) as desk:
        page = compare_page(desk, local_model.MODEL)
        desk.press(ENTER, CTRL, widget=desk.window)
        desk.until(lambda: page.shows_run and page.run.answered >= 3, timeout_s=120)
        kept = {cell.id for cell in answered(desk, page)}
        worker_process().kill()
        desk.until(lambda: ended(page) is RunState.INTERRUPTED)
        desk.settle()
        desk.shoot("bad-day-3-killed")
        assert desk.says("may have been billed") or desk.says("was interrupted")
        desk.click(desk.find(QPushButton, "Resume", page._bar))
        desk.until(lambda: ended(page) is RunState.DONE, timeout_s=240)
        desk.settle()
        desk.shoot("bad-day-4-resumed")
        cells = answered(desk, page)
        assert kept <= {cell.id for cell in cells}
        assert len(cells) == CASES


@contextmanager
def fake_server(text: str) -> Iterator[str]:
    command = [sys.executable, "-m", "prompt_workbench.providers.fake", "--text", text]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield str(json.loads(process.stdout.readline())["url"])
        process.stdin.close()
        process.wait(10)


@contextmanager
def project(
    app: QApplication, loop: qasync.QEventLoop, folder: Path, endpoint: str = ""
) -> Iterator[Driver]:
    """Open the window on a project with one prompt and one dataset."""
    if endpoint:
        projects.register(endpoint)
    path = folder / "bad-day.pwb"
    loop.run_until_complete(_fill(path))
    with driver(app, loop) as desk:
        desk.window.resize(1280, 800)
        desk.begin(path)
        yield desk


async def _fill(path: Path) -> None:
    workbench = await wired_projects().create(path)
    settings = ModelSettings(temperature=0, max_tokens=12)
    content = PromptContent(messages=text_prompt("Say: {{word}}").messages, settings=settings)
    await workbench.prompts.create("say", content)
    cases = [Case(inputs={"word": f"word {n}"}, expected_output=f"{n}") for n in range(CASES)]
    await workbench.datasets.create("words", cases)
    await workbench.close()


def compare_page(desk: Driver, model: str) -> Any:
    """Return the page with the comparison of the one prompt on a model filled in."""
    page = desk.page("compare")
    desk.until(lambda: page.setup.spec.prompts)
    desk.act(lambda: page.setup.choose(models=(model,)))
    desk.until(lambda: desk.says(f"{CASES} calls"))
    return page


def ended(page: Any) -> RunState | None:
    return page.run.run.state if page.shows_run and page.run.run else None


def summary(desk: Driver, page: Any) -> Any:
    return desk.loop.run_until_complete(desk.window.workbench.runs.summary(page.run.run.id))


def answered(desk: Driver, page: Any) -> list[Any]:
    work = desk.window.workbench.runs.cells(page.run.run.id)
    cells = desk.loop.run_until_complete(asyncio.wait_for(work, 20))
    return [cell for cell in cells if cell.state.value == "done"]


def worker_process() -> psutil.Process:
    found = [p for p in psutil.Process().children() if "_worker" in p.cmdline()]
    [process] = found
    return process
