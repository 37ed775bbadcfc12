"""Viewer of texts that come from a model or a file: plain, selectable, fast when long."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.theme.fonts import mono_font

LONGEST_LINE = 2_000
"""Longer lines are broken for showing: a single line of megabytes freezes the widget."""

MOST_LINES = 100_000
"""What comes after so many lines is not shown: each takes memory, and nobody reads on."""
_NOT_SHOWN = "… The rest is not shown here. Selecting and copying all gives the whole text."
_FIRST, _SLICE, _PAUSE_MS = 120_000, 25_000, 5
"""How many letters are laid out at once, so that the window is held up for some hundredths
of a second at first, and later for one with a rest after each; a line counts as some letters."""
_LETTERS_OF_A_LINE = 40

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
        self._pieces: list[str] = []
        """The whole text."""
        self._waiting: deque[str] = deque()
        """The pieces that are not laid out yet; the first one from `_at` on."""
        self._at = 0
        self._later = delayed(self, _PAUSE_MS, lambda: self._lay_out(_SLICE))

    def show_text(self, text: str) -> None:
        """Show a text in place of what is shown, from its beginning."""
        self._later.stop()
        self.clear()
        self._pieces.clear()
        self._waiting.clear()
        self._column = self._at = 0
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
        """Return the text without the breaks made for showing, also what is not shown."""
        if not self._pieces:  # what stands here was written in another way, such as a diff
            cursor = QTextCursor(self.document())
            cursor.select(QTextCursor.SelectionType.Document)
            return self._text_of(cursor)
        self._pieces = ["".join(self._pieces)]
        return self._pieces[0]

    def _insert(self, text: str) -> None:
        self._pieces.append(text)
        if self.blockCount() <= MOST_LINES:
            self._waiting.append(text)
        if not self._later.isActive():
            self._lay_out(_FIRST)

    def _lay_out(self, letters: int) -> None:
        """Lay out so much of what waits, and the rest a little later."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        while self._waiting and letters > 0:
            letters -= self._lay_out_line(cursor) + _LETTERS_OF_A_LINE
            if self.blockCount() > MOST_LINES:
                cursor.insertText(_NOT_SHOWN)
                self._waiting.clear()
        cursor.endEditBlock()
        if self._waiting:
            self._later.start()

    def _lay_out_line(self, cursor: QTextCursor) -> int:
        """Lay out what is left of a line, or as much as may stand on one; return how much."""
        text, start = self._waiting[0], self._at
        if self._column >= LONGEST_LINE and text[start : start + 1] not in {"\n", ""}:
            self._break_line(cursor)
        room = LONGEST_LINE - self._column
        end = text.find("\n", start, start + room + 1)
        piece = text[start : start + room] if end < 0 else text[start:end]
        cursor.insertText(piece)
        self._column += len(piece)
        self._at += len(piece)
        if end >= 0:
            self._begin_line(cursor, 0)
            self._at += 1
        if self._at >= len(text):
            self._waiting.popleft()
            self._at = 0
        return len(piece)

    def _break_line(self, cursor: QTextCursor) -> None:
        self._begin_line(cursor, _CONTINUES)

    def _begin_line(self, cursor: QTextCursor, state: int) -> None:
        cursor.block().setUserState(state)
        cursor.insertBlock()
        cursor.block().setUserState(0)
        self._column = 0

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        cursor, last = self.textCursor(), self.document().characterCount() - 1
        is_all = cursor.selectionStart() == 0 and cursor.selectionEnd() == last
        data = QMimeData()
        data.setText(self.whole_text() if is_all else self._text_of(cursor))
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
