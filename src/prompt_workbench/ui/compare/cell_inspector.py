"""The cell that is selected, whole: answer, scores, what was sent, cost, and the call itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QTabWidget, QWidget

from prompt_workbench.domain.generations import ANSWERED, CellKey, Generation
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.compare.answer_tab import AnswerTab, FetchText
from prompt_workbench.ui.compare.cells import live_take, stand_in_of, stored_take
from prompt_workbench.ui.compare.run_presenter import RunPresenter
from prompt_workbench.ui.compare.scores_tab import ScoresTab
from prompt_workbench.ui.compare.totals import model_title, version_title
from prompt_workbench.ui.kit.call_parts import CallParts
from prompt_workbench.ui.kit.call_words import answer_text, passed_over_words
from prompt_workbench.ui.kit.labels import (
    ElidedLabel,
    IconButton,
    button,
    label,
    set_role,
)
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.services.runs import Runs

_FOLLOW_MS = 33
_NOTHING = (
    "Select a cell of a run to see it whole: its answer and scores, what was sent, "
    "what it cost line by line, and what came back."
)


class CellInspector(QWidget):
    """Shows one cell of the run of a `RunPresenter`, also while its answer streams in."""

    repetition_chosen = Signal(int)

    def __init__(self, presenter: RunPresenter, runs: Runs, tasks: TaskScope, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("The selected cell")
        self._presenter, self._runs, self._theme = presenter, runs, theme
        self._loading = Latest(tasks)
        self._run_id = ""
        self._key: CellKey | None = None
        self._shown: tuple[str, int] | None = None
        """Generation and length of the streamed text that is shown."""
        self._nothing = label(_NOTHING, role="muted", wrap=True)
        self._place = ElidedLabel(role="heading", middle=True)
        self._variant = ElidedLabel(role="muted", middle=True)
        self._instead = label(role="warning", wrap=True)
        self._badge = label()
        self._repetition = QComboBox()
        self._repetition.setAccessibleName("Repetition")
        self._repetition.activated.connect(self.repetition_chosen)
        self._answer = AnswerTab(tasks, theme)
        self._scores = ScoresTab()
        self._retry = button("Send again", self._send_again, kind="quiet")
        self._tabs = QTabWidget()
        self._build()
        self._follow = delayed(self, _FOLLOW_MS, self._refresh)
        presenter.cell_changed.connect(self._cell_changed)
        presenter.run_changed.connect(self._run_changed)

    def show_cell(self, key: CellKey | None) -> None:
        """Show another cell, or none."""
        self._key, self._shown = key, None
        self._show_place()
        self._refresh()

    def focus(self) -> None:
        """Put the cursor into the answer."""
        self._tabs.setCurrentIndex(0)
        self._answer.focus()

    def copied_text(self) -> str:
        """Return the answer that is shown."""
        return self._answer.whole_text()

    def _build(self) -> None:
        copy = IconButton("copy", "Copy the answer", self._copy_answer, theme=self._theme)
        self._tabs.setAccessibleName("Details of the cell")
        self._tabs.setDocumentMode(True)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.addTab(self._answer, "Answer")
        self._tabs.addTab(self._scores, "Scores")
        self._parts = CallParts(self._tabs, self._theme)
        facts = row((self._badge, 1), self._repetition, self._retry, copy)
        cell = column(self._place, self._variant, self._instead, facts, (self._tabs, 1), spacing=2)
        self._cell = holding(cell)
        edges = (Space.BETWEEN, Space.INSIDE, Space.BETWEEN, Space.INSIDE)
        self.setLayout(column(self._nothing, (self._cell, 1), margins=edges))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._show_place()

    def _show_place(self) -> None:
        run, key = self._presenter.run, self._key
        self._nothing.setVisible(run is None or key is None)
        self._cell.setVisible(run is not None and key is not None)
        self._retry.setVisible(False)
        self._repetition.hide()
        if run is None or key is None:
            return
        variant = run.variants[key.variant]
        self._place.set_text(f"Case {key.case + 1} · {version_title(variant)}")
        self._variant.set_text(model_title(variant))
        self._instead.hide()
        if run.limits.repetitions > 1:
            self._repetition.clear()
            count = run.limits.repetitions
            self._repetition.addItems([f"{number} of {count}" for number in range(1, count + 1)])
            self._repetition.setCurrentIndex(key.repetition)
            self._repetition.show()
        self._scores.show_case(self._presenter.grid.case(key.case))

    def _refresh(self) -> None:
        key = self._key
        if key is None or self._presenter.run is None:
            self._clear()
            return
        live = self._presenter.live.of(self._presenter.run.id).get(key)
        if live is not None:
            self._loading.cancel()
            self._show_badge(live_take(live).badge.words, live_take(live).badge.tone.value)
            self._stream(live.generation_id, live.text)
            return
        stored = self._presenter.answer(key)
        if stored is None:
            self._clear()
            return
        variant = self._presenter.run.variants[key.variant]
        badge = stored_take(stored, variant, self._presenter.deciding).badge
        self._show_badge(badge.words, badge.tone.value)
        self._loading.start(self._runs.generation(stored.summary.id), done=self._show_generation)

    def _stream(self, generation_id: str, text: str) -> None:
        if self._shown is None or self._shown[0] != generation_id:
            self._clear()
            self._shown = (generation_id, 0)
        self._answer.append_text(text[self._shown[1] :])
        self._shown = (generation_id, len(text))

    def _show_generation(self, generation: Generation) -> None:
        if self._key is None or generation.summary.cell != self._key:
            return
        self._show_stand_in(generation)
        text = answer_text(generation.body) or generation.summary.error
        self._answer.show_text(text)
        self._answer.compare_with(self._first_column())
        self._scores.show_scores(generation.summary.scores, self._presenter.deciding)
        self._parts.show_generation(generation)
        self._retry.setVisible(True)

    def _show_stand_in(self, generation: Generation) -> None:
        """Say which model answered instead of the one of the column, and why."""
        run = self._presenter.run
        if run is None:
            return
        variant = run.variants[generation.summary.cell.variant]
        self._instead.hide()
        if asked := stand_in_of(generation.summary, variant):
            why = passed_over_words(generation.body.attempts)
            words = f"{asked} was asked{f', because {why}' if why else ''}"
            self._instead.setText(words)
            self._instead.show()

    def _first_column(self) -> FetchText | None:
        """Return how to get the answer of the first column, if it is another one and there."""
        key = self._key
        if key is None or key.variant == 0:
            return None
        first = CellKey(case=key.case, variant=0, repetition=key.repetition)
        stored = self._presenter.answer(first)
        if stored is None or stored.summary.state not in ANSWERED:
            return None
        generation_id = stored.summary.id

        async def fetch() -> str:
            return (await self._runs.generation(generation_id)).body.text

        return fetch

    def _show_badge(self, words: str, tone: str) -> None:
        set_role(
            self._badge, {"text": "", "text_muted": "muted", "accent": "muted"}.get(tone, tone)
        )
        self._badge.setText(words)

    def _clear(self) -> None:
        self._loading.cancel()
        self._answer.compare_with(None)
        self._answer.show_text("")
        self._parts.clear()
        self._scores.show_scores((), None)

    def _cell_changed(self, key: CellKey) -> None:
        if key == self._key and not self._follow.isActive():
            self._follow.start()

    def _run_changed(self) -> None:
        run = self._presenter.run
        run_id = "" if run is None else run.id
        if run_id != self._run_id:
            self._run_id = run_id
            self.show_cell(None)
        elif self._key is not None:
            self._refresh()

    def _send_again(self) -> None:
        if self._key is not None:
            self._presenter.retry([self._key])

    def _copy_answer(self) -> None:
        QGuiApplication.clipboard().setText(self.copied_text())
