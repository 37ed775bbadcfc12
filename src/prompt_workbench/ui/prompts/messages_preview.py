"""The messages as they would be sent, one block each; what cannot be rendered says why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QScrollArea, QTextEdit, QVBoxLayout, QWidget

from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.messages import BlobPart
from prompt_workbench.services.prompts import RenderedMessage
from prompt_workbench.ui.kit.call_words import parts_text
from prompt_workbench.ui.kit.file_chips import FileChips
from prompt_workbench.ui.kit.growing_text import Growth
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_FEWEST_LINES, _MOST_LINES = 1, 22
_MARKED = re.compile(r"\{\{.*?\}\}+|\{%.*?%\}|\{.*?\}|\S+")
"""What is underlined from the place of an error on: a tag, or a word."""


class _Block(QFrame):
    """One message: who says it, what, and why it cannot be rendered."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._theme = theme
        self._role = label(role="muted")
        self._problem = label(role="danger", wrap=True)
        self._files = FileChips(theme, large=True)
        self._text = PlainText("Text as it would be sent")
        self._text.setProperty("frame", "none")
        self._text.document().setDocumentMargin(0)
        self._growth = Growth(self._text, fewest=_FEWEST_LINES, most=_MOST_LINES)
        self._shown: RenderedMessage | None = None
        margins = (Space.BETWEEN, Space.INSIDE, Space.INSIDE, Space.INSIDE)
        parts = (self._role, self._problem, self._files, self._text)
        self.setLayout(column(*parts, spacing=Space.HALF, margins=margins))

    def show_message(self, rendered: RenderedMessage) -> None:
        """Show another message; one that is shown already keeps its place and selection."""
        if rendered == self._shown:
            return
        self._shown = rendered
        role = rendered.message.role.value.capitalize()
        self._role.setText(role)
        self._files.show_files(rendered.message.files)
        written = [part for part in rendered.message.parts if not isinstance(part, BlobPart)]
        self._text.show_text(parts_text(written))
        self._text.setAccessibleName(f"{role} message as it would be sent")
        self._problem.setText("\n".join(map(_problem, rendered.errors)))
        self._problem.setVisible(bool(rendered.errors))
        self._mark(rendered.errors if len(written) == 1 else ())

    def _mark(self, errors: Sequence[TemplateError]) -> None:
        """Underline the place of the first error, where the text stands as it is written."""
        marks = []
        for error in errors[:1]:
            block = self._text.document().findBlockByNumber(error.line - 1)
            found = _MARKED.match(block.text(), error.column - 1)
            if found:
                marks.append(self._underlined(block.position(), found.span()))
        self._text.setExtraSelections(marks)

    def _underlined(self, line: int, span: tuple[int, int]) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        mark.format.setUnderlineColor(QColor(self._theme.tokens.danger))
        mark.cursor = QTextCursor(self._text.document())
        mark.cursor.setPosition(line + span[0])
        mark.cursor.setPosition(line + span[1], QTextCursor.MoveMode.KeepAnchor)
        return mark


class MessagesPreview(QScrollArea):
    """Shows every message as it would be sent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Messages as they would be sent")
        self._theme = theme
        self._blocks: list[_Block] = []
        self._places: QVBoxLayout = column(spacing=Space.INSIDE)
        body = QWidget()
        body.setLayout(column(self._places, 1, margins=Space.BETWEEN))
        self.setWidget(body)

    def show_messages(self, messages: Sequence[RenderedMessage]) -> None:
        """Show other messages, in the blocks that are there already."""
        while len(self._blocks) < len(messages):
            self._blocks.append(_Block(self._theme))
            self._places.addWidget(self._blocks[-1])
        for place, block in enumerate(self._blocks):
            block.setVisible(place < len(messages))
            if place < len(messages):
                block.show_message(messages[place])


def _problem(error: TemplateError) -> str:
    words = f"Line {error.line}, column {error.column}: {error.message}"
    return f"{words} {error.hint}" if error.hint else words
