"""Messages appear once and offer Undo; undo and redo go through the services' inverses."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import qasync
from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton
from tests.support.screen import until

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.errors import ProjectLockedError, UserError
from prompt_workbench.services.base import Done, Undo
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.kit.toasts import Notifier


@dataclass
class Counter:
    """A service with one number and writes that can be taken back."""

    value: int = 0
    locked: bool = False

    async def add(self, step: int) -> Done[int]:
        if self.locked:
            raise ProjectLockedError("The project is locked.")
        self.value += step

        async def back() -> Done[int]:
            return await self.add(-step)

        undo = Undo(title=f"Add {step}", apply=back)
        return Done(value=self.value, changes=changed(Kind.PROMPT), undo=undo)


@pytest.fixture
def window(qtbot, loop: qasync.QEventLoop) -> QMainWindow:
    made = QMainWindow()
    made.resize(800, 600)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def crashes() -> list[Exception]:
    return []


@pytest.fixture
def notify(window: QMainWindow, theme, crashes: list[Exception]) -> Notifier:
    return Notifier(window, theme, crashes.append)


@pytest.fixture
def history(notify: Notifier, window: QMainWindow) -> History:
    return History(notify, window)


def test_an_expected_error_is_a_sentence_with_its_hint(notify, window, crashes) -> None:
    notify.show_error(UserError("The name is taken.", hint="Choose another name."))
    assert notify.texts() == ["The name is taken."]
    assert crashes == []


def test_anything_else_goes_to_the_crash_report(notify, crashes) -> None:
    error = ValueError("a bug")
    notify.show_error(error)
    assert crashes == [error]
    assert notify.texts() == []


def test_the_same_message_is_shown_once_and_only_some_at_a_time(notify) -> None:
    for text in ("a", "b", "a", "c", "d", "e"):
        notify.say(text)
    assert notify.texts() == ["a", "c", "d", "e"]


def test_a_toast_is_no_higher_than_its_words(notify, window) -> None:
    notify.say("Saved as version 4 of the prompt, with the message that was written for it.")
    [words] = [each for each in window.findChildren(QLabel) if "Saved" in each.text()]
    lines = words.heightForWidth(words.width())
    assert words.height() - lines <= 2


def test_undo_and_redo_follow_each_other(loop, history) -> None:
    counter = Counter()
    history.record(loop.run_until_complete(counter.add(1)))
    history.record(loop.run_until_complete(counter.add(10)))
    history.undo()
    until(loop, lambda: counter.value == 1)
    until(loop, lambda: history.redo_title)
    history.redo()
    until(loop, lambda: counter.value == 11)
    until(loop, lambda: not history.redo_title)
    history.undo()
    until(loop, lambda: counter.value == 1)


def test_the_toast_takes_back_its_own_write(loop, history, window, notify, qtbot) -> None:
    counter = Counter()
    history.record(loop.run_until_complete(counter.add(1)), tell="Added one.")
    history.record(loop.run_until_complete(counter.add(10)))
    undo = next(each for each in window.findChildren(QPushButton) if each.text() == "Undo")
    undo.click()
    until(loop, lambda: counter.value == 10)
    until(loop, lambda: notify.texts() == [])


def test_an_undo_that_the_project_refused_can_be_tried_again(loop, history, notify) -> None:
    counter = Counter()
    history.record(loop.run_until_complete(counter.add(1)))
    history.record(loop.run_until_complete(counter.add(10)))
    counter.locked = True
    history.undo()
    until(loop, lambda: notify.texts() == ["The project is locked."])
    assert history.undo_title == "Add 10"
    counter.locked = False
    history.undo()
    until(loop, lambda: counter.value == 1)


def test_a_new_write_ends_what_could_be_redone(loop, history) -> None:
    counter = Counter()
    history.record(loop.run_until_complete(counter.add(1)))
    history.undo()
    until(loop, lambda: history.redo_title)
    history.record(loop.run_until_complete(counter.add(5)))
    assert history.redo_title == ""
