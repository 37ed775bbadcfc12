"""A task scope runs, reports and cancels; of late answers only the newest counts."""

from __future__ import annotations

import asyncio

import pytest
import qasync
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from tests.support.screen import settle, until

from prompt_workbench.domain.errors import UserError
from prompt_workbench.ui.bridge import Latest, TaskScope


@pytest.fixture
def owner(loop: qasync.QEventLoop) -> QObject:
    return QObject()


async def answer(value: int, after_s: float = 0.0) -> int:
    await asyncio.sleep(after_s)
    return value


async def fail() -> None:
    raise UserError("No.")


def test_a_result_arrives(loop: qasync.QEventLoop, owner: QObject) -> None:
    scope, busy, got = TaskScope(owner, on_error=pytest.fail), [], []
    scope.busy_changed.connect(busy.append)
    scope.start(answer(7), done=got.append)
    until(loop, lambda: got)
    assert got == [7]
    assert busy == [True, False]


def test_a_failure_reaches_the_handler(loop: qasync.QEventLoop, owner: QObject) -> None:
    errors: list[Exception] = []
    TaskScope(owner, on_error=errors.append).start(fail())
    until(loop, lambda: errors)
    assert str(errors[0]) == "No."


def test_work_can_have_a_handler_of_its_own(loop: qasync.QEventLoop, owner: QObject) -> None:
    errors: list[Exception] = []
    TaskScope(owner, on_error=pytest.fail).start(fail(), failed=errors.append)
    until(loop, lambda: errors)


def test_work_ends_with_its_owner(loop: qasync.QEventLoop) -> None:
    widget = QWidget()
    task = TaskScope(widget, on_error=pytest.fail).start(answer(1, after_s=60), done=pytest.fail)
    settle(loop)
    shiboken6.delete(widget)
    until(loop, task.cancelled)


def test_a_failure_of_a_dead_owner_is_dropped(loop: qasync.QEventLoop) -> None:
    widget = QWidget()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise UserError("Too late.") from None

    task = TaskScope(widget, on_error=pytest.fail).start(stubborn())
    settle(loop)
    shiboken6.delete(widget)
    until(loop, task.done)


def test_only_the_newest_answer_counts(loop: qasync.QEventLoop, owner: QObject) -> None:
    got: list[int] = []
    latest = Latest(TaskScope(owner, on_error=pytest.fail))
    latest.start(answer(1, after_s=0.01), done=got.append)
    latest.start(answer(2), done=got.append)
    settle(loop, 0.05)
    assert got == [2]
