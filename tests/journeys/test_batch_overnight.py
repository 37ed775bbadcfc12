"""A comparison that is sent as a batch, left to its provider, and collected by a later start."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton
from tests.support.batches import register
from tests.support.desk import Driver, driver
from tests.support.serving import served

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent, text_prompt
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.batches import Fate
from prompt_workbench.ui.compare.grid_model import CELL_ROLE

CTRL = Qt.KeyboardModifier.ControlModifier
BATCH = "Send as a batch: about half the price, answers within 24 h"
MAILS = ("Where is my parcel?", "The lamp arrived broken.", "Two weeks and no refund.")


def test_a_batch_is_left_at_night_and_collected_in_the_morning(
    qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path
) -> None:
    path = tmp_path / "overnight.pwb"
    with served() as server:
        server.batches.polls_until_end = float("inf")
        server.batches.fate = lambda number, text: Fate.EXPIRED if number == 2 else Fate.ANSWERED
        register(server.base_url, Interface.ANTHROPIC_MESSAGES, price=Decimal(30))
        loop.run_until_complete(_fill(path))
        with driver(qapp, loop) as desk:
            desk.window.resize(1440, 900)
            desk.begin(path)
            in_the_evening(desk)
            quit_while_it_goes_on(desk)
        assert len(server.batches.all) == 1
        server.batches.polls_until_end = 0
        with driver(qapp, loop) as desk:
            desk.window.resize(1024, 700)
            desk.begin(path)
            in_the_morning(desk)
        assert len(server.batches.all) == 1
        assert len(server.requests) == 2


def in_the_evening(desk: Driver) -> None:
    page = desk.page("compare")
    desk.until(lambda: page.setup.spec.prompts)
    desk.act(lambda: page.setup.choose(models=("fake/claude",)))
    box = desk.find(QCheckBox, BATCH)
    desk.until(box.isEnabled)
    desk.shoot("batch-1-offered")
    desk.act(lambda: box.setChecked(True))
    desk.until(lambda: desk.says("answers within 24 h"))
    desk.settle()
    desk.shoot("batch-2-chosen")
    desk.press(Qt.Key.Key_Return, CTRL, widget=desk.window)
    desk.until(lambda: desk.says("is in progress"))
    desk.shoot("batch-3-in-progress")


def quit_while_it_goes_on(desk: Driver) -> None:
    desk.act(desk.desk.close)
    desk.until(lambda: desk.dialog() is not None)
    desk.click(desk.find(QPushButton, "Quit", desk.dialog()))


def in_the_morning(desk: Driver) -> None:
    page = desk.page("compare")
    desk.until(lambda: page.run.run is not None or page._runs.rowCount())
    desk.act(lambda: page.run.open(1))
    desk.until(lambda: state(page) is RunState.INTERRUPTED)
    desk.until(lambda: desk.says("This run was interrupted"))
    desk.settle()
    desk.shoot("batch-4-left")
    desk.click(desk.find(QPushButton, "Resume"))
    desk.until(lambda: state(page) is RunState.DONE)
    desk.until(lambda: page.run.answered == 2)
    desk.settle()
    shown = page.run.grid.index(0, 0).data(CELL_ROLE)
    assert shown.take.facts.startswith("4 tok · $"), "a time that is not known is left out"
    desk.click_row(page.grid, 0, 0)
    desk.click_tab("Cost")
    desk.until(lambda: desk.says("batch input"))
    desk.settle()
    desk.shoot("batch-5-collected")


def state(page: Any) -> RunState | None:
    return page.run.run.state if page.run.run else None


async def _fill(path: Path) -> None:
    workbench = await wired_projects().create(path)
    content = PromptContent(
        messages=text_prompt("{{mail}}").messages, settings=ModelSettings(max_tokens=64)
    )
    await workbench.prompts.create("reply", content)
    await workbench.datasets.create("mails", [Case(inputs={"mail": mail}) for mail in MAILS])
    await workbench.close()
