"""What an empty place says: what it is for, and what to do first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.tokens import Space

_MEASURE = 460


class EmptyState(QWidget):
    """One sentence, one primary action, and at most one other way."""

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        action: tuple[str, Callable[[], object]] | None = None,
        other: tuple[str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        words = label(sentence, role="muted", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setMaximumWidth(_MEASURE)
        buttons = row(1)
        if action is not None:
            buttons.addWidget(button(*action, kind="primary"))
        if other is not None:
            buttons.addWidget(button(*other, kind="quiet"))
        buttons.addStretch(1)
        heading = label(title, role="title")
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        sentence_row = row(1, (words, _MEASURE), 1)
        self.setLayout(column(2, heading, sentence_row, buttons, 3, spacing=Space.BETWEEN))
