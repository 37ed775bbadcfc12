"""A prompt with a tool, answered by hand, and with a model that stands in for another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QTabWidget
from tests.support.desk import Driver, driver
from tests.support.projects import register

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.messages import ToolCallPart
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.policies import RetryPolicy
from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_forms import Reason, Speech
from prompt_workbench.providers.fake_replies import FakeRequest, Reply
from prompt_workbench.providers.fake_speech import FORMS
from prompt_workbench.ui.prompts.answer_card import AnswerCard
from prompt_workbench.ui.prompts.page import PromptsPage

CTRL = Qt.KeyboardModifier.ControlModifier
FORM = FORMS[Interface.OPENAI_CHAT]
CALL = ToolCallPart(id="c1", name="find_order", arguments='{"id": "7"}')
TOOL = {
    "name": "find_order",
    "description": "Look an order up.",
    "parameters": {"type": "object", "properties": {"id": {"type": "string"}}},
}


def reply(request: FakeRequest) -> Reply:
    """Ask for the tool first, then tell what it returned; one of the models is overloaded."""
    if request.json["model"] == "busy":
        return FORM.refusal(529, "Overloaded")
    messages = request.json["messages"]
    assert isinstance(messages, list)
    last = messages[-1]
    assert isinstance(last, dict)
    if last["role"] == "tool":
        return FORM.stream(Speech(texts=("Order 7: ", str(last["content"]))))
    texts = ("Let me look {{that}} up.",)
    return FORM.stream(Speech(texts=texts, calls=(CALL,), reason=Reason.TOOL_CALLS))


@pytest.fixture
def provider(loop: qasync.QEventLoop) -> Iterator[FakeProvider]:
    made = FakeProvider(reply)
    loop.run_until_complete(made.__aenter__())
    register(made.base_url)
    yield made
    loop.run_until_complete(made.__aexit__(None, None, None))


async def new_project(path: Path) -> None:
    workbench = await wired_projects().create(path)
    content = replace(
        text_prompt("Where is order {{number}}?"),
        settings=ModelSettings(max_tokens=50),
        tools=(TOOL,),
        retry=RetryPolicy(attempts=1),
    )
    await workbench.prompts.create("orders", content)
    await workbench.close()


def test_a_tool_is_answered_by_hand_and_a_model_stands_in_for_another(
    qapp: QApplication, loop: qasync.QEventLoop, provider: FakeProvider, tmp_path: Path
) -> None:
    path = tmp_path / "orders.pwb"
    loop.run_until_complete(new_project(path))
    with driver(qapp, loop) as desk:
        desk.window.resize(1440, 900)
        desk.begin(path)
        page = desk.page("prompts")
        desk.until(lambda: desk.has(QPlainTextEdit, "Value of number"))
        desk.type(desk.find(QPlainTextEdit, "Value of number"), "7")
        answer_a_tool(desk, page, provider)
        ask_a_stand_in(desk, page, provider)
        look_at_both_in_calls(desk)


def answer_a_tool(desk: Driver, page: PromptsPage, provider: FakeProvider) -> None:
    page.quick.choose(["fake/main"])
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.until(lambda: desk.has(QPushButton, "Answer and go on"))
    desk.shoot("tool-asked")
    field = desk.find(QPlainTextEdit, "What find_order returned")
    desk.type(field, "on its way")
    desk.click(desk.find(QPushButton, "Answer and go on"))
    desk.until(lambda: not page.quick.running)
    whole = (
        'Let me look {{that}} up.\n\nfind_order({"id": "7"})\n→ on its way\n\nOrder 7: on its way'
    )
    desk.until(lambda: card(page)._text.whole_text() == whole)
    assert not desk.has(QPushButton, "Answer and go on")
    desk.shoot("tool-answered")
    sent = provider.requests[-1].json["messages"]
    assert isinstance(sent, list)
    assert sent[1]["content"] == "Let me look {{that}} up."  # type: ignore[index,call-overload]
    assert sent[2] == {"role": "tool", "tool_call_id": "c1", "content": "on its way"}
    desk.press(Qt.Key.Key_Return, CTRL)  # again: what the tool returned is remembered
    desk.until(lambda: desk.has(QPushButton, "Answer and go on"))
    assert desk.find(QPlainTextEdit, "What find_order returned").toPlainText() == "on its way"


def ask_a_stand_in(desk: Driver, page: PromptsPage, provider: FakeProvider) -> None:
    desk.click_tab("Settings")
    add = desk.find(QPushButton, "+ fallback model")
    page.details.settings.ensureWidgetVisible(add)
    desk.click(add)
    desk.type(desk.find(QLineEdit, "Fallback model"), "fake/spare")
    page.details.settings.ensureWidgetVisible(add)
    desk.shoot("fallback-set")
    page.quick.choose(["fake/busy"])
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.until(lambda: page.quick.answers and not page.quick.running)
    desk.until(lambda: "by fake/spare" in card(page)._figures.text())
    desk.shoot("stand-in-answered")
    asked = [str(request.json["model"]) for request in provider.requests[-2:]]
    assert asked == ["busy", "spare"]


def look_at_both_in_calls(desk: Driver) -> None:
    page = desk.page("calls")
    desk.until(lambda: page._table.model().rowCount() == 5)
    desk.click_row(page._table, 0)
    tabs = desk.find(QTabWidget, "Call details")
    desk.until(lambda: "find_order" in tabs.findChild(QPlainTextEdit).toPlainText())
    desk.click_tab("Call")
    desk.until(lambda: desk.says("fake/busy was overloaded"))
    desk.shoot("stand-in-inspected")


def card(page: PromptsPage) -> AnswerCard:
    found = page.run_panel.findChildren(AnswerCard)
    return found[-1]
