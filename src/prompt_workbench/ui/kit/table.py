"""A table view with the look of the app, its columns sized from their declarations.

Texts are cut off where they do not fit; numbers never are, their columns grow for them.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.kit.paged_model import PagedModel

_AIR = 12
"""Added to the height of a line of text."""
_LEAST = 200
"""What a column that takes the room that is left has at least, in pixels."""


def table(model: PagedModel[Any], name: str) -> QTableView:
    """Return a view of the rows: whole rows are selected, nothing is edited in place."""
    view = _Table(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    rows = view.verticalHeader()
    rows.hide()
    # Fixed rows: the view never has to ask a row for its height.
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(QFontMetrics(view.font()).height() + _AIR)
    heads = view.horizontalHeader()
    heads.setHighlightSections(False)
    heads.setTextElideMode(Qt.TextElideMode.ElideRight)
    heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for section, column in enumerate(model.columns):
        if column.width:
            heads.resizeSection(section, column.width)
        else:
            heads.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        if column.tells_apart:
            view.setItemDelegateForColumn(section, _KeepsEnd(view))
    return view


class _Table(QTableView):
    """Widens columns for their numbers, and hides what gives way where there is no room."""

    def __init__(self, model: PagedModel[Any]) -> None:
        super().__init__()
        self._rows = model
        self._columns = model.columns
        self._widths = [each.width or _LEAST for each in model.columns]
        self._longest = [0] * len(model.columns)
        """Of the texts that were measured, in characters."""
        self._fitting = delayed(self, 0, self._fit)
        self.setModel(model)
        model.dataChanged.connect(lambda: self._fitting.start())
        model.modelReset.connect(lambda: self._fitting.start())
        self.verticalScrollBar().valueChanged.connect(lambda _: self._fitting.start())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        heads = self.horizontalHeader()
        for section, column in enumerate(self._columns):
            if column.grows:
                self._widen(section, heads.sectionSizeHint(section))
        self._make_room()
        super().resizeEvent(event)
        self._fitting.start()

    def _fit(self) -> None:
        """Widen the columns of numbers for what is on the screen; they never shrink again."""
        places = self._on_screen()
        seen = [row for row in map(self._rows.row, places) if row is not None]
        before = list(self._widths)
        metrics = QFontMetricsF(self._rows.figures)
        for section, column in enumerate(self._columns):
            if not column.grows:
                continue
            # This follows every step of a scroll: only what may be wider is measured.
            texts = {column.text(row) for row in seen}
            longer = [text for text in texts if len(text) >= self._longest[section]]
            if longer:
                self._longest[section] = max(map(len, longer))
                widest = max(map(metrics.horizontalAdvance, longer))
                margins = self._margins(places[0], section, metrics)
                self._widen(section, math.ceil(widest + margins))
        if self._widths != before:
            self._make_room()

    def _margins(self, row: int, section: int, metrics: QFontMetricsF) -> float:
        """Return what the style leaves around a text, as it can be seen of any cell."""
        index = self._rows.index(row, section)
        return self.sizeHintForIndex(index).width() - metrics.horizontalAdvance(str(index.data()))

    def _on_screen(self) -> range:
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return range(max(first, 0), last + 1 if last >= 0 else self._rows.rowCount())

    def _widen(self, section: int, width: int) -> None:
        self._widths[section] = max(self._widths[section], width)

    def _make_room(self) -> None:
        lacking = sum(self._widths) - self.viewport().width()
        hidden = set()
        for section in sorted(range(len(self._columns)), key=self._rank, reverse=True):
            if lacking > 0 and self._rank(section):
                lacking -= self._widths[section]
                hidden.add(section)
        for section, column in enumerate(self._columns):
            self.setColumnHidden(section, section in hidden)
            if column.grows and section not in hidden:
                self.horizontalHeader().resizeSection(section, self._widths[section])

    def _rank(self, section: int) -> int:
        return self._columns[section].gives_way


class _KeepsEnd(QStyledItemDelegate):
    """Cuts off what is too long in its middle."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
