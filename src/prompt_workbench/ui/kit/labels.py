"""Labels and buttons with the look of the app; their texts are never read as HTML."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.icons import ICON_SIZE, icon
from prompt_workbench.ui.theme.tokens import Tokens


def label(text: str = "", *, role: str = "", wrap: bool = False) -> QLabel:
    """Return a plain-text label; ``role`` is one of the style sheet's."""
    made = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=wrap)
    if role:
        made.setProperty("role", role)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Change the look of a label or frame that is already on the screen."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(
    text: str, clicked: Callable[[], object], *, kind: str = "", name: str = ""
) -> QPushButton:
    """Return a push button; ``kind`` is primary, quiet, danger or link."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    made.setAccessibleName(name or text)
    if kind:
        made.setProperty("kind", kind)
    made.clicked.connect(lambda: clicked())
    return made


class IconButton(QToolButton):
    """A button that shows an icon in the colour of the theme, and its name as a tooltip."""

    def __init__(
        self,
        icon_name: str,
        title: str,
        clicked: Callable[[], object] | None = None,
        *,
        theme: Theme,
        size: int = 16,
    ) -> None:
        super().__init__(autoRaise=True)
        self.setToolTip(title)
        self.setAccessibleName(title)
        self.setIconSize(QSize(size, size))
        self._icon_name = icon_name
        if clicked is not None:
            self.clicked.connect(lambda: clicked())
        theme.changed.connect(self._paint_icon)
        self._paint_icon(theme.tokens)

    def _paint_icon(self, tokens: Tokens) -> None:
        self.setIcon(icon(self._icon_name, tokens.text_muted))


class ElidedLabel(QLabel):
    """A one-line label that gives way: an ellipsis stands for what does not fit.

    Args:
        text: What it says.
        role: One of the style sheet's.
        middle: Whether the ellipsis stands in the middle, where the end tells names apart.
        snug: Whether it takes no more room than its text; else it takes what there is.
    """

    def __init__(
        self, text: str = "", *, role: str = "", middle: bool = False, snug: bool = False
    ) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText)
        across = QSizePolicy.Policy.Maximum if snug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._whole = text
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text.replace("\n", " ")
        self.setAccessibleName(self._whole)
        self.updateGeometry()
        self._elide()

    @override
    def sizeHint(self) -> QSize:
        # One more, because the advance is rounded and eliding reckons with its fraction.
        whole = QFontMetrics(self.font()).horizontalAdvance(self._whole)
        return QSize(whole + 1, super().sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(ICON_SIZE, super().minimumSizeHint().height())

    def _elide(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._whole, self._mode, self.width())
        self.setText(shown)


def tooltip(text: str) -> str:
    """Return a text that may hold anything as a tooltip: Qt would take some of it for HTML."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return f"<p>{plain}</p>" if text else ""


def line() -> QFrame:
    """Return a hairline."""
    made = QFrame()
    made.setProperty("role", "line")
    return made
