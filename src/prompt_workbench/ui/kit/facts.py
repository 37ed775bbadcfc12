"""A list of named facts, each on a line of its own, selectable and plain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import emptied
from prompt_workbench.ui.theme.tokens import Space

Fact: TypeAlias = tuple[str, str]
"""A name and what is to be said of it."""


class Facts(QWidget):
    """Shows names to the left and values to the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.BETWEEN)
        self._grid.setVerticalSpacing(Space.HALF)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts; those without a value are left out."""
        emptied(self._grid)
        for line, (name, text) in enumerate(fact for fact in facts if fact[1]):
            value = label(text, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(f"{name}: {text}")
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(label(name, role="muted"), line, 0, top)
            self._grid.addWidget(value, line, 1, top)
