"""The charts of the Costs page; importing this imports the plotting library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any, Generic, TypeAlias, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget
from typing_extensions import override

from prompt_workbench.domain.costs import CostGroup, LatencyHistogram
from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.costs.figures import MOST_SERIES, Figures, GroupTotals
from prompt_workbench.ui.costs.pass_rates import PassRate
from prompt_workbench.ui.costs.words import amount, cost_text, part_note, rate_text
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
_QUANTILES = (("median", 0.5), ("95 %", 0.95))

_NO_RATES = "No answer of this period was judged: only comparisons with an evaluator are."

_USD = Axis(title="US dollars", format=lambda value: money(Decimal(repr(value))))
_TOKENS = Axis(title="tokens", format=lambda value: amount(round(value)))
_SHARE = Axis(title="share", format=percent, maximum=1)
_TIME = Axis(title="seconds", format=seconds)


C = TypeVar("C", bound=Chart)
Rates: TypeAlias = Sequence[PassRate]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture(Generic[C]):
    """One chart: how it is made, and what it shows of the figures."""

    make: Callable[[Theme], C]
    show: Callable[[C, Figures, Rates], object]
    picks_model: bool = False
    """Whether what is clicked is a model, whatever the figures are divided by."""


_BY_SPEND = ("spend", "costs", "latency", "quantiles", "rates", "tokens")
_BY_QUALITY = ("rates", "tokens", "latency", "quantiles")


class CostCharts(QWidget):
    """Spend, quality, tokens and latency as pictures; what is clicked is chosen.

    The charts are made one after the other, so that the window goes on between them.
    """

    group_picked = Signal(str)
    model_picked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._figures: Figures | None = None
        self._rates: Rates = ()
        self._charts: dict[str, Chart] = {}
        self._panels: dict[str, QFrame] = {}
        self._waiting: list[str] = []
        self._order: tuple[str, ...] = ()
        self._placed: tuple[int, tuple[str, ...]] = (0, ())
        self._next = delayed(self, 0, self._show_next)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.BETWEEN)

    @property
    def is_drawn(self) -> bool:
        """Whether every chart shows the newest figures."""
        return bool(self._order) and not self._waiting

    def chart(self, name: str) -> Chart | None:
        """Return a chart by its name, if it was needed so far."""
        return self._charts.get(name)

    def show_figures(self, figures: Figures, rates: Rates) -> None:
        """Show other figures."""
        self._figures, self._rates = figures, rates
        self._order = _BY_QUALITY if figures.is_free else _BY_SPEND
        self._waiting = list(self._order)
        self._next.start()

    def show_rates(self, rates: Rates) -> None:
        """Show other pass rates."""
        self._rates = rates
        if "rates" in self._order and "rates" not in self._waiting:
            self._waiting.append("rates")
            self._next.start()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _show_next(self) -> None:
        if self._figures is None or not self._waiting:
            return
        name = self._waiting.pop(0)
        chart = self._charts.get(name) or self._made(name)
        _PICTURES[name].show(chart, self._figures, self._rates)
        self._place()
        if self._waiting:
            self._next.start()

    def _made(self, name: str) -> Chart:
        picture = _PICTURES[name]
        chart: Chart = picture.make(self._theme)
        chart.picked.connect(self.model_picked if picture.picks_model else self.group_picked)
        self._charts[name] = chart
        self._panels[name] = _panel(chart)
        return chart

    def _place(self) -> None:
        columns = 2 if self.width() >= _TWO_COLUMNS_FROM else 1
        order = tuple(name for name in self._order if name in self._panels)
        if self._placed == (columns, order):
            return
        # Noted first: placing the panels resizes this widget.
        self._placed = (columns, order)
        for name, panel in self._panels.items():
            self._grid.removeWidget(panel)
            panel.setVisible(name in order)
        for number, name in enumerate(order):
            self._grid.addWidget(self._panels[name], *divmod(number, columns))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)


def _panel(chart: Chart) -> QFrame:
    panel = QFrame()
    panel.setProperty("role", "panel")
    panel.setFixedHeight(_HEIGHT)
    panel.setLayout(column(chart, margins=Space.BETWEEN))
    return panel


def _show_costs(chart: BarChart, figures: Figures, _: Rates) -> None:
    chosen = figures.question.chosen
    groups = [group for group in figures.groups if chosen in {"", group.name}]
    shown = groups[:_MOST_BARS]
    chart.show_bars([_cost_bar(group) for group in shown])
    chart.show_note(_note(len(shown), len(groups), figures, "those that cost most"))


def _cost_bar(group: GroupTotals) -> Bar:
    usd = group.totals.cost_usd
    return Bar(
        key=group.name,
        label=group.name,
        value=None if usd is None else float(usd),
        text=cost_text(group.totals),
    )


def _show_rates(chart: BarChart, figures: Figures, rates: Rates) -> None:
    chosen = figures.question.chosen
    all_rates = [rate for rate in rates if chosen in {"", rate.name}]
    shown = all_rates[:_MOST_BARS]
    chart.show_bars([_rate_bar(rate) for rate in shown])
    chart.say_when_empty(_NO_RATES)
    chart.show_note(_note(len(shown), len(all_rates), figures, "the best ones"))


def _rate_bar(rate: PassRate) -> Bar:
    return Bar(key=rate.name, label=rate.name, value=rate.share, text=rate_text(rate))


def _note(shown: int, whole: int, figures: Figures, order: str) -> str:
    return part_note(shown, whole, figures.question.group, order)


def _show_distributions(chart: LineChart, figures: Figures, _: Rates) -> None:
    shown = figures.latency[:MOST_SERIES]
    chart.show_series([_distribution(each) for each in shown])
    chart.show_note(_models_note(len(shown), figures))


def _show_quantiles(chart: BarChart, figures: Figures, _: Rates) -> None:
    shown = figures.latency[: _MOST_BARS // len(_QUANTILES)]
    places = range(len(_QUANTILES))
    chart.show_bars([_quantile_bar(each, place) for each in shown for place in places])
    chart.show_note(_models_note(len(shown), figures))


def _models_note(shown: int, figures: Figures) -> str:
    return part_note(shown, len(figures.latency), CostGroup.MODEL, "the most used")


def _distribution(histogram: LatencyHistogram) -> Series:
    """Return the share of answers within the upper bound of each bucket."""
    counts = accumulate(bucket.count for bucket in histogram.buckets)
    return Series(
        key=histogram.model,
        name=histogram.model,
        x=[histogram.buckets[0].low, *(bucket.high for bucket in histogram.buckets)],
        y=[0.0, *(reached / histogram.count for reached in counts)],
    )


def _quantile_bar(histogram: LatencyHistogram, place: int) -> Bar:
    name, q = _QUANTILES[place]
    value = histogram.quantile(q)
    model = histogram.model.rpartition("/")[2]
    return Bar(
        key=histogram.model,
        label=f"{model} {name}",
        value=value,
        text=seconds(value),
        series=place,
    )


_PICTURES: dict[str, _Picture[Any]] = {
    "spend": _Picture(
        make=lambda theme: StackedChart("Spend over time", value=_USD, theme=theme),
        show=lambda chart, figures, _: chart.show_stacks(figures.steps, figures.spend),
    ),
    "costs": _Picture(
        make=lambda theme: BarChart("Cost", value=_USD, theme=theme),
        show=_show_costs,
    ),
    "rates": _Picture(
        make=lambda theme: BarChart("Pass rate", value=_SHARE, theme=theme),
        show=_show_rates,
    ),
    "tokens": _Picture(
        make=lambda theme: StackedChart("Tokens over time", value=_TOKENS, theme=theme),
        show=lambda chart, figures, _: chart.show_stacks(figures.steps, figures.tokens),
    ),
    "latency": _Picture(
        make=lambda theme: LineChart(
            "Latency: share of answers within a time",
            x=_TIME,
            y=_SHARE,
            theme=theme,
            guides=[q for _, q in _QUANTILES],
        ),
        show=_show_distributions,
        picks_model=True,
    ),
    "quantiles": _Picture(
        make=lambda theme: BarChart(
            "Latency: median and 95th percentile", value=_TIME, theme=theme
        ),
        show=_show_quantiles,
        picks_model=True,
    ),
}
