"""A quick run streams, can be stopped, and shows its figures."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.support.screen import act, settle, until

from prompt_workbench.engine.protocol import StopRun, WorkerFailed
from prompt_workbench.ui.prompts.answer_card import AnswerCard
from prompt_workbench.ui.prompts.page import PromptsPage

MODEL = "local/tiny"


@pytest.fixture
def page(loop, page: PromptsPage) -> PromptsPage:
    until(loop, lambda: page.quick.chosen)
    fill(page, product="Acme", ticket="Where is my refund?")
    return page


def fill(page: PromptsPage, **values: str) -> None:
    for name, text in values.items():
        page.details.inputs._fields[name].value.setPlainText(text)


def run(loop, window, qtbot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_Return, control))


def card(page: PromptsPage) -> AnswerCard:
    return page.run_panel.findChild(AnswerCard)


def test_a_model_that_can_be_run_is_chosen_at_first(page) -> None:
    assert page.quick.chosen == (MODEL,)


def test_an_answer_streams_and_tells_its_figures(loop, page, window, qtbot, worker) -> None:
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers and not page.quick.running)
    assert card(page)._text.whole_text().split() == worker.words.split()
    figures = card(page)._figures.text()
    assert "820 ms" in figures
    assert "41 → 4 tokens" in figures
    assert "$0" in figures


def test_an_answer_can_be_stopped(loop, page, window, qtbot, worker) -> None:
    worker.hold = True
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers[MODEL].text)
    assert page.quick.running
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_Escape))
    until(loop, lambda: not page.quick.running)
    assert isinstance(worker.commands[-1], StopRun)
    assert page.quick.answers[MODEL].state == "cancelled"
    assert page.quick.answers[MODEL].text


def test_answers_stay_with_their_prompt(loop, page, window, qtbot) -> None:
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers and not page.quick.running)
    reply = page.presenter.state.prompt
    page.prompts.begin("other")
    until(loop, lambda: page.presenter.state.prompt.name == "other")
    assert page.quick.answers == {}
    page.open_prompt(reply.id)
    until(loop, lambda: page.quick.answers)
    assert card(page)._text.whole_text()


def test_a_missing_value_is_asked_for_before_anything_is_sent(
    loop, page, window, qtbot, worker
) -> None:
    fill(page, ticket="")
    page.details.inputs._fields["ticket"]._empty.click()  # takes the empty value away
    run(loop, window, qtbot)
    field = page.details.inputs._fields["ticket"].value
    assert field.accessibleDescription().startswith("Fill in “ticket” to run the prompt")
    assert worker.commands == []
    fill(page, ticket="Where?")
    assert field.accessibleDescription() == ""
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers and not page.quick.running)


def test_a_model_that_cannot_be_run_says_why_in_its_card(loop, page, window, qtbot) -> None:
    page.quick.choose(["local/smollm2-135m-instruct"])
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers and not page.quick.running)
    assert "weights" in card(page)._problem.text()
    assert window.notify.texts() == []


def test_a_worker_that_dies_is_told(loop, page, window, qtbot, worker) -> None:
    worker.hold = True
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.answers[MODEL].text)
    worker.say(WorkerFailed(message="The call worker ended.", hint="It is started again."))
    assert page.quick.answers[MODEL].state == "interrupted"
    assert window.notify.texts() == ["The call worker ended."]
    settle(loop)


def test_the_text_can_be_changed_while_it_runs(loop, page, window, qtbot, worker) -> None:
    worker.hold = True
    run(loop, window, qtbot)
    until(loop, lambda: page.quick.running and page.quick.answers[MODEL].text)
    page.messages._blocks[1].text.setPlainText("Something else")
    page.collect()
    assert page.presenter.is_dirty
    page.quick.stop_all()
    until(loop, lambda: not page.quick.running)
