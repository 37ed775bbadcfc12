"""The plots under the grid: pass rate, cost or tokens, latency, quality against cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea

from prompt_workbench.domain.comparisons import Run, VariantSummary
from prompt_workbench.ui.compare.plot_data import (
    cost_bars,
    costs_nothing,
    latency_series,
    pass_bars,
    quality_dots,
    short_titles,
    token_bars,
)
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.layouts import holding, row
from prompt_workbench.ui.plots.bars import BarChart
from prompt_workbench.ui.plots.chart import Chart
from prompt_workbench.ui.plots.data import Axis
from prompt_workbench.ui.plots.lines import LineChart
from prompt_workbench.ui.plots.scatter import ScatterChart
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_NARROWEST, _LOWEST = 176, 110

_RATE = Axis(title="pass rate", format=formats.percent, maximum=1)
_USD = Axis(title="cost", format=lambda value: formats.money(Decimal(f"{value:.12f}")))
_TOKENS = Axis(title="tokens", format=lambda value: formats.count(round(value)))
_SECONDS = Axis(title="latency", format=formats.seconds)
_SHARE = Axis(title="share of calls", format=formats.percent, maximum=1)


class RunPlots(QScrollArea):
    """Four charts beside each other; a run that costs nothing leads with tokens and latency."""

    picked = Signal(int)
    """The variant that was clicked."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Plots of the run")
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rate = BarChart("Pass rate", value=_RATE, theme=theme)
        self._cost = BarChart("Cost", value=_USD, theme=theme)
        self._tokens = BarChart("Tokens", value=_TOKENS, theme=theme)
        self._latency = LineChart(
            "Latency", x=_SECONDS, y=_SHARE, theme=theme,
            steps=True, guides=(0.5, 0.95),
        )  # fmt: skip
        self._by_cost = ScatterChart("Pass rate × cost", x=_USD, y=_RATE, theme=theme)
        self._by_time = ScatterChart("Pass rate × latency", x=_SECONDS, y=_RATE, theme=theme)
        charts: tuple[Chart, ...] = (
            self._rate, self._cost, self._tokens, self._latency, self._by_cost, self._by_time,
        )  # fmt: skip
        for chart in charts:
            chart.setMinimumSize(_NARROWEST, _LOWEST)
            chart.picked.connect(lambda key: self.picked.emit(int(key)))
        edges = (Space.AROUND, Space.INSIDE, Space.AROUND, Space.HALF)
        inside = row(*((chart, 1) for chart in charts), spacing=Space.AROUND, margins=edges)
        self.setWidget(holding(inside))

    def show_totals(
        self,
        run: Run,
        totals: Sequence[VariantSummary],
        durations: Mapping[int, Sequence[float]],
    ) -> None:
        """Show the totals of a run, and the distribution of its durations."""
        titles = short_titles(run.variants)
        free = costs_nothing(totals)
        for chart, shown in (
            (self._rate, bool(run.evaluators)),
            (self._cost, not free),
            (self._tokens, free),
            (self._by_cost, bool(run.evaluators) and not free),
            (self._by_time, bool(run.evaluators) and free),
        ):
            chart.setVisible(shown)
        self._rate.show_bars(pass_bars(totals, titles))
        self._cost.show_bars(cost_bars(totals, titles))
        self._tokens.show_bars(token_bars(totals, titles))
        self._latency.show_series(latency_series(durations, titles))
        self._by_cost.show_dots(quality_dots(totals, titles, over_cost=True))
        self._by_time.show_dots(quality_dots(totals, titles, over_cost=False))
