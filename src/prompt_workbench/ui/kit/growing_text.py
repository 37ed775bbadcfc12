"""Plain text fields that grow with their text, up to a number of lines."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy
from typing_extensions import override

from prompt_workbench.ui.bridge import delayed

_AIR = 14
"""Margins of the document and of the frame, above and below."""


class Growth(QObject):
    """Keeps a text field as high as its lines, within bounds; what is longer scrolls."""

    def __init__(self, field: QPlainTextEdit, *, fewest: int, most: int) -> None:
        super().__init__(field)
        self._field, self._fewest, self._most = field, fewest, most
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # Lines are counted when Qt has laid them out at the new width.
        self._fit_soon = delayed(self, 0, self._fit)
        field.textChanged.connect(self._fit_soon.start)
        field.viewport().installEventFilter(self)
        self._fit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width():
            self._fit_soon.start()
        return False

    def _fit(self) -> None:
        field, count = self._field, self._line_count()
        lines = min(max(count, self._fewest), self._most)
        # A bar that comes for a moment would take width, and break the lines differently.
        policy = Qt.ScrollBarPolicy
        scrolls = count >= self._most
        field.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff
        )
        height = lines * field.fontMetrics().lineSpacing() + _AIR
        if height != field.height():
            field.setFixedHeight(height)

    def _line_count(self) -> int:
        # Of a long text only the beginning is laid out: the rest scrolls anyway.
        block, lines = self._field.document().firstBlock(), 0
        while block.isValid() and lines < self._most:
            self._field.blockBoundingRect(block)  # lays it out, so that it knows its lines
            lines += max(block.layout().lineCount(), 1)
            block = block.next()
        return lines


class GrowingText(QPlainTextEdit):
    """A field that shows as many lines as there are, within bounds."""

    def __init__(self, name: str, *, fewest: int, most: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._growth = Growth(self, fewest=fewest, most=most)

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, self.height())
