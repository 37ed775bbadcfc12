"""A table view with the look of the app, its columns sized from their declarations."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)
from typing_extensions import override

from prompt_workbench.ui.kit.paged_model import PagedModel

_AIR = 12
"""Added to the height of a line of text."""


def table(model: PagedModel[Any], name: str) -> QTableView:
    """Return a view of the rows: whole rows are selected, nothing is edited in place."""
    view = QTableView()
    view.setAccessibleName(name)
    view.setModel(model)
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


class _KeepsEnd(QStyledItemDelegate):
    """Cuts off what is too long in its middle."""

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
