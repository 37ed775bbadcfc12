"""The list under a button says why it is empty, and is filtered by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from prompt_workbench.ui.compare.picker import Choice, Picker


@pytest.fixture
def owner(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def opened(owner: QWidget, *titles: str) -> Picker:
    picker = Picker("Prompts", owner, none="There is no prompt yet.")
    picker.show_choices([Choice(key=title, title=title) for title in titles], ())
    picker.open_under(owner)
    return picker


def words(picker: Picker) -> list[str]:
    return [each.text() for each in picker.findChildren(QLabel) if each.isVisible()]


def test_where_there_is_nothing_to_choose_it_says_so(owner) -> None:
    picker = opened(owner)
    assert words(picker) == ["There is no prompt yet."]
    picker.close()


def test_typing_leaves_what_is_called_that_and_enter_checks_the_only_one(owner, qtbot) -> None:
    picker = opened(owner, "reply", "triage")
    added: list[str] = []
    picker.added.connect(added.append)
    field = picker.findChild(QLineEdit)
    qtbot.keyClicks(field, "tri")
    assert words(picker) == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert added == ["triage"]
    qtbot.keyClicks(field, "zzz")
    assert words(picker) == ["Nothing here is called that."]
    picker.close()
