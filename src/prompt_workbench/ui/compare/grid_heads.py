"""The heads of the grid: totals above each column, inputs and expected output before each row."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QToolTip
from typing_extensions import override

from prompt_workbench.ui.compare.case_text import case_lines
from prompt_workbench.ui.compare.cells import Tone
from prompt_workbench.ui.compare.grid_model import CASE_ROLE, HEAD_ROLE, CaseHead, Head
from prompt_workbench.ui.compare.totals import head_lines, head_text
from prompt_workbench.ui.kit.labels import tooltip
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize, Space

_NARROWEST_CASE, _WIDEST_CASE = 112, 210
_CASE_SHARE = 0.26
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class _Lines:
    """Draws lines of text below each other, each cut off where it does not fit."""

    def __init__(self, painter: QPainter, area: QRect, theme: Theme) -> None:
        self._painter, self._theme = painter, theme
        self._left, self._top = area.left(), area.top()
        self._width, self._bottom = area.width(), area.bottom()
        self._end = self._left

    def add(self, text: str, font: QFont, tone: Tone, *, middle: bool = False) -> None:
        """Draw one line, cut off in its middle where its end tells more than that."""
        tall = QFontMetrics(font).height() + 1
        if self._top + tall <= self._bottom + 2:
            self._end = self._draw(text, font, tone, self._left, tall, middle=middle)
            self._top += tall

    def add_aside(self, text: str, font: QFont, tone: Tone) -> None:
        """Draw something behind the last line."""
        left = self._end + Space.INSIDE
        metrics = QFontMetrics(font)
        self._top -= metrics.height() + 2
        self._draw(text, font, tone, left, metrics.height())
        self._top += metrics.height() + 2

    def _draw(
        self, text: str, font: QFont, tone: Tone, left: int, tall: int, *, middle: bool = False
    ) -> int:
        metrics = QFontMetrics(font)
        self._painter.setFont(font)
        self._painter.setPen(QColor(getattr(self._theme.tokens, tone.value)))
        room = self._left + self._width - left
        mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(text, mode, room)
        self._painter.drawText(QRect(left, self._top, max(room, 0), tall), _LEFT, shown)
        return left + metrics.horizontalAdvance(shown)


class TotalsHead(QHeaderView):
    """Says of each variant what it is, how it did, and what it took."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self._small = interface_font(FontSize.SMALL - 0.5)
        self._bold = interface_font(FontSize.SMALL, bold=True)
        self._large = interface_font(FontSize.TITLE, bold=True)
        self.setAccessibleName("Variants and their totals")
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(120)
        small, large = QFontMetrics(self._small).height() + 1, QFontMetrics(self._large).height()
        self._height = 2 * Space.INSIDE + QFontMetrics(self._bold).height() + 5 * small + large

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            head = self._head(self.logicalIndexAt(event.pos()))
            words = "" if head is None else tooltip(head_text(head))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    def _head(self, section: int) -> Head | None:
        found = self.model().headerData(section, Qt.Orientation.Horizontal, HEAD_ROLE)
        return found if isinstance(found, Head) else None

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        head = self._head(logicalIndex)
        if head is None:
            return
        painter.save()
        _ground(painter, rect, self._theme)
        area = rect.adjusted(Space.INSIDE, Space.INSIDE, -Space.INSIDE, -Space.HALF)
        lines = _Lines(painter, area, self._theme)
        fonts = {"title": self._bold, "rate": self._large, "fact": self._small}
        for line in head_lines(head):
            lines.add(line.text, fonts[line.kind], line.tone, middle=line.is_name)
            if line.aside:
                lines.add_aside(line.aside, self._small, Tone.MUTED)
        painter.restore()


class CaseHeads(QHeaderView):
    """Says of each case what goes in and what is expected."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._theme = theme
        self._small = interface_font(FontSize.SMALL - 0.5)
        self._bold = interface_font(FontSize.SMALL, bold=True)
        self.setAccessibleName("Cases")
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.fit(0)

    def fit(self, whole: int) -> None:
        """Take a share of the width of the grid."""
        self.setFixedWidth(min(max(_NARROWEST_CASE, round(whole * _CASE_SHARE)), _WIDEST_CASE))

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        head = self.model().headerData(logicalIndex, Qt.Orientation.Vertical, CASE_ROLE)
        if not isinstance(head, CaseHead):
            return
        painter.save()
        _ground(painter, rect, self._theme)
        area = rect.adjusted(Space.INSIDE, Space.INSIDE - 2, -Space.INSIDE, -Space.HALF)
        self._paint_case(painter, area, head)
        painter.restore()

    def _paint_case(self, painter: QPainter, area: QRect, head: CaseHead) -> None:
        metrics = QFontMetrics(self._small)
        lines = _Lines(painter, area, self._theme)
        if head.case is None:
            lines.add(f"{head.position + 1} …", self._small, Tone.MUTED)
            return
        text, expected = case_lines(head.case)
        below = metrics.height() + Space.HALF if expected else 0
        whole_lines = (area.height() - below) // metrics.lineSpacing() * metrics.lineSpacing()
        room = QRect(area.topLeft(), QSize(area.width(), whole_lines))
        painter.setFont(self._small)
        painter.setPen(QColor(self._theme.tokens.text_muted))
        number = f"{head.position + 1}  "
        indent = metrics.horizontalAdvance(number)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, number)
        painter.setPen(QColor(self._theme.tokens.text))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(
            Qt.TextFlag.TextWrapAnywhere if " " not in text[:200] else Qt.TextFlag.TextWordWrap
        )
        painter.setClipRect(room)
        painter.drawText(room.adjusted(indent, 0, 0, 0), flags, text)
        painter.setClipping(False)
        if expected:
            at = QRect(
                area.left(), area.bottom() - metrics.height(), area.width(), metrics.height()
            )
            _Lines(painter, at, self._theme).add(f"→ {expected}", self._small, Tone.MUTED)


def _ground(painter: QPainter, rect: QRect, theme: Theme) -> None:
    painter.fillRect(rect, QColor(theme.tokens.surface_raised))
    painter.setPen(QColor(theme.tokens.border))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    painter.drawLine(rect.topRight(), QPoint(rect.right(), rect.bottom()))
