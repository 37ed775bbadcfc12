"""What was sent, what it cost and how the call went: the parts that every inspector shows."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea, QTabWidget, QWidget

from prompt_workbench.domain.generations import Generation
from prompt_workbench.ui.kit.call_words import (
    attempt_words,
    body_text,
    call_facts,
    cost_facts,
    cost_rows,
    messages_text,
    usage_text,
)
from prompt_workbench.ui.kit.fact_table import FactTable
from prompt_workbench.ui.kit.file_chips import FileChips
from prompt_workbench.ui.kit.labels import button
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class CallParts:
    """Adds the tabs Sent, Cost and Call to an inspector, and fills them."""

    def __init__(self, tabs: QTabWidget, theme: Theme) -> None:
        self._request_body = ""
        self._files = FileChips(theme)
        self._messages = PlainText("Messages as they were sent")
        self._body = PlainText("Request body as it was sent")
        self._cost, self._call = FactTable("Usage and cost"), FactTable("The call")
        copy_body = button("Copy request body", self._copy_body, kind="link")
        sent = QTabWidget()
        sent.setAccessibleName("What was sent")
        sent.addTab(holding(column(self._files, (self._messages, 1))), "Messages")
        sent.addTab(holding(column((self._body, 1), row(1, copy_body))), "Request body")
        tabs.addTab(holding(column((sent, 1), margins=(0, Space.INSIDE, 0, 0))), "Sent")
        tabs.addTab(_scrolled(self._cost), "Cost")
        tabs.addTab(_scrolled(self._call), "Call")

    def show_generation(self, generation: Generation) -> None:
        """Show a call."""
        self._request_body = generation.body.whole_request_body
        messages = generation.body.messages
        self._files.show_files([file for message in messages for file in message.files])
        self._messages.show_text(messages_text(messages))
        self._body.show_text(body_text(generation.body.request_body))
        self._show_cost(generation)
        self._show_call(generation)

    def clear(self) -> None:
        """Show no call."""
        self._request_body = ""
        self._files.show_files(())
        self._messages.show_text("")
        self._body.show_text("")
        self._cost.clear()
        self._call.clear()

    def _show_cost(self, generation: Generation) -> None:
        self._cost.clear()
        for name, words in cost_facts(generation):
            self._cost.add_row((name, words))
        rows = cost_rows(generation)
        if rows:
            self._cost.add_heading("Line by line")
            self._cost.add_row(("", "tokens", "$ per million", "$"))
        for cells in rows:
            self._cost.add_row(cells)
        if raw := usage_text(generation):
            self._cost.add_heading("Usage as it was on the wire")
            self._cost.add_row(("", raw))

    def _show_call(self, generation: Generation) -> None:
        self._call.clear()
        for name, words in call_facts(generation):
            self._call.add_row((name, words))
        attempts = generation.body.attempts
        if attempts:
            self._call.add_heading("Attempts")
        for attempt in attempts:
            self._call.add_row((str(attempt.number), attempt_words(attempt)))

    def _copy_body(self) -> None:
        QGuiApplication.clipboard().setText(self._request_body)


def _scrolled(widget: QWidget) -> QScrollArea:
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setWidget(holding(column(widget, 1, margins=(0, Space.INSIDE, 0, 0))))
    made.setAccessibleName(widget.accessibleName())
    return made
