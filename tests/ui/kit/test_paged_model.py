"""A table shows a million rows from a few blocks, and never waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import qasync
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from tests.support.screen import settle, until

from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.paged_model import PLACEHOLDER, ROW_ROLE, Column, PagedModel

COLUMNS: tuple[Column[int], ...] = (
    Column(key="number", title="Number", text=str, numeric=True),
    Column(key="word", title="Word", text=lambda row: f"row {row}", tooltip=str),
)


class Source:
    """Rows that are their own position plus an offset; notes which blocks were asked for."""

    def __init__(self, count: int, *, offset: int = 0, block_size: int = 100) -> None:
        self.count, self.offset, self.block_size = count, offset, block_size
        self.asked: list[int] = []
        self.gate: asyncio.Event | None = None

    async def __call__(self, block: int) -> Sequence[int]:
        self.asked.append(block)
        if self.gate is not None:
            await self.gate.wait()
        first = block * self.block_size
        last = min(first + self.block_size, self.count)
        return range(first + self.offset, last + self.offset)


@pytest.fixture
def model(loop: qasync.QEventLoop) -> PagedModel[int]:
    owner = QObject()
    made = PagedModel(COLUMNS, TaskScope(owner, on_error=pytest.fail), block_size=100)
    made.owner = owner
    return made


def test_it_keeps_the_contract_of_models(loop, model) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_rows(250, Source(250))
    until(loop, lambda: text(model, 249) == "row 249")
    model.refresh(260, Source(260))
    model.refresh(270, Source(270), newest_first=False)
    until(loop, lambda: text(model, 269) == "row 269")
    model.refresh(0, Source(0))
    tester.setUseFetchMore(False)


def text(model: PagedModel[int], row: int, column: int = 1) -> str:
    return model.data(model.index(row, column))


def test_a_row_is_a_placeholder_until_its_block_is_there(loop, model) -> None:
    model.show_rows(1_000_000, Source(1_000_000))
    assert model.rowCount() == 1_000_000
    assert text(model, 500_000) == PLACEHOLDER
    until(loop, lambda: text(model, 500_000) == "row 500000")
    assert model.data(model.index(500_000, 0), ROW_ROLE) == 500_000


def test_only_what_is_looked_at_is_read(loop, model) -> None:
    source = Source(1_000_000)
    model.show_rows(source.count, source)
    until(loop, lambda: text(model, 999_999) == "row 999999")
    assert set(source.asked) <= {0, 9_999}


def test_a_fast_scroll_drops_what_it_passed(loop, model) -> None:
    source = Source(1_000_000)
    model.show_rows(source.count, source)
    settle(loop)
    source.asked.clear()
    for row in range(0, 500_000, 1_000):
        text(model, row)
    until(loop, lambda: text(model, 499_000) == "row 499000")
    assert len(source.asked) <= 4


def test_few_blocks_stay_in_memory(loop, model) -> None:
    source = Source(1_000_000)
    model.show_rows(source.count, source)
    for block in range(60):
        until(loop, lambda row=block * 100: text(model, row) == f"row {row}")
    assert len(model._blocks) <= 24


def test_a_refresh_keeps_old_rows_on_the_screen_until_the_new_ones_are_there(loop, model) -> None:
    model.show_rows(200, Source(200))
    until(loop, lambda: text(model, 5) == "row 5")
    newer = Source(201, offset=1_000)
    newer.gate = asyncio.Event()
    model.refresh(201, newer)
    assert model.rowCount() == 201
    assert text(model, 6) == "row 5", "the row moved down by the one that came above it"
    newer.gate.set()
    until(loop, lambda: text(model, 6) == "row 1006")


def test_a_list_that_became_shorter_starts_anew(loop, model) -> None:
    model.show_rows(200, Source(200))
    until(loop, lambda: text(model, 5) == "row 5")
    model.refresh(10, Source(10))
    assert model.rowCount() == 10
    until(loop, lambda: text(model, 9) == "row 9")


def test_the_answer_of_an_older_list_is_dropped(loop, model) -> None:
    slow = Source(10, offset=500)
    slow.gate = asyncio.Event()
    model.show_rows(10, slow)
    text(model, 0)
    settle(loop)
    model.show_rows(10, Source(10))
    slow.gate.set()
    until(loop, lambda: text(model, 0) == "row 0")
    settle(loop)
    assert text(model, 0) == "row 0"


def test_numbers_stand_to_the_right_and_heads_name_columns(loop, model) -> None:
    model.show_rows(1, Source(1))
    alignment = model.data(model.index(0, 0), Qt.ItemDataRole.TextAlignmentRole)
    assert alignment & Qt.AlignmentFlag.AlignRight.value
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Word"
