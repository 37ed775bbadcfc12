"""Charts: what is drawn can also be read, peaks survive, and nothing is read as HTML."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pyqtgraph
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from prompt_workbench.ui.kit.formats import money, percent, seconds
from prompt_workbench.ui.plots.bars import BarChart
from prompt_workbench.ui.plots.data import Axis, Bar, Dot, Series, cumulative
from prompt_workbench.ui.plots.lines import LineChart, envelope
from prompt_workbench.ui.plots.scatter import ScatterChart, density
from prompt_workbench.ui.plots.stacks import StackedChart
from prompt_workbench.ui.theme.apply import Theme, ThemeMode
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize

RATE = Axis(title="pass rate", format=percent, maximum=1)
USD = Axis(title="cost", format=lambda value: money(Decimal(repr(value))))
TIME = Axis(title="latency", format=seconds)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, ThemeMode.LIGHT)


@pytest.fixture
def latency(qtbot, theme: Theme) -> LineChart:
    chart = LineChart("Latency", x=TIME, y=RATE, theme=theme, steps=True, guides=(0.5, 0.95))
    qtbot.addWidget(chart)
    return chart


def test_a_chart_without_data_says_so(latency: LineChart) -> None:
    latency.show_series([])
    assert latency._stack.currentWidget() is latency._empty


def test_the_table_of_a_distribution_gives_median_and_95th_percentile(latency: LineChart) -> None:
    latency.show_series([cumulative("a", "v1", [0.1 * step for step in range(1, 21)])])
    assert latency.table().headers == ("", "50 %", "95 %")
    assert latency.table().rows == (("v1", "1.00 s", "1.90 s"),)


def test_the_numbers_can_be_shown_instead_of_the_picture(latency: LineChart) -> None:
    latency.show_series([cumulative("a", "v1", [1.0, 2.0])])
    latency._as_table.click()
    assert latency._stack.currentWidget() is latency._numbers
    assert latency._numbers.item(0, 0).text() == "v1"


def test_a_bar_is_found_by_its_place_and_tells_its_value(qtbot, theme: Theme) -> None:
    chart = BarChart("Pass rate", value=RATE, theme=theme)
    qtbot.addWidget(chart)
    chart.show_bars(
        [
            Bar(key="a", label="<b>v1</b>", value=0.5, text="50 %"),
            Bar(key="b", label="v2", value=None, text="unscored"),
        ]
    )
    assert chart._key_at(0.1, -0.2) == ("a", "<b>v1</b>: 50 %")
    assert chart.table().rows == (("<b>v1</b>", "50 %"), ("v2", "unscored"))
    assert chart._key_at(0.1, -5) is None
    assert "v2 unscored" in chart._plot.accessibleDescription()


def test_the_layers_of_a_stack_are_told_apart(qtbot, theme: Theme) -> None:
    chart = StackedChart("Spend", value=USD, theme=theme)
    qtbot.addWidget(chart)
    chart.show_stacks(
        ["11-01", "11-02"],
        [
            Series(key="x", name="small", x=[0, 1], y=[1.0, 2.0]),
            Series(key="y", name="large", x=[1], y=[3.0]),
        ],
    )
    assert chart._key_at(1.0, 1.5) == ("x", "11-02 · small: $2.00")
    assert chart._key_at(1.0, 4.5) == ("y", "11-02 · large: $3.00")
    assert chart.table().rows == (("11-01", "$1.00", "$0"), ("11-02", "$2.00", "$3.00"))


def test_the_nearest_dot_is_found(qtbot, theme: Theme) -> None:
    chart = ScatterChart("Quality × cost", x=USD, y=RATE, theme=theme)
    qtbot.addWidget(chart)
    chart.show_dots(
        [Dot(key="a", label="v1", x=0.1, y=0.5), Dot(key="b", label="v2", x=0.9, y=0.9)]
    )
    assert chart._key_at(0.1, 0.5) == ("a", "v1: $0.10, 50 %")
    assert chart._key_at(0.5, 0.7) is None


def test_thinning_a_course_keeps_its_single_peak() -> None:
    y = np.zeros(1_000_000)
    y[654_321] = 7
    x, thinned = envelope(np.arange(1_000_000.0), y, 900)
    assert thinned.max() == 7
    assert len(x) <= 5 * 900
    assert (np.diff(x) >= 0).all()


def test_a_short_course_is_not_thinned() -> None:
    x = np.arange(100.0)
    assert envelope(x, x, 900)[0] is x


def test_density_counts_every_point_once() -> None:
    rng = np.random.default_rng(1)
    counts, area = density(rng.random(5_000), rng.random(5_000), 40, 30)
    assert counts.sum() == 5_000
    assert counts.shape == (40, 30)
    assert area.width() > 0.9


def test_the_numbers_below_a_narrow_plot_do_not_meet(qtbot, theme: Theme) -> None:
    chart = ScatterChart("Quality × cost", x=USD, y=RATE, theme=theme)
    qtbot.addWidget(chart)
    chart.resize(190, 140)
    chart.show()
    dots = [Dot(key=str(n), label="v", x=0.000_12 + n * 1e-7, y=0.1 * n) for n in range(9)]
    chart.show_dots(dots)
    qtbot.waitUntil(lambda: not chart._resized.isActive())
    axis = chart._plot.getAxis("bottom")
    view = chart._plot.getViewBox()
    spacing, places = axis.tickValues(*view.viewRange()[0], view.width())[0]
    texts = axis.tickStrings(places, 1, spacing)
    metrics = QFontMetrics(interface_font(FontSize.SMALL - 1))
    pixels = view.viewPixelSize()[0]
    written = [(place, text) for place, text in zip(places, texts, strict=True) if text]
    assert written
    for (left, text), (right, _) in pairwise(written):
        assert (right - left) / pixels > metrics.horizontalAdvance(text)


def test_an_axis_names_no_number_that_cannot_be(qtbot, theme: Theme) -> None:
    chart = ScatterChart("Quality × cost", x=USD, y=RATE, theme=theme)
    qtbot.addWidget(chart)
    chart.show()
    chart.show_dots([Dot(key="v1", label="v1", x=0.000_12, y=0)])
    axis = chart._plot.getAxis("left")
    places = [-0.4, 0, 0.5, 1, 1.5]
    assert [bool(text) for text in axis.tickStrings(places, 1, 10)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_value_behind_a_bar_is_whole_in_a_narrow_chart(qtbot, theme: Theme) -> None:
    chart = BarChart("Pass rate", value=RATE, theme=theme)
    qtbot.addWidget(chart)
    chart.resize(200, 150)
    chart.show()
    name = "support-reply-with-empathy v1 · gpt-4o-mini-2024-07-18"
    chart.show_bars([Bar(key=str(n), label=name, value=0.7, text="70 % of 20") for n in range(8)])
    qtbot.waitUntil(lambda: not chart._resized.isActive())
    view = chart._plot.getViewBox()
    texts = [each for each in chart._plot.items() if isinstance(each, pyqtgraph.TextItem)]
    assert [each.toPlainText() for each in texts] == ["70 % of 20"] * 8

    def is_whole(text: pyqtgraph.TextItem) -> bool:
        width = text.boundingRect().width() * view.viewPixelSize()[0]
        return bool(text.pos().x() + width <= view.viewRect().right())

    # The axis takes as much room as its names need once it is painted.
    qtbot.waitUntil(lambda: all(map(is_whole, texts)))


def test_the_steps_below_a_narrow_stack_do_not_meet(qtbot, theme: Theme) -> None:
    chart = StackedChart("Spend", value=USD, theme=theme)
    qtbot.addWidget(chart)
    chart.resize(260, 200)
    chart.show()
    steps = [f"2026-{month:02}" for month in range(1, 13)]
    chart.show_stacks(steps, [Series(key="x", name="a", x=range(12), y=[1.0] * 12)])
    qtbot.waitUntil(lambda: not chart._resized.isActive())
    (ticks,) = chart._plot.getAxis("bottom")._tickLevels
    metrics = QFontMetrics(interface_font(FontSize.SMALL - 1))
    pixels = chart._plot.getViewBox().viewPixelSize()[0]
    assert len(ticks) > 1
    for (left, text), (right, _) in pairwise(ticks):
        assert (right - left) / pixels > metrics.horizontalAdvance(text)


def test_a_bar_without_a_value_is_not_drawn(qtbot, theme: Theme) -> None:
    chart = BarChart("Cost", value=USD, theme=theme)
    qtbot.addWidget(chart)
    chart.show_bars([Bar(key="a", label="v1", value=None, text="unknown")])
    assert not [each for each in chart._plot.items() if isinstance(each, pyqtgraph.BarGraphItem)]


def test_a_note_stays_beside_the_title_when_the_mouse_left(qtbot, theme: Theme) -> None:
    chart = BarChart("Cost", value=USD, theme=theme)
    qtbot.addWidget(chart)
    chart.show_bars([Bar(key="a", label="v1", value=1.0, text="$1.00")])
    chart.show_note("8 of 10 models")
    chart._hovered(QPointF(-100, -100))
    assert chart._readout.accessibleName() == "8 of 10 models"
