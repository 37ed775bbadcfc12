"""Paints the cells of the grid: plain text on top, verdict and figures below it."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from prompt_workbench.ui.compare.cells import CellView, Tone
from prompt_workbench.ui.compare.grid_model import GridModel
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.icons import icon
from prompt_workbench.ui.theme.tokens import FontSize, Space

_ICON = 14
_LAYOUTS_KEPT = 400
_NARROWEST_LETTER = 3
"""In pixels: so many letters at most are taken to fit."""
_LINE_BREAKS = str.maketrans(
    {"\n": "\u2028", "\r": None, "\v": "\u2028", "\f": "\u2028", "\x00": "\ufffd"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _LaidOut:
    """A text in lines; the last line that fits is cut off and drawn by itself."""

    layout: QTextLayout
    tail: str


class CellPainter(QStyledItemDelegate):
    """Draws what fits; the beginning of an answer stays where it is while the rest comes."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text_font = interface_font(FontSize.MONO)
        self._fact_font = interface_font(FontSize.SMALL - 0.5)
        self._fact_metrics = QFontMetrics(self._fact_font)
        self._text_metrics = QFontMetrics(self._text_font)
        self._line = self._text_metrics.lineSpacing()
        self._kept: OrderedDict[tuple[str, int, int], _LaidOut] = OrderedDict()
        self._colours: dict[str, QColor] = {}
        theme.changed.connect(lambda _tokens: self._colours.clear())
        self.spent_s = 0.0
        """How long painting cells took altogether."""
        self.painted = 0

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        began = time.perf_counter()
        model = index.model()
        if isinstance(model, GridModel):  # asked directly: a way through Qt takes as long again
            painter.save()
            self._paint_ground(painter, option)
            self._paint_cell(painter, QRect(option.rect), model.view(index.row(), index.column()))
            painter.restore()
        self.spent_s += time.perf_counter() - began
        self.painted += 1

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        rect = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, self._colour("selection" if selected else "surface"))
        painter.setPen(self._colour("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._colour("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _paint_cell(self, painter: QPainter, rect: QRect, view: CellView) -> None:
        inside = rect.adjusted(Space.INSIDE, Space.INSIDE - 2, -Space.INSIDE, -Space.INSIDE + 2)
        below = self._fact_metrics.height()
        if inside.height() > below + self._line:
            room = inside.adjusted(0, 0, 0, -below - Space.HALF)
            self._paint_text(painter, room, view)
        self._paint_facts(painter, inside.adjusted(0, inside.height() - below, 0, 0), view)

    def _paint_text(self, painter: QPainter, room: QRect, view: CellView) -> None:
        take = view.take
        if not take.text:
            return
        tone = Tone.DANGER if take.badge.words == "failed" else Tone.PLAIN
        painter.setPen(self._colour(tone))
        lines = max(1, room.height() // self._line)
        laid_out = self._laid_out(take.text, room.width(), lines)
        laid_out.layout.draw(painter, QPointF(room.topLeft()))
        if laid_out.tail:
            painter.setFont(self._text_font)
            last = room.top() + (lines - 1) * self._line + self._text_metrics.ascent()
            painter.drawText(QPoint(room.left(), last), laid_out.tail)

    def _paint_facts(self, painter: QPainter, room: QRect, view: CellView) -> None:
        take = view.take
        painter.setFont(self._fact_font)
        left = room.left()
        badge = take.badge
        if badge.icon:
            tinted = icon(badge.icon, getattr(self._theme.tokens, badge.tone.value))
            tinted.paint(painter, QRect(left, room.center().y() - _ICON // 2, _ICON, _ICON))
            left += _ICON + Space.HALF
        for words, tone in (
            (badge.words, badge.tone),
            (view.repeated, Tone.PLAIN),
            (take.facts, Tone.MUTED),
        ):
            if not words or left >= room.right():
                continue
            shown = self._fact_metrics.elidedText(
                words, Qt.TextElideMode.ElideRight, room.right() - left
            )
            painter.setPen(self._colour(tone))
            area = QRectF(left, room.top(), room.right() - left, room.height())
            painter.drawText(
                area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
            left += self._fact_metrics.horizontalAdvance(shown) + Space.INSIDE

    def _laid_out(self, text: str, width: int, lines: int) -> _LaidOut:
        # No more than can be seen: laying out takes time with every character.
        shown = text[: lines * max(width, 60) // _NARROWEST_LETTER]
        key = (shown, width, lines)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._made(shown.translate(_LINE_BREAKS), width, lines)
            if len(self._kept) > _LAYOUTS_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found

    def _made(self, text: str, width: int, lines: int) -> _LaidOut:
        layout = QTextLayout(text, self._text_font)
        options = QTextOption()
        options.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(options)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        end = 0
        for number in range(lines - 1):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * self._line))
            end = line.textStart() + line.textLength()
        layout.endLayout()
        last = text[end:].partition("\u2028")
        more = "…" if last[2] else ""
        tail = self._text_metrics.elidedText(last[0] + more, Qt.TextElideMode.ElideRight, width)
        return _LaidOut(layout=layout, tail=tail)

    def _colour(self, token: str) -> QColor:
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = QColor(getattr(self._theme.tokens, token))
        return found
