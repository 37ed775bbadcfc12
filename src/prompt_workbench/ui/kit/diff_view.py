"""Shows what changed between two contents of a prompt, or between two texts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.diffs import Change, FieldChange, MessageDiff, Segment, VersionDiff
from prompt_workbench.ui.kit.plain_text import LONGEST_LINE, PlainText
from prompt_workbench.ui.theme.apply import Theme

_LONG = 600
_CONTEXT = 160


class DiffView(PlainText):
    """Words that went are struck out, words that came stand on green; plain text always."""

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._theme = theme
        self._shown: VersionDiff | tuple[Segment, ...] = ()
        theme.changed.connect(self._repaint)

    def show_diff(self, diff: VersionDiff) -> None:
        """Show the differences of two contents, messages first."""
        self._shown = diff
        self._repaint()

    def show_segments(self, segments: Iterable[Segment]) -> None:
        """Show the word diff of two texts."""
        self._shown = tuple(segments)
        self._repaint()

    def _repaint(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        shown = self._shown
        if isinstance(shown, tuple):
            self._write_segments(cursor, shown)
        elif not shown.changed:
            cursor.insertText("No difference.", self._muted())
        else:
            self._write_diff(cursor, shown)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _write_diff(self, cursor: QTextCursor, diff: VersionDiff) -> None:
        for message in filter(lambda each: each.changed, diff.messages):
            cursor.insertText(f"{_roles(message)}\n", self._muted())
            self._write_segments(cursor, message.segments)
            cursor.insertText("\n\n", QTextCharFormat())
        for change in diff.fields:
            self._write_field(cursor, change)

    def _write_field(self, cursor: QTextCursor, change: FieldChange) -> None:
        cursor.insertText(f"{change.path}  ", self._muted())
        if change.before is not None:
            self._write(cursor, _text(change.before), self._format(Change.DELETED))
            cursor.insertText("  ", QTextCharFormat())
        if change.after is not None:
            self._write(cursor, _text(change.after), self._format(Change.INSERTED))
        cursor.insertText("\n", QTextCharFormat())

    def _write_segments(self, cursor: QTextCursor, segments: Iterable[Segment]) -> None:
        for segment in segments:
            text = segment.text if segment.change is not Change.EQUAL else _shortened(segment.text)
            self._write(cursor, text, self._format(segment.change))

    def _write(self, cursor: QTextCursor, text: str, look: QTextCharFormat) -> None:
        """Write a text, its long lines broken as those of every other text."""
        rows = text.split("\n")
        if cursor.positionInBlock() + max(map(len, rows)) <= LONGEST_LINE:
            cursor.insertText(text, look)
            return
        for number, row in enumerate(rows):
            if number:
                cursor.insertBlock()
            start = 0
            while start < len(row):
                room = LONGEST_LINE - cursor.positionInBlock()
                if room <= 0:
                    self._break_line(cursor)
                    room = LONGEST_LINE
                cursor.insertText(row[start : start + room], look)
                start += room

    def _format(self, change: Change) -> QTextCharFormat:
        made = QTextCharFormat()
        if change is Change.INSERTED:
            made.setBackground(QColor(self._theme.tokens.diff_added))
        elif change is Change.DELETED:
            made.setBackground(QColor(self._theme.tokens.diff_removed))
            made.setFontStrikeOut(True)
        return made

    def _muted(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(self._theme.tokens.text_muted))
        return made


def _roles(message: MessageDiff) -> str:
    before, after = message.left_role, message.right_role
    if before is None or after is None:
        return f"{before or after} ({'removed' if after is None else 'added'})"
    return str(after) if before is after else f"{before} → {after}"


def _shortened(text: str) -> str:
    """Return what stayed the same with its middle left out, if it is long."""
    if len(text) <= _LONG:
        return text
    return f"{text[:_CONTEXT]} […{len(text) - 2 * _CONTEXT:,} characters…] {text[-_CONTEXT:]}"


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
