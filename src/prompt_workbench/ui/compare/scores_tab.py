"""How an answer was judged, beside the case it answers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.scores import Score
from prompt_workbench.ui.compare.case_text import whole_case
from prompt_workbench.ui.compare.cells import verdict
from prompt_workbench.ui.kit.labels import ElidedLabel, label
from prompt_workbench.ui.kit.layouts import column, emptied, holding, row
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.tokens import Space


class ScoresTab(QWidget):
    """Each score with its verdict and why, and below them the whole case."""

    def __init__(self) -> None:
        super().__init__()
        self._scores = column(spacing=Space.HALF)
        self._case = PlainText("Case", mono=False)
        heading = label("Case", role="heading")
        edges = (0, Space.INSIDE, 0, 0)
        self.setLayout(column(self._scores, heading, (self._case, 1), margins=edges))

    def show_case(self, case: Case | None) -> None:
        """Show another case."""
        self._case.show_text("" if case is None else whole_case(case))

    def show_scores(self, scores: tuple[Score, ...], deciding: str | None) -> None:
        """Show other scores, the one that decides first."""
        emptied(self._scores)
        for score in sorted(scores, key=lambda each: each.name != deciding):
            self._scores.addWidget(_score_widget(score))
        if not scores:
            self._scores.addWidget(label("This answer has no scores.", role="muted"))


def _score_widget(score: Score) -> QWidget:
    badge = verdict(passed=score.passed)
    head = row(label(score.name, role="heading"), label(badge.words, role=badge.tone.value))
    head.addWidget(ElidedLabel(f"“{score.label}”" if score.label else "", role="muted"), 1)
    words = column(head, spacing=0)
    if score.explanation:
        words.addWidget(label(score.explanation, role="muted", wrap=True))
    return holding(words)
