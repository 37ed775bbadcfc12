"""A plain text field that grows with its text, up to a number of lines."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy
from typing_extensions import override

from prompt_workbench.ui.bridge import delayed

_AIR = 14
"""Margins of the document and of the frame, above and below."""


class GrowingText(QPlainTextEdit):
    """Shows as many lines as there are, within bounds; what is longer scrolls."""

    def __init__(self, name: str, *, fewest: int, most: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fewest, self._most = fewest, most
        # Lines are counted when Qt has laid them out at the new width.
        self._fit_soon = delayed(self, 0, self._fit)
        self.textChanged.connect(self._fit_soon.start)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_soon.start()

    def _fit(self) -> None:
        lines = min(max(self._line_count(), self._fewest), self._most)
        height = lines * self.fontMetrics().lineSpacing() + _AIR
        if height != self.height():
            self.setFixedHeight(height)

    def _line_count(self) -> int:
        # Of a long text only the beginning is laid out: the rest scrolls anyway.
        block, lines = self.document().firstBlock(), 0
        while block.isValid() and lines < self._most:
            self.blockBoundingRect(block)  # lays the block out, so that it knows its lines
            lines += max(block.layout().lineCount(), 1)
            block = block.next()
        return lines
