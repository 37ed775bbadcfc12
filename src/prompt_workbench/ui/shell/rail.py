"""The activity rail: one button for each page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton

from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.kit.page import PageSpec
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.icons import icon
from prompt_workbench.ui.theme.tokens import Space, Tokens

_WIDTH = 48
_BUTTON = 36


class Rail(QFrame):
    """Shows the pages as icons, in their order; the last one stands at the bottom."""

    chosen = Signal(str)

    def __init__(self, pages: Sequence[PageSpec], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Pages")
        self.setFixedWidth(_WIDTH)
        self._group = QButtonGroup(self)
        self._buttons = {
            spec.id: self._button(spec, number) for number, spec in enumerate(pages, 1)
        }
        self._icons = {spec.id: spec.icon for spec in pages}
        *upper, lowest = self._buttons.values()
        edges = (Space.HALF, Space.INSIDE, Space.HALF, Space.INSIDE)
        self.setLayout(column(*upper, 1, lowest, spacing=Space.HALF, margins=edges))
        self._shown = ""
        self._tokens = theme.tokens
        theme.changed.connect(self._paint_icons)
        self._paint_icons(theme.tokens)

    def show_page(self, page_id: str) -> None:
        """Mark the page that is on the screen."""
        self._shown = page_id
        self._buttons[page_id].setChecked(True)
        self._paint_icons(self._tokens)

    def _button(self, spec: PageSpec, number: int) -> QToolButton:
        made = QToolButton(autoRaise=True)
        made.setCheckable(True)
        made.setAccessibleName(spec.title)
        made.setToolTip(f"{spec.title}  (Ctrl+{number})")
        made.setIconSize(QSize(20, 20))
        made.setFixedSize(_BUTTON, _BUTTON)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self.chosen.emit(spec.id))
        self._group.addButton(made)
        return made

    def _paint_icons(self, tokens: Tokens) -> None:
        self._tokens = tokens
        for page_id, each in self._buttons.items():
            colour = tokens.accent if page_id == self._shown else tokens.text_muted
            each.setIcon(icon(self._icons[page_id], colour))
