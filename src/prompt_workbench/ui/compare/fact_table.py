"""Facts below each other: a name on the left, what it is on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import emptied
from prompt_workbench.ui.theme.tokens import Space

_LONGEST = 2_000


class FactTable(QWidget):
    """Rows of plain texts that can be selected and copied; a heading spans its row."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.BETWEEN)
        self._grid.setVerticalSpacing(Space.HALF)
        self._row = 0

    def clear(self) -> None:
        """Take all rows away."""
        emptied(self._grid)
        self._row = 0

    def add_heading(self, text: str) -> None:
        """Add a line above the next rows."""
        made = label(text, role="heading")
        if self._row:
            made.setContentsMargins(0, Space.BETWEEN, 0, 0)
        self._grid.addWidget(made, self._row, 0, 1, -1)
        self._row += 1

    def add_row(self, cells: Sequence[str]) -> None:
        """Add a row: the first text is its name, the last one takes the room."""
        last = len(cells) - 1
        for place, text in enumerate(cells):
            made = _cell(text, muted=place == 0)
            numeric = place > 0 and last > 1
            side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
            span = 1 if place < last else -1
            self._grid.addWidget(made, self._row, place, 1, span)
            made.setAlignment(side | Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(last, 1)
        self._row += 1


def _cell(text: str, *, muted: bool) -> QLabel:
    made = label(text[:_LONGEST], role="muted" if muted else "", wrap=not muted)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
