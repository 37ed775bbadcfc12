"""Lines over a number: distributions and courses, quick with a million points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph
from PySide6.QtCore import Qt
from typing_extensions import override

from prompt_workbench.ui.plots.chart import Chart
from prompt_workbench.ui.plots.data import Axis, Series, Table
from prompt_workbench.ui.theme.apply import Theme

Numbers = npt.NDArray[np.float64]


class LineChart(Chart):
    """Shows one or more courses; guides are horizontal lines, such as the median's."""

    def __init__(
        self,
        title: str,
        *,
        x: Axis,
        y: Axis,
        theme: Theme,
        steps: bool = False,
        guides: Sequence[float] = (),
    ) -> None:
        self._series: tuple[Series, ...] = ()
        self._steps, self._guides = steps, tuple(guides)
        super().__init__(title, x=x, y=y, theme=theme)

    def show_series(self, series: Sequence[Series]) -> None:
        """Show other courses; x of each must ascend."""
        self._series = tuple(one for one in series if len(one.x))
        self.redraw()

    @override
    def table(self) -> Table:
        return Table(
            headers=("", *(self._y.format(guide) for guide in self._guides)),
            rows=tuple(
                (one.name, *(self._x.format(_reached(one, guide)) for guide in self._guides))
                for one in self._series
            ),
        )

    @override
    def _is_empty(self) -> bool:
        return not self._series

    @override
    def _draw(self) -> None:
        width = max(self._plot.width(), 200)
        for place, one in enumerate(self._series):
            x, y = np.asarray(one.x, dtype=float), np.asarray(one.y, dtype=float)
            if self._steps:
                x, y = _stairs(x, y)
            x, y = envelope(x, y, width)
            self._plot.addItem(
                pyqtgraph.PlotDataItem(
                    x, y, pen=pyqtgraph.mkPen(self._colour(place)), skipFiniteCheck=True
                )
            )
        for guide in self._guides:
            pen = pyqtgraph.mkPen(self._theme.tokens.border, style=Qt.PenStyle.DashLine)
            self._plot.addItem(pyqtgraph.InfiniteLine(guide, angle=0, pen=pen), ignoreBounds=True)
        if self._y.maximum is not None:
            self._plot.setYRange(0, self._y.maximum, padding=0.02)
        self._show_legend([one.name for one in self._series])

    @override
    def _key_at(self, x: float, y: float) -> tuple[str, str] | None:
        places = [
            (one, min(int(np.searchsorted(one.x, x)), len(one.x) - 1)) for one in self._series
        ]
        one, place = min(places, key=lambda pair: abs(pair[0].y[pair[1]] - y))
        where, value = self._x.format(one.x[place]), self._y.format(one.y[place])
        return one.key, f"{one.name}: {value} at {where}"


def envelope(x: Numbers, y: Numbers, width: int) -> tuple[Numbers, Numbers]:
    """Return about four points per pixel column that paint the same picture.

    Of each run of points that falls into one column, the lowest and the highest are kept
    (min-max decimation), so that no peak is lost.
    """
    size = -(-len(x) // (2 * width))
    if size <= 2:
        return x, y
    whole = len(x) // size * size
    folded = y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    places = np.sort(
        np.stack([starts + folded.argmin(axis=1), starts + folded.argmax(axis=1)], axis=1), axis=1
    ).ravel()
    places = np.concatenate([places, np.arange(whole, len(x))])
    return x[places], y[places]


def _stairs(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Return the course as steps that rise at each x, from zero on."""
    return np.repeat(x, 2), np.repeat(np.concatenate([[0.0], y]), 2)[1:-1]


def _reached(one: Series, level: float) -> float:
    """Return the first x at which the course reaches the level."""
    place = int(np.searchsorted(np.asarray(one.y, dtype=float), level))
    return one.x[min(place, len(one.x) - 1)]
