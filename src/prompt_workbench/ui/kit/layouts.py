"""Rows and columns of widgets, written as they are seen."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget
from typing_extensions import override

from prompt_workbench.ui.theme.tokens import Space

L = TypeVar("L", bound=QBoxLayout)

Item: TypeAlias = "QWidget | QLayout | int | tuple[QWidget | QLayout, int]"
"""A widget, a layout, a stretch (a bare number), or one of the first two with its stretch."""

Margins: TypeAlias = "int | tuple[int, int, int, int]"
"""All four the same, or left, top, right, bottom."""


def row(*items: Item, spacing: int = Space.INSIDE, margins: Margins = 0) -> QHBoxLayout:
    """Return the items beside each other."""
    return _filled(QHBoxLayout(), items, spacing, margins)


def column(*items: Item, spacing: int = Space.INSIDE, margins: Margins = 0) -> QVBoxLayout:
    """Return the items below each other."""
    return _filled(QVBoxLayout(), items, spacing, margins)


def holding(layout: QLayout, widget: QWidget | None = None) -> QWidget:
    """Return a widget, a new one unless given, that holds the layout."""
    holder = widget if widget is not None else QWidget()
    holder.setLayout(layout)
    return holder


class FoldingRow(QWidget):
    """Items beside each other, or below each other where there is little room."""

    def __init__(self, *items: Item, narrow: int, margins: Margins = 0) -> None:
        """Place the items.

        Args:
            *items: As for a row.
            narrow: In pixels; where the row is narrower, its items stand below each other.
            margins: As for a row.
        """
        super().__init__()
        self._narrow = narrow
        self._parts: QBoxLayout = row(*items, margins=margins)
        self.setLayout(self._parts)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        is_narrow = event.size().width() < self._narrow
        self._parts.setDirection(way.TopToBottom if is_narrow else way.LeftToRight)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return how small it can be once its items stand below each other."""
        items = map(self._parts.itemAt, range(self._parts.count()))
        widest = max((item.minimumSize().width() for item in items if item is not None), default=0)
        edges = self._parts.contentsMargins()
        return QSize(widest + edges.left() + edges.right(), super().minimumSizeHint().height())


def emptied(layout: QLayout) -> None:
    """Remove and delete every widget of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _filled(layout: L, items: tuple[Item, ...], spacing: int, margins: Margins) -> L:
    layout.setSpacing(spacing)
    edges = (margins,) * 4 if isinstance(margins, int) else margins
    layout.setContentsMargins(*edges)
    for item in items:
        each, stretch = item if isinstance(item, tuple) else (item, 0)
        if isinstance(each, int):
            layout.addStretch(each)
        elif isinstance(each, QWidget):
            layout.addWidget(each, stretch)
        else:
            layout.addLayout(each, stretch)
    return layout
