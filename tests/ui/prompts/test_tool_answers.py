"""Tools that a model called are answered by hand."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.messages import ToolCallPart
from prompt_workbench.ui.prompts.tool_answers import ToolAnswers

FIRST = ToolCallPart(id="1", name="find_order", arguments='{"id": "<b>7</b>"}')
SECOND = ToolCallPart(id="2", name="find_user", arguments="{}")


@pytest.fixture
def answers(qtbot, theme) -> ToolAnswers:
    made = ToolAnswers()
    qtbot.addWidget(made)
    return made


def test_every_call_has_a_field_and_all_are_sent_together(answers) -> None:
    told: list[tuple[str, ...]] = []
    answers.given.connect(told.append)
    answers.show_calls((FIRST, SECOND), {})
    for field, text in zip(answers.fields, ("on its way", "Ann"), strict=True):
        field.setPlainText(text)
    answers.send.click()
    assert told == [("on its way", "Ann")]


def test_what_a_call_returned_before_is_filled_in(answers) -> None:
    known = {(FIRST.name, FIRST.arguments): "on its way"}
    answers.show_calls((FIRST, SECOND), known)
    assert [field.toPlainText() for field in answers.fields] == ["on its way", ""]


def test_typing_survives_that_the_same_calls_are_shown_again(answers) -> None:
    answers.show_calls((FIRST,), {})
    answers.fields[0].setPlainText("half")
    answers.show_calls((FIRST,), {})
    assert answers.fields[0].toPlainText() == "half"


def test_without_calls_nothing_is_asked(answers) -> None:
    answers.show_calls((FIRST,), {})
    assert not answers.isHidden()
    answers.show_calls((), {})
    assert answers.isHidden()
    assert answers.fields == []
