"""Viewer of texts that come from a model or a file: plain, selectable, fast when long."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from prompt_workbench.ui.theme.fonts import mono_font

LONGEST_LINE = 2_000
"""Longer lines are broken for showing: a single line of megabytes freezes the widget."""

_CONTINUES = 1
"""The state of a block that the viewer broke off; copying joins it with the next one."""


class PlainText(QPlainTextEdit):
    """Shows text as it is, never as HTML; copying gives back the very same text."""

    def __init__(self, name: str, parent: QWidget | None = None, *, mono: bool = True) -> None:
        super().__init__(parent, readOnly=True)
        self.setAccessibleName(name)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if mono:
            self.setFont(mono_font())
        self._column = 0

    def show_text(self, text: str) -> None:
        """Show a text in place of what is shown, from its beginning."""
        self.clear()
        self._column = 0
        self._insert(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def append_text(self, text: str) -> None:
        """Add a piece at the end; follow it if the end was in sight."""
        bar = self.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 2
        self._insert(text)
        if follows:
            bar.setValue(bar.maximum())

    def whole_text(self) -> str:
        """Return the text without the breaks made for showing."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        return self._text_of(cursor)

    def _insert(self, text: str) -> None:
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        for number, row in enumerate(text.split("\n")):
            if number:
                cursor.insertBlock()
                cursor.block().setUserState(0)
                self._column = 0
            self._insert_row(cursor, row)
        cursor.endEditBlock()

    def _insert_row(self, cursor: QTextCursor, row: str) -> None:
        while row:
            if self._column >= LONGEST_LINE:
                cursor.block().setUserState(_CONTINUES)
                cursor.insertBlock()
                cursor.block().setUserState(0)
                self._column = 0
            piece, row = row[: LONGEST_LINE - self._column], row[LONGEST_LINE - self._column :]
            cursor.insertText(piece)
            self._column += len(piece)

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self._text_of(self.textCursor()))
        return data

    def _text_of(self, cursor: QTextCursor) -> str:
        block = self.document().findBlock(cursor.selectionStart())
        end = cursor.selectionEnd()
        found: list[str] = []
        while block.isValid() and block.position() <= end:
            first = max(cursor.selectionStart() - block.position(), 0)
            last = end - block.position()
            found.append(block.text()[first:last])
            if last > len(block.text()) and block.userState() != _CONTINUES:
                found.append("\n")
            block = block.next()
        return "".join(found)
