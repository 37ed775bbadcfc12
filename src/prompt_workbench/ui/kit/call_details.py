"""The inspector of one stored call: answer and scores, what was sent, cost, and how it went."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedLayout, QTabWidget, QWidget

from prompt_workbench.domain.generations import Generation
from prompt_workbench.services.runs import Runs
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit.call_parts import CallParts
from prompt_workbench.ui.kit.call_words import answer_text, score_words
from prompt_workbench.ui.kit.fact_table import FactTable
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column, holding
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_NOTHING = "Choose a call to see its request, its answer and what it cost."


class CallDetails(QWidget):
    """Shows everything that is kept of a call."""

    def __init__(self, runs: Runs, tasks: TaskScope, theme: Theme) -> None:
        super().__init__()
        self._runs = runs
        self._latest = Latest(tasks)
        self._problem = label(role="danger", wrap=True)
        self._answer = PlainText("Answer", mono=False)
        self._scores = FactTable("Scores")
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName("Call details")
        self._tabs.setDocumentMode(True)
        answer = column(self._problem, (self._answer, 1), self._scores, margins=Space.INSIDE)
        self._tabs.addTab(holding(answer), "Answer")
        self._parts = CallParts(self._tabs, theme)
        self._stack = QStackedLayout(self)
        nothing = label(_NOTHING, role="muted", wrap=True)
        self._stack.addWidget(holding(column(nothing, 1, margins=Space.AROUND)))
        self._stack.addWidget(self._tabs)

    def show_call(self, generation_id: str) -> None:
        """Load a call and show it."""
        self._latest.start(self._runs.generation(generation_id), done=self._show)

    def _show(self, generation: Generation) -> None:
        summary, body = generation.summary, generation.body
        self._problem.setText(summary.error)
        self._problem.setVisible(bool(summary.error))
        self._answer.show_text(answer_text(body))
        self._scores.clear()
        for score in summary.scores:
            self._scores.add_row((score.name, score_words(score)))
        self._parts.show_generation(generation)
        self._stack.setCurrentWidget(self._tabs)
