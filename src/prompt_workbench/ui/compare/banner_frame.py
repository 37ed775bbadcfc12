"""The notice above the grid: what to know of the run, and the next steps as buttons."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import partial

from PySide6.QtWidgets import QFrame, QLineEdit

from prompt_workbench.ui.compare.limits_field import amount
from prompt_workbench.ui.compare.run_words import Banner, Step
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.labels import button, label, set_role
from prompt_workbench.ui.kit.layouts import FoldingRow, column, emptied, row
from prompt_workbench.ui.theme.tokens import Space

_BESIDE = 560
"""In a narrower frame the steps stand below the words."""


class BannerFrame(QFrame):
    """Shows a banner; hidden while there is none."""

    def __init__(self, take: Callable[[Step], object]) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self._take = take
        self._banner: Banner | None = None
        self._text = label(wrap=True)
        self._hint = label(role="muted", wrap=True)
        self._cap = QLineEdit()
        self._cap.setAccessibleName("New spend cap in dollars")
        self._cap.setPlaceholderText("new cap in $")
        self._cap.setFixedWidth(110)
        self._cap.returnPressed.connect(lambda: take(Step.RAISE_CAP))
        self._buttons = row()
        words = column(self._text, self._hint, spacing=2)
        edges = (Space.BETWEEN, Space.INSIDE, Space.INSIDE, Space.INSIDE)
        steps = row(self._cap, self._buttons)
        self.setLayout(row(FoldingRow((words, 1), steps, narrow=_BESIDE, margins=edges)))
        self.hide()

    def show_banner(self, banner: Banner | None) -> None:
        """Show another banner, or none."""
        if banner == self._banner:
            return
        self._banner = banner
        self.setVisible(banner is not None)
        if banner is None:
            return
        self.setAccessibleName(f"{banner.text} {banner.hint}".strip())
        set_role(self._text, banner.role)
        self._text.setText(banner.text)
        self._hint.setText(banner.hint)
        self._hint.setVisible(bool(banner.hint))
        self._cap.setVisible(Step.RAISE_CAP in banner.steps)
        emptied(self._buttons)
        for place, step in enumerate(banner.steps):
            kind = "" if place else "primary"
            self._buttons.addWidget(button(step.value, partial(self._take, step), kind=kind))

    def cap(self) -> Decimal | None:
        """Return the cap that was typed; None, and the field marked, when it is no amount."""
        try:
            typed = amount(self._cap.text().strip().removeprefix("$"))
        except InvalidOperation:
            mark_invalid(self._cap, "Write an amount in dollars, such as 0.10.")
            return None
        mark_invalid(self._cap, "")
        return typed
