"""Facts below each other: a name on the left, what it is on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import emptied
from prompt_workbench.ui.theme.tokens import Space

_LONGEST = 2_000
_LONGEST_WORD = 22


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
        """Add a row: the first text is its name; a long word gets a line to itself."""
        last = len(cells) - 1
        if last == 1 and max(map(len, cells[1].split()), default=0) > _LONGEST_WORD:
            if cells[0]:
                self._add(cells[0], 0, muted=True, span=-1)
                self._row += 1
            self._add(cells[1], 0, muted=False, span=-1)
        else:
            for place, text in enumerate(cells):
                made = self._add(text, place, muted=place == 0, span=1 if place < last else -1)
                if place > 0 and last > 1:
                    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            self._grid.setColumnStretch(last, 1)
        self._row += 1

    def _add(self, text: str, place: int, *, muted: bool, span: int) -> QLabel:
        made = label(text[:_LONGEST], role="muted" if muted else "", wrap=not muted)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(made, self._row, place, 1, span)
        return made
