"""The inspector of one call: answer, request, usage and price, and how the call went."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QScrollArea, QStackedLayout, QTabWidget, QWidget

from prompt_workbench.domain.generations import Generation
from prompt_workbench.services.runs import Runs
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit.call_words import (
    answer_text,
    call_facts,
    messages_text,
    pretty_json,
    score_facts,
    usage_facts,
)
from prompt_workbench.ui.kit.facts import Facts
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column, holding
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.tokens import Space

NOTHING_CHOSEN = "Choose a call to see its request, its answer and what it cost."


class CallDetails(QWidget):
    """Shows everything that is kept of a call."""

    def __init__(self, runs: Runs, tasks: TaskScope) -> None:
        super().__init__()
        self._runs = runs
        self._latest = Latest(tasks)
        self._sentence = label(NOTHING_CHOSEN, role="muted", wrap=True)
        self._problem = label(role="danger", wrap=True)
        self._answer = PlainText("Answer", mono=False)
        self._scores = Facts()
        self._messages = PlainText("Rendered messages")
        self._body = PlainText("Request body")
        self._usage = Facts()
        self._raw_usage = PlainText("Usage as the provider reported it")
        self._facts = Facts()
        self._build()
        self.show_nothing()

    def show_call(self, generation_id: str) -> None:
        """Load a call and show it."""
        self._latest.start(self._runs.generation(generation_id), done=self.show_generation)

    def show_nothing(self, sentence: str = NOTHING_CHOSEN) -> None:
        """Show a sentence in place of a call."""
        self._latest.cancel()
        self._sentence.setText(sentence)
        self._stack.setCurrentIndex(0)

    def show_generation(self, generation: Generation) -> None:
        """Show a call."""
        summary, body = generation.summary, generation.body
        self._problem.setText(summary.error)
        self._problem.setVisible(bool(summary.error))
        self._answer.show_text(answer_text(generation))
        self._scores.show_facts(score_facts(summary.scores))
        self._messages.show_text(messages_text(body.messages))
        self._body.show_text(pretty_json(body.request_body))
        self._usage.show_facts(usage_facts(generation))
        raw = body.usage_raw
        self._raw_usage.show_text("" if raw is None else json.dumps(raw, indent=2))
        self._facts.show_facts(call_facts(generation))
        self._stack.setCurrentIndex(1)

    def _build(self) -> None:
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName("Call details")
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(_tab(self._problem, (self._answer, 1), self._scores), "Answer")
        self._tabs.addTab(_tab((self._messages, 1)), "Messages")
        self._tabs.addTab(_tab((self._body, 1)), "Request")
        raw_title = label("As reported", role="muted")
        self._tabs.addTab(_tab(self._usage, raw_title, (self._raw_usage, 1)), "Cost")
        self._tabs.addTab(_scrolled(self._facts), "Facts")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(holding(column(self._sentence, 1, margins=Space.AROUND)))
        self._stack.addWidget(self._tabs)


def _tab(*items: QWidget | tuple[QWidget, int]) -> QWidget:
    return holding(column(*items, spacing=Space.INSIDE, margins=Space.INSIDE))


def _scrolled(widget: QWidget) -> QWidget:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(holding(column(widget, 1, margins=Space.INSIDE)))
    return area
