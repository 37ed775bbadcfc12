"""Which inputs have a value: one never touched has none, one that was emptied is empty text."""

from __future__ import annotations

import pytest
import qasync
from PySide6.QtCore import Qt
from tests.support.screen import act, finish, settle, until

from prompt_workbench.domain.prompts import InputType, PromptInput
from prompt_workbench.ui.prompts.input_field import InputField
from prompt_workbench.ui.prompts.page import PromptsPage
from prompt_workbench.ui.shell.window import MainWindow
from prompt_workbench.ui.theme.apply import Theme


@pytest.fixture
def field(qtbot, theme: Theme) -> InputField:
    made = InputField("ticket", theme)
    qtbot.addWidget(made)
    made.show_value(None)
    made.show()
    return made


def run(loop: qasync.QEventLoop, window: MainWindow, qtbot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_Return, control))


def test_a_field_that_was_never_touched_has_no_value(field: InputField) -> None:
    assert not field.has_value
    assert field.value.placeholderText() == "no value"
    assert field._empty.isHidden()


def test_a_field_that_was_emptied_has_the_empty_text(field: InputField, qtbot) -> None:
    qtbot.keyClicks(field.value, "x")
    qtbot.keyClick(field.value, Qt.Key.Key_Backspace)
    assert field.has_value
    assert field.current() == ""
    assert field.value.placeholderText() == "empty text"


def test_an_empty_value_can_be_taken_away_again(field: InputField) -> None:
    field.show_value("")
    assert field.has_value
    field._empty.click()
    assert not field.has_value
    assert field.value.placeholderText() == "no value"


def test_a_field_for_a_number_that_was_emptied_has_no_value(field: InputField, qtbot) -> None:
    item = PromptInput(name="ticket", type=InputType.INTEGER)
    field.show_declaration(item, declares=True, unused=False, undefined=False)
    qtbot.keyClicks(field.value, "7")
    qtbot.keyClick(field.value, Qt.Key.Key_Backspace)
    assert not field.has_value
    assert field._empty.isHidden()


def test_a_declared_empty_default_stays_one(field: InputField) -> None:
    seen: list[PromptInput] = []
    field.declaration_edited.connect(seen.append)
    item = PromptInput(name="ticket", default="")
    field.show_declaration(item, declares=True, unused=False, undefined=False)
    field._default.editingFinished.emit()
    assert seen == [item]


def test_a_missing_value_can_be_left_empty_and_run(
    loop, page: PromptsPage, window, qtbot, worker
) -> None:
    until(loop, lambda: page.quick.chosen)
    fields = page.details.inputs._fields
    fields["product"].value.setPlainText("Acme")
    run(loop, window, qtbot)
    settle(loop)
    assert not page.quick.answers
    ticket = fields["ticket"]
    assert "or leave it empty" in ticket.value.accessibleDescription()
    qtbot.mouseClick(ticket._empty, Qt.MouseButton.LeftButton)
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers and not page.quick.running)
    (answer,) = page.quick.answers.values()
    runs = page.context.workbench.runs
    (placed,) = finish(loop, runs.cases(answer.run_id, 0, 1))
    assert placed.case.inputs == {"product": "Acme", "ticket": ""}


def test_an_empty_value_is_kept_with_the_draft(loop, page: PromptsPage, qtbot) -> None:
    ticket = page.details.inputs._fields["ticket"]
    qtbot.keyClicks(ticket.value, "x")
    qtbot.keyClick(ticket.value, Qt.Key.Key_Backspace)
    finish(loop, page.finish())
    prompt_id = page.presenter.state.prompt.id
    page.presenter.open(prompt_id)
    until(loop, lambda: page.presenter.values)
    assert page.presenter.values == {"ticket": ""}
    until(loop, lambda: ticket.value.placeholderText() == "empty text")
