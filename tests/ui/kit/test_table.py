"""Tables: their columns fit what is in them."""

from __future__ import annotations

import pytest
import qasync
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot
from tests.support.screen import settle, until

from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.paged_model import Column, PagedModel
from prompt_workbench.ui.kit.table import table

COLUMNS: tuple[Column[str], ...] = (
    Column(key="number", title="Cost", text=str, numeric=True, width=40),
    Column(key="name", title="Name", text=str, width=40),
    Column(key="text", title="Text", text=str),
)


@pytest.fixture
def view(loop: qasync.QEventLoop, qtbot: QtBot) -> QTableView:
    owner = QObject()
    model = PagedModel(COLUMNS, TaskScope(owner, on_error=pytest.fail), block_size=10)
    made = table(model, "Costs")
    made.owner = owner
    qtbot.addWidget(made)
    made.resize(400, 120)
    made.show()
    settle(loop)
    return made


def needed(view: QTableView, row: int, section: int) -> int:
    return view.sizeHintForIndex(view.model().index(row, section)).width()


def test_no_number_is_cut_off_however_narrow_its_column_was_declared(loop, view) -> None:
    view.model().show_known(["$0.1", "~$0.000012345"])
    settle(loop)
    assert view.columnWidth(0) >= needed(view, 1, 0) > 40
    assert view.columnWidth(1) == 40 < needed(view, 1, 1)


def test_a_column_that_has_grown_does_not_jump_back(loop, view) -> None:
    view.model().show_known(["~$0.000012345"])
    settle(loop)
    grown = view.columnWidth(0)
    view.model().show_known(["$1"])
    settle(loop)
    assert view.columnWidth(0) == grown


def test_numbers_further_down_are_fitted_when_they_are_seen(loop, view) -> None:
    view.model().show_known([*(["$0.1"] * 50), "~$0.000012345"])
    settle(loop)
    narrow = view.columnWidth(0)
    view.scrollToBottom()
    until(loop, lambda: view.columnWidth(0) > narrow)
    assert view.columnWidth(0) >= needed(view, 50, 0)
