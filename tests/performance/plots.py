"""A chart of a million points, updated and painted: the kit's charts beside plain pyqtgraph.

``python -m tests.performance.plots`` (goal G16). Offscreen, 900 x 600; each round replaces all
points and paints.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QWidget
from tests.performance.harness import (
    Cost,
    Goal,
    cpu_ms,
    finish,
    options,
    paired,
    ratios,
    report,
    table,
)

from prompt_workbench.ui.plots.data import Axis, Series
from prompt_workbench.ui.plots.lines import LineChart
from prompt_workbench.ui.plots.scatter import ScatterChart
from prompt_workbench.ui.theme.apply import Theme, ThemeMode

_AXIS = Axis(title="value", format=lambda value: f"{value:g}")


def updated(widget: QWidget, show: Callable[[], object]) -> Cost:
    """Show new points and paint them."""
    cpu, wall = time.process_time(), time.perf_counter()
    show()
    widget.grab()
    return Cost(calls=1, wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu)


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    chosen = parser.parse_args()
    count = chosen.points // 10 if chosen.quick else chosen.points
    app = QApplication(sys.argv[:1])
    theme = Theme(app, ThemeMode.LIGHT)
    chance = np.random.default_rng(1)
    xs = np.linspace(0, 1, count)
    walks = [chance.standard_normal(count).cumsum() for _ in range(2)]
    spots = [(chance.standard_normal(count), chance.standard_normal(count)) for _ in range(2)]
    line = LineChart("Line", x=_AXIS, y=_AXIS, theme=theme)
    scatter = ScatterChart("Scatter", x=_AXIS, y=_AXIS, theme=theme)
    plain_line, plain_scatter = pg.PlotWidget(), pg.PlotWidget()
    curve = plain_line.plot(pen=pg.mkPen("k", width=1))
    dots = pg.ScatterPlotItem(pen=None, size=5)
    plain_scatter.addItem(dots)
    for widget in (line, scatter, plain_line, plain_scatter):
        widget.resize(900, 600)
        widget.show()
    app.processEvents()
    turn = iter(range(1_000_000))

    def series(ys: np.ndarray) -> list[Series]:
        return [Series(key="points", name="points", x=xs, y=ys)]

    contenders = {
        "line": lambda: updated(line, lambda: line.show_series(series(walks[next(turn) % 2]))),
        "plain line": lambda: updated(plain_line, lambda: curve.setData(xs, walks[next(turn) % 2])),
        "scatter": lambda: updated(scatter, lambda: scatter.show_cloud(*spots[next(turn) % 2])),
        "plain scatter": lambda: updated(
            plain_scatter, lambda: dots.setData(*spots[next(turn) % 2])
        ),
    }
    for show in contenders.values():
        show()
    found = paired(contenders, chosen.rounds)
    goals = [
        Goal(id="G16", what="CPU of a line: ours / plain", must=1 / 5, stretch=1 / 15)
        .verdict(ratios(found, "line", "plain line", cpu_ms)),
        Goal(id="G16", what="CPU of a scatter: ours / plain", must=1 / 50, stretch=1 / 150)
        .verdict(ratios(found, "scatter", "plain scatter", cpu_ms)),
    ]  # fmt: skip
    facts = report("plots", points=count, contenders=table(found), goals=goals)
    return finish(facts, chosen.out)


if __name__ == "__main__":
    sys.exit(main())
