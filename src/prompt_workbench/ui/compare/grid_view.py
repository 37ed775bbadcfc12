"""The view of the grid: heads that stay put, and a budget for painting what streams."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from prompt_workbench.ui.compare.cell_painter import CellPainter
from prompt_workbench.ui.compare.grid_heads import CaseHeads, TotalsHead
from prompt_workbench.ui.compare.grid_model import GridModel
from prompt_workbench.ui.theme.apply import Theme

_TICK_MS = 16
_BUDGET_S = 0.004
"""How long the cells that changed may take to paint in one tick."""
_FIRST_GUESS_S = 0.0003
_NARROWEST = 150
_NO_CASE = "No case of this run is like that."
ROW_HEIGHTS = (60, 98, 200)


class GridView(QTableView):
    """Shows a `GridModel`; Enter opens the cell, typing moves nothing."""

    cell_opened = Signal(object)
    """The key of the cell that the person asked to see whole."""
    cell_selected = Signal(object)

    def __init__(self, model: GridModel, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Answers, a row for each case and a column for each variant")
        self._grid = model
        self._dirty: dict[tuple[int, int], None] = {}
        self._paint = CellPainter(theme, self)
        self._cost_s = _FIRST_GUESS_S
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._paint_some)
        self.setHorizontalHeader(TotalsHead(theme))
        self._cases = CaseHeads(theme)
        self.setVerticalHeader(self._cases)
        self.setItemDelegate(self._paint)
        self._dress()
        self.setModel(model)
        model.streamed.connect(self._stir)
        model.modelReset.connect(self._dirty.clear)
        model.modelReset.connect(self._fit_columns)
        theme.changed.connect(lambda _tokens: self.viewport().update())

    def change_row_height(self, steps: int) -> None:
        """Show more or less of each answer."""
        rows = self.verticalHeader()
        place = ROW_HEIGHTS.index(rows.defaultSectionSize()) + steps
        rows.setDefaultSectionSize(ROW_HEIGHTS[min(max(place, 0), len(ROW_HEIGHTS) - 1)])

    def show_variant(self, variant: int) -> None:
        """Bring a column into sight, at the row that is selected."""
        row = max(self.currentIndex().row(), 0)
        self.setCurrentIndex(self._grid.index(row, variant))

    def waiting(self) -> int:
        """Return how many visible cells changed and are not painted yet."""
        return len(self._dirty)

    @override
    def dataChanged(
        self,
        topLeft: QModelIndex | QPersistentModelIndex,
        bottomRight: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        if topLeft == bottomRight:
            self._stir(topLeft.row(), topLeft.column())
        else:
            super().dataChanged(topLeft, bottomRight, list(roles))

    @override
    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(current, previous)
        self.cell_selected.emit(self._grid.key_at(current))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._grid.columnCount() and not self._grid.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, _NO_CASE)
            painter.end()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self._grid.key_at(self.currentIndex())
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            if key is not None:
                self.cell_opened.emit(key)
            return
        super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cases.fit(self.width())
        self._fit_columns()

    def _dress(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setProperty("frame", "none")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        # Fixed rows: nothing jumps while text streams, and no row is asked for its height.
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHTS[1])
        self.doubleClicked.connect(lambda index: self.cell_opened.emit(self._grid.key_at(index)))

    def _fit_columns(self) -> None:
        """Share the width among the columns; where they would get too narrow, scroll."""
        count = self._grid.columnCount()
        if count:
            width = max(_NARROWEST, self.viewport().width() // count)
            self.horizontalHeader().setDefaultSectionSize(width)
            for column in range(count):
                self.setColumnWidth(column, width)

    def _stir(self, row: int, column: int) -> None:
        if self._is_visible(row, column):
            self._dirty[row, column] = None
            if not self._tick.isActive():
                self._tick.start()

    def _is_visible(self, row: int, column: int) -> bool:
        top = self.rowViewportPosition(row)
        left = self.columnViewportPosition(column)
        view = self.viewport()
        return (
            -self.rowHeight(row) < top < view.height()
            and -self.columnWidth(column) < left < view.width()
        )

    def _paint_some(self) -> None:
        """Have as many changed cells painted as the budget allows, the longest waiting first."""
        painted, spent = self._paint.painted, self._paint.spent_s
        if painted:
            self._cost_s = 0.8 * self._cost_s + 0.2 * spent / painted
            self._paint.painted, self._paint.spent_s = 0, 0.0
        room = max(1, int(_BUDGET_S / self._cost_s))
        for place in list(self._dirty)[:room]:
            del self._dirty[place]
            self.viewport().update(self.visualRect(self._grid.index(*place)))
        if not self._dirty:
            self._tick.stop()
