"""What would be sent, and what it would take, is shown while a prompt is written."""

from __future__ import annotations

import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from tests.support.screen import act, until

from prompt_workbench.ui.prompts.messages_preview import MessagesPreview
from prompt_workbench.ui.prompts.page import PromptsPage
from prompt_workbench.ui.shell.window import MainWindow


def fill(page: PromptsPage, **values: str) -> None:
    for name, text in values.items():
        page.details.inputs._fields[name].value.setPlainText(text)


def estimate(page: PromptsPage) -> str:
    return page.messages_panel._estimate.accessibleName()


def preview(loop: qasync.QEventLoop, window: MainWindow, page: PromptsPage, qtbot) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_V, keys))
    until(loop, lambda: page.messages_panel.previews)


def shown(page: PromptsPage, kind: type[QPlainTextEdit] = QPlainTextEdit) -> list[str]:
    texts = page.findChild(MessagesPreview).findChildren(kind)
    return [text.toPlainText() for text in texts if text.isVisible()]


def problems(page: PromptsPage) -> list[str]:
    labels = page.findChild(MessagesPreview).findChildren(QLabel)
    return [each.text() for each in labels if each.isVisible() and "Line" in each.text()]


def test_the_messages_are_shown_with_the_present_values(loop, page, window, qtbot) -> None:
    fill(page, product="Acme <b>", ticket="Where is it?")
    preview(loop, window, page, qtbot)
    wanted = ["You are a support agent for Acme <b>.", "Answer briefly: Where is it?"]
    until(loop, lambda: shown(page) == wanted)
    fill(page, ticket="And now?")
    until(loop, lambda: shown(page)[1] == "Answer briefly: And now?")


def test_what_cannot_be_rendered_says_where_and_why(loop, page, window, qtbot) -> None:
    fill(page, product="Acme")
    preview(loop, window, page, qtbot)
    until(loop, lambda: shown(page)[:1] == ["You are a support agent for Acme."])
    assert shown(page)[1] == "Answer briefly: {{ticket}}"
    (problem,) = problems(page)
    assert problem.startswith("Line 1, column 17: ")
    assert "ticket" in problem
    fill(page, ticket="Hi")
    until(loop, lambda: not problems(page))


def test_tokens_and_cost_follow_what_is_typed(loop, page, qtbot) -> None:
    until(loop, lambda: estimate(page).endswith("without 2 values"))
    fill(page, product="Acme", ticket="Hi")
    until(loop, lambda: estimate(page).endswith("tokens · $0"))
    before = estimate(page)
    fill(page, ticket="Hi " * 400)
    until(loop, lambda: estimate(page) != before)
    assert estimate(page).startswith("≈ 3")


def test_a_wrong_template_is_said_in_place_of_an_estimate(loop, page, qtbot) -> None:
    fill(page, product="Acme", ticket="Hi")
    page.messages._blocks[0].text.setPlainText("{{#open}}")
    until(loop, lambda: estimate(page).startswith("Cannot be sent"))
    assert page.messages_panel._estimate.property("role") == "danger"


def test_a_new_prompt_is_there_to_be_written(loop, page, window, qtbot) -> None:
    preview(loop, window, page, qtbot)
    page.prompts.begin("other")
    until(loop, lambda: page.presenter.state.prompt.name == "other")
    assert not page.messages_panel.previews


def test_another_prompt_is_not_shown_with_the_messages_of_the_last(
    loop, page, window, qtbot
) -> None:
    fill(page, product="Acme", ticket="Hi")
    preview(loop, window, page, qtbot)
    until(loop, lambda: len(shown(page)) == 2)
    act(loop, page.presenter.opened.emit)
    assert shown(page) == []
    assert estimate(page) == ""
    act(loop, page.presenter._analyse)
    until(loop, lambda: len(shown(page)) == 2)
