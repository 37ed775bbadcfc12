"""Points in the plane: named dots where they are few, their density where they are many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetrics
from typing_extensions import override

from prompt_workbench.ui.plots.chart import Chart
from prompt_workbench.ui.plots.data import Axis, Dot, Table
from prompt_workbench.ui.plots.names import cut_name
from prompt_workbench.ui.plots.placing import placed
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize

Numbers = npt.NDArray[np.float64]

MOST_DOTS = 10_000
"""Beyond this many points their density is drawn; single dots would take seconds."""

_NAME_SHARE = 0.6
"""A name takes at most this share of the width."""

_NEAR = 12
"""How many pixels from a dot still mean the dot."""


class ScatterChart(Chart):
    """Sets two numbers against each other."""

    def __init__(self, title: str, *, x: Axis, y: Axis, theme: Theme) -> None:
        self._dots: tuple[Dot, ...] = ()
        self._cloud: tuple[Numbers, Numbers] | None = None
        super().__init__(title, x=x, y=y, theme=theme)

    def show_dots(self, dots: Sequence[Dot]) -> None:
        """Show named dots."""
        self._dots, self._cloud = tuple(dots), None
        self.redraw()

    def show_cloud(self, x: Numbers, y: Numbers) -> None:
        """Show the density of many unnamed points."""
        self._dots, self._cloud = (), (x, y)
        self.redraw()

    @override
    def table(self) -> Table:
        return Table(
            headers=("", self._x.title, self._y.title),
            rows=tuple(
                (dot.label, self._x.format(dot.x), self._y.format(dot.y)) for dot in self._dots
            ),
        )

    @override
    def _is_empty(self) -> bool:
        return not self._dots and (self._cloud is None or not len(self._cloud[0]))

    @override
    def _draw(self) -> None:
        if self._cloud is not None:
            self._draw_density(*self._cloud)
            return
        for dot in self._dots:
            colour = self._colour(dot.series)
            self._plot.addItem(
                pyqtgraph.ScatterPlotItem([dot.x], [dot.y], size=11, brush=colour, pen=None)
            )
        self._plot.autoRange(padding=0.2)
        self._draw_names()

    def _draw_names(self) -> None:
        """Write the names that have room; any of them is read out when its dot is hovered."""
        view = self._plot.getViewBox()
        (left, _right), (_bottom, top) = view.viewRange()
        across, up = view.viewPixelSize()
        places = [((dot.x - left) / across, (top - dot.y) / up) for dot in self._dots]
        names = [self._name(dot, view.width() * _NAME_SHARE) for dot in self._dots]
        bounds = [name.boundingRect() for name in names]
        sizes = [(bound.width(), bound.height()) for bound in bounds]
        boxes = placed(places, sizes, (view.width(), view.height()))
        for name, box in zip(names, boxes, strict=True):
            if box is not None:
                name.setPos(left + box.left * across, top - box.top * up)
                self._plot.addItem(name, ignoreBounds=True)

    def _name(self, dot: Dot, width: float) -> pyqtgraph.TextItem:
        font = interface_font(FontSize.SMALL - 1)
        cut = cut_name(dot.label, QFontMetrics(font), round(width))
        name = pyqtgraph.TextItem(cut, color=self._theme.tokens.text, anchor=(0, 0))
        name.setFont(font)
        return name

    def _draw_density(self, x: Numbers, y: Numbers) -> None:
        width, height = max(self._plot.width(), 200), max(self._plot.height(), 150)
        counts, area = density(x, y, width // 2, height // 2)
        image = pyqtgraph.ImageItem(np.log1p(counts))
        image.setLookupTable(self._shades())
        image.setRect(area)
        self._plot.addItem(image)
        self._plot.autoRange(padding=0.02)

    def _shades(self) -> npt.NDArray[np.uint8]:
        low, high = QColor(self._theme.tokens.surface), self._colour(0)
        share = np.linspace(0, 1, 256)[:, None]
        start = np.array([low.red(), low.green(), low.blue()])
        end = np.array([high.red(), high.green(), high.blue()])
        shades: npt.NDArray[np.uint8] = (start + (end - start) * share).astype(np.uint8)
        return shades

    @override
    def _key_at(self, x: float, y: float) -> tuple[str, str] | None:
        if not self._dots:
            return None
        across, up = self._plot.getViewBox().viewPixelSize()
        away = [((dot.x - x) / across) ** 2 + ((dot.y - y) / up) ** 2 for dot in self._dots]
        nearest = int(np.argmin(away))
        if away[nearest] > _NEAR**2:
            return None
        dot = self._dots[nearest]
        return dot.key, f"{dot.label}: {self._x.format(dot.x)}, {self._y.format(dot.y)}"


def density(x: Numbers, y: Numbers, columns: int, rows: int) -> tuple[Numbers, QRectF]:
    """Return how many points fall into each cell of a grid (columns × rows), and its area."""
    left, right = float(x.min()), float(x.max())
    bottom, top = float(y.min()), float(y.max())
    wide, high = (right - left) or 1.0, (top - bottom) or 1.0
    across = ((x - left) * ((columns - 1) / wide)).astype(np.int32)
    up = ((y - bottom) * ((rows - 1) / high)).astype(np.int32)
    counts = np.bincount(across * rows + up, minlength=columns * rows)
    grid: Numbers = counts.reshape(columns, rows).astype(np.float64)
    return grid, QRectF(left, bottom, wide, high)
