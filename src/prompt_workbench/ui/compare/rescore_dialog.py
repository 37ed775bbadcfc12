"""Asks by which evaluators a run is scored again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.ui.compare.evaluators_field import EvaluatorsField
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_WIDTH = 480


class RescoreDialog(QDialog):
    """Offers the evaluators of the run, to be changed."""

    def __init__(
        self,
        evaluators: Sequence[EvaluatorSpec],
        theme: Theme,
        parent: QWidget,
        done: Callable[[tuple[EvaluatorSpec, ...]], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Score again")
        self.setMinimumWidth(_WIDTH)
        self._done = done
        self._field = EvaluatorsField(theme)
        self._field.show_evaluators(evaluators)
        words = label(
            "The stored answers are judged again by these evaluators. No model is called.",
            role="muted",
            wrap=True,
        )
        accept = button("Score again", self._confirm, kind="primary")
        buttons = row(1, button("Cancel", self.reject), accept)
        self.setLayout(
            column(words, self._field, buttons, margins=Space.AROUND, spacing=Space.BETWEEN)
        )

    def _confirm(self) -> None:
        self.accept()
        self._done(self._field.evaluators)
