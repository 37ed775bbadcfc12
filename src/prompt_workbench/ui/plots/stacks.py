"""Vertical bars over time, stacked by series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph
from PySide6.QtGui import QFontMetrics
from typing_extensions import override

from prompt_workbench.ui.plots.chart import Chart
from prompt_workbench.ui.plots.data import Axis, Series, Table
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize, Space

_MOST_TICKS = 8
_PLOT_SHARE = 0.8
"""What the numbers on the left leave of the width."""


class StackedChart(Chart):
    """Shows how a sum and its parts change from step to step."""

    def __init__(self, title: str, *, value: Axis, theme: Theme) -> None:
        self._steps: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()
        super().__init__(title, x=Axis(title="", format=str), y=value, theme=theme)

    def show_stacks(self, steps: Sequence[str], series: Sequence[Series]) -> None:
        """Show one stack for each step; x of a series are places in steps."""
        self._steps, self._series = tuple(steps), tuple(series)
        self.redraw()

    @override
    def table(self) -> Table:
        layers = [dict(zip(one.x, one.y, strict=True)) for one in self._series]
        return Table(
            headers=("", *(one.name for one in self._series)),
            rows=tuple(
                (step, *(self._y.format(layer.get(place, 0)) for layer in layers))
                for place, step in enumerate(self._steps)
            ),
        )

    @override
    def _is_empty(self) -> bool:
        return not self._series or not self._steps

    @override
    def _draw(self) -> None:
        floor = np.zeros(len(self._steps))
        for place, one in enumerate(self._series):
            layer = np.zeros(len(self._steps))
            layer[np.asarray(one.x, dtype=int)] = one.y
            colour, seen = self._colour(place), np.flatnonzero(layer)
            self._plot.addItem(
                pyqtgraph.BarGraphItem(
                    x=seen,
                    y0=floor[seen],
                    height=layer[seen],
                    width=0.7,
                    brush=colour,
                    pen=colour,
                )
            )
            floor += layer
        every = max(1, -(-len(self._steps) // self._tick_room()))
        ticks = [(i, step) for i, step in enumerate(self._steps) if i % every == 0]
        self._plot.getAxis("bottom").setTicks([ticks])
        self._plot.setXRange(-0.6, len(self._steps) - 0.4, padding=0)
        self._plot.setYRange(0, float(floor.max()) * 1.08 or 1, padding=0)
        self._show_legend([one.name for one in self._series])

    def _tick_room(self) -> int:
        """Return how many steps can be named below the bars."""
        metrics = QFontMetrics(interface_font(FontSize.SMALL - 1))
        longest = max(metrics.horizontalAdvance(step) for step in self._steps)
        width: int = self._plot.width()
        return min(max(round(width * _PLOT_SHARE) // (longest + Space.INSIDE), 1), _MOST_TICKS)

    @override
    def _key_at(self, x: float, y: float) -> tuple[str, str] | None:
        step = round(x)
        if not 0 <= step < len(self._steps) or y < 0:
            return None
        floor = 0.0
        for one in self._series:
            height = dict(zip(one.x, one.y, strict=True)).get(step, 0)
            floor += height
            if y <= floor:
                return one.key, f"{self._steps[step]} · {one.name}: {self._y.format(height)}"
        return None
