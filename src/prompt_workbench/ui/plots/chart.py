"""The frame around every chart: title, legend, readout, and the numbers as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)
from typing_extensions import override

from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.kit.labels import ElidedLabel, IconButton, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.plots.data import Axis, Format, Table
from prompt_workbench.ui.plots.legend import Legend
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize, Space, Tokens

_MOST_ROWS = 1_000
_TICK_DENSITY = 0.6
"""Fewer ticks than by default: the labels are words with units."""
_TICK_LENGTH = 3
"""Outwards: into the plot, ticks would cut notches into bars."""
_RESIZED_MS = 60
_LEGEND_SHARE = 0.3
"""The legend takes at most this share of the height."""


class Chart(QWidget):
    """Base of the charts; a subclass draws in `_draw` and tells its `table`."""

    picked = Signal(str)
    """The key of what was clicked."""

    def __init__(self, title: str, *, x: Axis, y: Axis, theme: Theme) -> None:
        super().__init__()
        self._title, self._x, self._y, self._theme = title, x, y, theme
        self._plot: Any = pyqtgraph.PlotWidget(enableMenu=False)
        # pyqtgraph makes this menu all the same; with an owner it ends with the chart.
        self._plot.plotItem.ctrlMenu.setParent(self, Qt.WindowType.Popup)
        self._plot.hideButtons()
        # Room for the upper half of the topmost number, and before the longest.
        self._plot.plotItem.layout.setContentsMargins(Space.HALF, Space.INSIDE, Space.INSIDE, 0)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setAccessibleName(title)
        self._readout = ElidedLabel(role="muted")
        self._note = ""
        self._legend = Legend(theme)
        self._empty = label("Nothing to show yet.", role="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._numbers = QTableWidget()
        self._numbers.setAccessibleName(f"{title}, as a table")
        self._numbers.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._build()
        self._plot.scene().sigMouseMoved.connect(self._hovered)
        self._plot.scene().sigMouseClicked.connect(self._clicked)
        self._resized = delayed(self, _RESIZED_MS, self.redraw)
        theme.changed.connect(self._restyled)
        self._restyled(theme.tokens)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # What is drawn depends on the pixels there are; while the size changes, only the last.
        self._resized.start()

    def show_note(self, text: str) -> None:
        """Say beside the title what must be known to read the chart, such as what is left out."""
        self._note = text
        self._readout.set_text(text)

    def say_when_empty(self, text: str) -> None:
        """Say why there is nothing to see, where that is known."""
        self._empty.setText(text)

    def table(self) -> Table:
        """Return the numbers that the chart shows."""
        raise NotImplementedError

    def _draw(self) -> None:
        """Draw the present data in the present colours."""
        raise NotImplementedError

    def _is_empty(self) -> bool:
        raise NotImplementedError

    def _key_at(self, x: float, y: float) -> tuple[str, str] | None:
        """Return key and readout of what lies at a place of the plot, if anything does."""
        raise NotImplementedError

    def _build(self) -> None:
        self._as_table = IconButton("table", "Show the numbers", theme=self._theme)
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(lambda _on: self.redraw())
        head = row(label(self._title, role="heading"), (self._readout, 1), self._as_table)
        self._stack = QStackedLayout()
        self.setLayout(column(head, self._legend, (self._stack, 1), spacing=Space.HALF))
        # Not before it is in the layout: it shows its first widget, as a window if it has none.
        for widget in (self._plot, self._numbers, self._empty):
            self._stack.addWidget(widget)

    def redraw(self) -> None:
        """Show the present data, as a picture or as a table."""
        self._plot.clear()
        table = self.table()
        self._plot.setAccessibleDescription(
            "; ".join(" ".join(cells) for cells in table.rows[:20]) or "no data"
        )
        if self._is_empty():
            self._show_legend(())
            self._stack.setCurrentWidget(self._empty)
        elif self._as_table.isChecked():
            self._fill(table)
            self._stack.setCurrentWidget(self._numbers)
        else:
            self._draw()
            self._stack.setCurrentWidget(self._plot)

    def _show_legend(self, names: Sequence[str]) -> None:
        """Name the series; a single one needs no legend."""
        shown = names if len(names) > 1 else ()
        self._legend.show_names(
            shown,
            [self._colour(place) for place in range(len(shown))],
            width=self.width(),
            most=round(self.height() * _LEGEND_SHARE),
        )

    def _colour(self, series: int) -> QColor:
        colours = self._theme.tokens.series
        return QColor(colours[series % len(colours)])

    def _fill(self, table: Table) -> None:
        shown = table.rows[:_MOST_ROWS]
        self._numbers.setColumnCount(len(table.headers))
        self._numbers.setHorizontalHeaderLabels(list(table.headers))
        self._numbers.setRowCount(len(shown))
        for line, cells in enumerate(shown):
            for place, text in enumerate(cells):
                self._numbers.setItem(line, place, QTableWidgetItem(text))
        header = self._numbers.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._numbers.verticalHeader().hide()

    def _restyled(self, tokens: Tokens) -> None:
        self._plot.setBackground(tokens.surface)
        for side, axis in (("bottom", self._x), ("left", self._y)):
            item = self._plot.getAxis(side)
            item.setPen(pyqtgraph.mkPen(tokens.border))
            item.setTextPen(pyqtgraph.mkPen(tokens.text_muted))
            item.setTickFont(interface_font(FontSize.SMALL - 1))
            item.setStyle(
                tickLength=_TICK_LENGTH, maxTickLevel=0, hideOverlappingLabels=side == "bottom"
            )
            item.setTickDensity(_TICK_DENSITY)
            item.tickStrings = _tick_strings(item, axis.tick)
        self.redraw()

    def _hovered(self, place: Any) -> None:
        found = self._found(place)
        self._readout.set_text(found[1] if found else self._note)

    def _clicked(self, event: Any) -> None:
        if found := self._found(event.scenePos()):
            self.picked.emit(found[0])

    def _found(self, place: Any) -> tuple[str, str] | None:
        if self._is_empty() or not self._plot.sceneBoundingRect().contains(place):
            return None
        point = self._plot.getViewBox().mapSceneToView(place)
        return self._key_at(point.x(), point.y())


def _tick_strings(axis: Any, write: Format) -> Any:
    """Return how an axis writes its numbers: as many of them as have room beside each other."""
    metrics = QFontMetrics(interface_font(FontSize.SMALL - 1))

    def strings(values: Sequence[float], scale: float, spacing: float) -> list[str]:
        texts = [write(value * scale) for value in values]
        across, up = axis.linkedView().viewPixelSize()
        if axis.orientation == "bottom":
            needed = max(map(metrics.horizontalAdvance, texts), default=0) + Space.INSIDE
        else:
            across, needed = up, metrics.height()
        every = math.ceil(needed * across / spacing) if spacing else 1
        # Counted from zero, so that the same numbers stay when the range moves.
        return (
            [
                text if round(value / spacing) % every == 0 else ""
                for value, text in zip(values, texts, strict=True)
            ]
            if every > 1
            else texts
        )

    return strings
