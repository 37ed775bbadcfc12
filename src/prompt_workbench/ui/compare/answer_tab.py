"""The answer of a cell, and on demand how it differs from that of the first column."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from PySide6.QtWidgets import QCheckBox, QStackedLayout, QWidget

from prompt_workbench.domain.diffs import Segment, diff_words
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit.diff_view import DiffView
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

FetchText: TypeAlias = Callable[[], Coroutine[Any, Any, str]]

_LONGEST = 200_000
"""Longer answers are not compared word by word: it would take too long."""


class AnswerTab(QWidget):
    """Shows a text, also one that is growing, or what it changes in another one."""

    def __init__(self, tasks: TaskScope, theme: Theme) -> None:
        super().__init__()
        self._comparing = Latest(tasks)
        self._base: FetchText | None = None
        self._answer = PlainText("Answer", mono=False)
        self._difference = DiffView("Differences from the first column", theme)
        self._switch = QCheckBox("Differences from column 1")
        self._switch.toggled.connect(lambda _on: self._show())
        self._stack = QStackedLayout()
        self.setLayout(column(self._switch, (self._stack, 1), margins=(0, Space.INSIDE, 0, 0)))
        self._stack.addWidget(self._answer)
        self._stack.addWidget(self._difference)
        self.compare_with(None)

    def show_text(self, text: str) -> None:
        """Show a whole answer; one that is shown already stays where it was scrolled to."""
        if self._answer.whole_text() != text:
            self._answer.show_text(text)
        self._show()

    def append_text(self, text: str) -> None:
        """Add what arrived."""
        self._answer.append_text(text)

    def whole_text(self) -> str:
        """Return the answer."""
        return self._answer.whole_text()

    def compare_with(self, base: FetchText | None) -> None:
        """Offer the difference from another answer; None offers nothing."""
        self._base = base
        self._switch.setVisible(base is not None)
        self._show()

    def focus(self) -> None:
        """Put the cursor into the answer."""
        (self._difference if self._compared else self._answer).setFocus()

    @property
    def _compared(self) -> bool:
        return self._base is not None and self._switch.isChecked()

    def _show(self) -> None:
        self._stack.setCurrentWidget(self._difference if self._compared else self._answer)
        self._comparing.cancel()
        if self._base is not None and self._compared:
            work = _segments(self._base, self._answer.whole_text())
            self._comparing.start(work, done=self._difference.show_segments)


async def _segments(base: FetchText, text: str) -> tuple[Segment, ...]:
    before = await base()
    return await asyncio.to_thread(diff_words, before[:_LONGEST], text[:_LONGEST])
