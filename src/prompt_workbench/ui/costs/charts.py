"""The charts of the Costs page; importing this imports the plotting library."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget
from typing_extensions import override

from prompt_workbench.domain.costs import LatencyHistogram
from prompt_workbench.ui.costs.figures import Figures, GroupTotals
from prompt_workbench.ui.costs.pass_rates import PassRate
from prompt_workbench.ui.costs.words import amount, cost_text, rate_text
from prompt_workbench.ui.kit.formats import money, percent, seconds
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.plots.bars import BarChart
from prompt_workbench.ui.plots.chart import Chart
from prompt_workbench.ui.plots.data import Axis, Bar, Series
from prompt_workbench.ui.plots.lines import LineChart
from prompt_workbench.ui.plots.stacks import StackedChart
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_MOST_BARS = 8
_HEIGHT = 250
_TWO_COLUMNS_FROM = 760

_USD = Axis(title="US dollars", format=lambda value: money(Decimal(repr(value))))
_TOKENS = Axis(title="tokens", format=lambda value: amount(round(value)))
_SHARE = Axis(title="share", format=lambda value: percent(value) if value <= 1 else "")
_TIME = Axis(title="seconds", format=seconds)


class CostCharts(QWidget):
    """Spend, quality, tokens and latency as pictures; what is clicked is chosen."""

    group_picked = Signal(str)
    model_picked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._spend = StackedChart("Spend over time", value=_USD, theme=theme)
        self._costs = BarChart("Cost", value=_USD, theme=theme)
        self._rates = BarChart("Pass rate", value=_SHARE, theme=theme, maximum=1)
        self._tokens = StackedChart("Tokens over time", value=_TOKENS, theme=theme)
        self._latency = LineChart(
            "Latency: share of answers within a time",
            x=_TIME, y=_SHARE, theme=theme, guides=(0.5, 0.95), maximum=1,
        )  # fmt: skip
        self._quantiles = BarChart("Latency: median and 95th percentile", value=_TIME, theme=theme)
        self._panels = {chart: _panel(chart) for chart in self._by_spend()}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.BETWEEN)
        self._shown: tuple[Chart, ...] = ()
        self._placed: tuple[int, tuple[Chart, ...]] = (0, ())
        for chart in (self._spend, self._costs, self._rates, self._tokens):
            chart.picked.connect(self.group_picked)
        self._latency.picked.connect(self.model_picked)
        self._quantiles.picked.connect(self.model_picked)

    def show_figures(self, figures: Figures) -> None:
        """Show other figures."""
        chosen = figures.question.chosen
        groups = [group for group in figures.groups if chosen in {"", group.name}]
        self._spend.show_stacks(figures.steps, figures.spend)
        self._tokens.show_stacks(figures.steps, figures.tokens)
        self._costs.show_bars([_cost_bar(group) for group in groups[:_MOST_BARS]])
        self._latency.show_series([_distribution(each) for each in figures.latency])
        self._quantiles.show_bars(
            [bar for each in figures.latency[: _MOST_BARS // 2] for bar in _quantile_bars(each)]
        )
        self._arrange(self._by_quality() if figures.is_free else self._by_spend())

    def show_rates(self, rates: Sequence[PassRate], figures: Figures) -> None:
        """Show other pass rates."""
        chosen = figures.question.chosen
        shown = [rate for rate in rates if chosen in {"", rate.name}]
        self._rates.show_bars([_rate_bar(rate) for rate in shown[:_MOST_BARS]])

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _by_spend(self) -> tuple[Chart, ...]:
        return (
            self._spend, self._costs, self._latency, self._quantiles, self._rates, self._tokens,
        )  # fmt: skip

    def _by_quality(self) -> tuple[Chart, ...]:
        return self._rates, self._tokens, self._latency, self._quantiles

    def _arrange(self, charts: tuple[Chart, ...]) -> None:
        self._shown = charts
        self._place()

    def _place(self) -> None:
        columns = 2 if self.width() >= _TWO_COLUMNS_FROM else 1
        if self._placed == (columns, self._shown):
            return
        # Noted first: placing the panels resizes this widget.
        self._placed = (columns, self._shown)
        for panel in self._panels.values():
            self._grid.removeWidget(panel)
            panel.hide()
        for number, chart in enumerate(self._shown):
            self._grid.addWidget(self._panels[chart], *divmod(number, columns))
            self._panels[chart].show()
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)


def _panel(chart: Chart) -> QFrame:
    panel = QFrame()
    panel.setProperty("role", "panel")
    panel.setFixedHeight(_HEIGHT)
    panel.setLayout(column(chart, margins=Space.BETWEEN))
    return panel


def _cost_bar(group: GroupTotals) -> Bar:
    usd = group.totals.cost_usd
    return Bar(
        key=group.name,
        label=group.name,
        value=None if usd is None else float(usd),
        text=cost_text(group.totals),
    )


def _rate_bar(rate: PassRate) -> Bar:
    return Bar(key=rate.name, label=rate.name, value=rate.share, text=rate_text(rate))


def _distribution(histogram: LatencyHistogram) -> Series:
    """Return the share of answers within the upper bound of each bucket."""
    counts = accumulate(bucket.count for bucket in histogram.buckets)
    return Series(
        key=histogram.model,
        name=histogram.model,
        x=[histogram.buckets[0].low, *(bucket.high for bucket in histogram.buckets)],
        y=[0.0, *(reached / histogram.count for reached in counts)],
    )


def _quantile_bars(histogram: LatencyHistogram) -> list[Bar]:
    bars = []
    for number, (name, q) in enumerate((("median", 0.5), ("95 %", 0.95))):
        value = histogram.quantile(q)
        model = histogram.model.rpartition("/")[2]
        bars.append(
            Bar(
                key=histogram.model,
                label=f"{model} {name}",
                value=value,
                text=seconds(value),
                series=number,
            )
        )
    return bars
