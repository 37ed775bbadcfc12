"""Horizontal bars, one for each named thing, with the value written behind each."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph
from PySide6.QtGui import QColor, QFontMetrics, Qt
from typing_extensions import override

from prompt_workbench.ui.plots.chart import Chart
from prompt_workbench.ui.plots.data import Axis, Bar, Table
from prompt_workbench.ui.plots.names import cut_name
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize

_WIDEST_LABEL = 180
_LABEL_SHARE = 0.42
"""Names before the bars take at most this share of the width."""
_AIR = 8
_FEWEST_ROWS = 2
"""A single bar leaves room below it, rather than being a block."""
_LEAST_FOR_BARS = 0.2
"""Values behind the bars leave at least this share of the width to the bars."""


class BarChart(Chart):
    """Compares one number of several things."""

    def __init__(self, title: str, *, value: Axis, theme: Theme) -> None:
        self._bars: tuple[Bar, ...] = ()
        super().__init__(title, x=value, y=Axis(title="", format=str), theme=theme)
        # Each bar has its value written behind it; numbers below would say it again.
        self._plot.hideAxis("bottom")

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show other bars, from top to bottom."""
        self._bars = tuple(bars)
        self.redraw()

    @override
    def table(self) -> Table:
        return Table(
            headers=("", self._title), rows=tuple((bar.label, bar.text) for bar in self._bars)
        )

    @override
    def _is_empty(self) -> bool:
        return not self._bars

    @override
    def _draw(self) -> None:
        metrics = QFontMetrics(interface_font(FontSize.SMALL))
        width = self._room(metrics)
        ticks = []
        for place, bar in enumerate(self._bars):
            ticks.append((-place, cut_name(bar.label, metrics, self._label_width)))
            if bar.value is not None:
                self._draw_bar(place, bar.value, self._colour(bar.series))
            said = metrics.elidedText(bar.text, Qt.TextElideMode.ElideRight, _text_room(width))
            text = pyqtgraph.TextItem(said, color=self._theme.tokens.text, anchor=(0, 0.5))
            text.setFont(interface_font(FontSize.SMALL))
            text.setPos(bar.value or 0, -place)
            self._plot.addItem(text, ignoreBounds=True)
        names = self._plot.getAxis("left")
        names.setTicks([ticks])
        names.setStyle(tickLength=0)
        self._plot.setXRange(0, self._range(metrics, width), padding=0)
        self._plot.setYRange(-max(len(self._bars), _FEWEST_ROWS) + 0.4, 0.6, padding=0)

    def _draw_bar(self, place: int, value: float, colour: QColor) -> None:
        self._plot.addItem(
            pyqtgraph.BarGraphItem(
                x0=0, y=-place, height=0.6, width=value, brush=colour, pen=colour
            )
        )

    @property
    def _label_width(self) -> int:
        width: int = self._plot.width()
        return min(_WIDEST_LABEL, round(width * _LABEL_SHARE))

    def _room(self, metrics: QFontMetrics) -> int:
        """Return how many pixels bars and values have."""
        labels = max(metrics.horizontalAdvance(bar.label) for bar in self._bars)
        width: int = self._plot.width()
        return max(width - min(labels, self._label_width) - 2 * _AIR, 1)

    def _range(self, metrics: QFontMetrics, width: int) -> float:
        """Return how far the axis goes, so that the value behind each bar has room."""
        ends = [self._x.maximum or 0.0]
        for bar in self._bars:
            text = (metrics.horizontalAdvance(bar.text) + _AIR) / width
            ends.append((bar.value or 0) / max(1 - text, _LEAST_FOR_BARS))
        return max(ends) or 1

    @override
    def _key_at(self, x: float, y: float) -> tuple[str, str] | None:
        place = round(-y)
        if not 0 <= place < len(self._bars):
            return None
        bar = self._bars[place]
        return bar.key, f"{bar.label}: {bar.text}"


def _text_room(width: int) -> int:
    return round(width * (1 - _LEAST_FOR_BARS)) - _AIR
