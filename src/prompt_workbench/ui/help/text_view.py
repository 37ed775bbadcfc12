"""The one viewer of Markdown: it loads nothing, and follows no link by itself."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QUrl, Signal
from PySide6.QtGui import QColor, QImage, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit
from typing_extensions import override

from prompt_workbench.ui.help.dressing import dress
from prompt_workbench.ui.help.pages import anchor_of
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Tokens

_MEASURE = 760
"""Pixels; longer lines are hard to read."""

_WITHOUT_HTML = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class MarkdownView(QTextBrowser):
    """Shows Markdown; what it refers to is neither read from disk nor fetched."""

    link_asked = Signal(str)
    """A link was clicked; its target as it is written."""
    back_asked = Signal()
    forward_asked = Signal()

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.anchorClicked.connect(lambda url: self.link_asked.emit(url.toString()))
        self._text = ""
        self._words: tuple[str, ...] = ()
        self._tokens = theme.tokens
        theme.changed.connect(self._show_in)

    def show_markdown(self, text: str) -> None:
        """Show a text from its beginning."""
        self._text = text
        self._show_in(self._tokens)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def scroll_to(self, anchor: str) -> None:
        """Bring the heading of that anchor to the top; without an anchor, the beginning."""
        if not anchor:
            self.verticalScrollBar().setValue(0)
            return
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and anchor_of(block.text()) == anchor:
                self.setTextCursor(QTextCursor(block))
                top = self.document().documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(round(top))
                return
            block = block.next()

    def mark(self, words: str) -> None:
        """Mark every occurrence of the words."""
        self._words = tuple(words.split())
        found = []
        for word in self._words:
            cursor = self.document().find(word)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                mark.format.setBackground(QColor(self._tokens.selection))
                found.append(mark)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(found)

    @override
    def loadResource(self, type: int, name: QUrl | str) -> Any:
        # Nothing at all would let Qt look for the file by itself.
        if type == QTextDocument.ResourceType.ImageResource.value:
            image = QImage(1, 1, QImage.Format.Format_ARGB32)
            image.fill(0)
            return image
        return QByteArray(b" ")

    @override
    def backward(self) -> None:
        self.back_asked.emit()

    @override
    def forward(self) -> None:
        self.forward_asked.emit()

    @override
    def home(self) -> None:
        """Stay: there is no source that Qt could go to."""

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setLineWrapColumnOrWidth(min(_MEASURE, self.viewport().width()))
        super().resizeEvent(event)

    def _show_in(self, tokens: Tokens) -> None:
        self._tokens = tokens
        place = self.verticalScrollBar().value()
        self.document().setMarkdown(self._text, _WITHOUT_HTML)
        dress(self.document(), tokens)
        self.mark(" ".join(self._words))
        self.verticalScrollBar().setValue(place)
