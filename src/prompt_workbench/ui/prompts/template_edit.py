"""The editor of one template: grows with its text, shows problems where the mouse is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QHelpEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QToolTip
from typing_extensions import override

from prompt_workbench.domain.templates import Finding
from prompt_workbench.ui.kit.labels import tooltip
from prompt_workbench.ui.prompts.highlighter import TemplateHighlighter
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import mono_font
from prompt_workbench_runtime.render import VariableUse

_FEWEST_LINES, _MOST_LINES = 2, 22
_AIR = 14


class TemplateEdit(QPlainTextEdit):
    """Plain text in which the variables stand out."""

    edited = Signal()

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFont(mono_font())
        self.setTabChangesFocus(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setProperty("frame", "none")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._highlighter = TemplateHighlighter(self.document(), theme)
        self._findings: tuple[Finding, ...] = ()
        self._quiet = False
        self.textChanged.connect(self._text_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def show_text(self, text: str) -> None:
        """Show another text; typing in it can be undone, this step not."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def show_analysis(self, uses: tuple[VariableUse, ...], findings: tuple[Finding, ...]) -> None:
        """Mark variables and problems."""
        self._findings = findings
        self._highlighter.show_uses(uses, findings)
        words = " ".join(f"Line {each.line}: {each.message}" for each in findings[:3])
        self.setAccessibleDescription(words)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.cursorForPosition(event.pos()).position()
            found = [each for each in self._findings if each.start <= place <= each.end]
            words = [f"Line {each.line}, column {each.column}: {each.message}" for each in found]
            QToolTip.showText(event.globalPos(), tooltip("\n".join(words)), self)
            return True
        return super().event(event)

    def _text_changed(self) -> None:
        if not self._quiet:
            self.edited.emit()

    def _fit(self) -> None:
        # Of a long text only the beginning is measured: the rest scrolls.
        blocks = self.document().blockCount()
        lines = _MOST_LINES if blocks > _MOST_LINES else self._shown_lines()
        lines = min(max(lines, _FEWEST_LINES), _MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + _AIR)

    def _shown_lines(self) -> int:
        block, lines = self.document().firstBlock(), 0
        while block.isValid() and lines < _MOST_LINES:
            self.blockBoundingRect(block)  # lays the block out, so that it knows its lines
            lines += max(block.layout().lineCount(), 1)
            block = block.next()
        return lines
