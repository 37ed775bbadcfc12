"""The editor of one template: variables stand out, problems say what they are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QDropEvent, QHelpEvent
from PySide6.QtWidgets import QToolTip
from typing_extensions import override

from prompt_workbench.domain.templates import Finding
from prompt_workbench.ui.kit.growing_text import GrowingText
from prompt_workbench.ui.kit.labels import tooltip
from prompt_workbench.ui.prompts.highlighter import TemplateHighlighter
from prompt_workbench.ui.prompts.offered_files import offered_files
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import mono_font
from prompt_workbench_runtime.render import VariableUse

_FEWEST_LINES, _MOST_LINES = 2, 22
_FINDINGS_READ_OUT = 3


class TemplateEdit(GrowingText):
    """Plain text with marked variables."""

    edited = Signal()
    files_offered = Signal(object)
    """`OfferedFiles` that were dropped or pasted."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__(name, fewest=_FEWEST_LINES, most=_MOST_LINES)
        self.setFont(mono_font())
        self.setProperty("frame", "none")
        self._highlighter = TemplateHighlighter(self.document(), theme)
        self._findings: tuple[Finding, ...] = ()
        self._quiet = False
        self.textChanged.connect(self._text_changed)

    def show_text(self, text: str) -> None:
        """Show another text; typing in it can be undone, this step not."""
        if text != self.toPlainText():
            self._quiet = True
            self.setPlainText(text)
            self._quiet = False

    def show_analysis(
        self, uses: tuple[VariableUse, ...] | None, findings: tuple[Finding, ...]
    ) -> None:
        """Mark variables and problems; without uses the variables stay marked as they are."""
        self._findings = findings
        self._highlighter.show_uses(uses, findings)
        words = (f"Line {each.line}: {each.message}" for each in findings[:_FINDINGS_READ_OUT])
        self.setAccessibleDescription(" ".join(words))

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.cursorForPosition(event.pos()).position()
            found = [each for each in self._findings if each.start <= place <= each.end]
            words = [f"Line {each.line}, column {each.column}: {each.message}" for each in found]
            QToolTip.showText(event.globalPos(), tooltip("\n".join(words)), self)
            return True
        return super().event(event)

    @override
    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return offered_files(source) is not None or super().canInsertFromMimeData(source)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        offered = offered_files(source)
        if offered is None:
            super().insertFromMimeData(source)
        else:
            self.files_offered.emit(offered)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        is_files = offered_files(event.mimeData()) is not None
        super().dropEvent(event)
        if is_files:  # the sender of what was moved would remove it
            event.setDropAction(Qt.DropAction.CopyAction)

    def _text_changed(self) -> None:
        if not self._quiet:
            self.edited.emit()
