"""The Costs page: what was spent, on what, and which calls it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton, QTableView, QToolButton
from tests.support.desk import Driver, driver
from tests.ui.costs.spending import Spent, fill

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.ui.costs.page import CostsPage

PAID = (
    Spent(model="fake/small", usd="0.10", seconds=1.0, passed=True),
    Spent(model="fake/large", usd="0.50", seconds=4.0, passed=False),
    Spent(model="fake/large", usd="0.40", days_ago=10, seconds=4.0),
    Spent(model="fake/unpriced", days_ago=1),
    Spent(model="local/tiny", usd="0", days_ago=40),
)
FREE = (
    Spent(model="local/tiny", usd="0", passed=True),
    Spent(model="local/tiny", usd="0", passed=False, seconds=2.0),
)


@pytest.fixture
def opened(
    qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path
) -> Iterator[Callable[[tuple[Spent, ...]], tuple[Driver, CostsPage, list[str]]]]:
    """Open a project with these calls on the Costs page, and return it with their ids."""
    open_drivers = []

    def begin(calls: tuple[Spent, ...]) -> tuple[Driver, CostsPage, list[str]]:
        path = tmp_path / "costs.pwb"
        ids = loop.run_until_complete(fill(path, calls))
        context = driver(qapp, loop)
        desk = context.__enter__()
        open_drivers.append(context)
        desk.begin(path)
        desk.window.activateWindow()
        page: CostsPage = desk.page("costs")
        desk.until(lambda: page.presenter.figures is not None)
        return desk, page, ids

    yield begin
    for context in open_drivers:
        context.__exit__(None, None, None)


def groups(page: CostsPage) -> list[str]:
    model = page._group_model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def choose(desk: Driver, title: str) -> None:
    desk.click(desk.find(QToolButton, title))


def test_a_period_is_summed_up_with_what_is_not_known(opened) -> None:
    desk, page, _ = opened(PAID)
    desk.until(lambda: desk.says("$1.00"))
    assert desk.says("+ 1 call of unknown cost")
    desk.until(lambda: groups(page) == ["fake/large", "fake/small", "fake/unpriced"])


def test_another_period_has_other_figures(opened) -> None:
    desk, page, _ = opened(PAID)
    choose(desk, "Period: Today")
    desk.until(lambda: desk.says("$0.60"))
    desk.until(lambda: groups(page) == ["fake/large", "fake/small"])
    choose(desk, "Period: All time")
    desk.until(lambda: "local/tiny" in groups(page))


def test_the_same_spend_is_divided_by_prompt_or_version(opened) -> None:
    desk, page, _ = opened(PAID)
    choose(desk, "By: Prompt")
    desk.until(lambda: groups(page) == ["reply"])
    choose(desk, "By: Version")
    desk.until(lambda: groups(page) == ["reply v2", "reply v1", "reply v3"])


def test_a_clicked_group_filters_the_rest_until_it_is_taken_back(opened) -> None:
    desk, page, _ = opened(PAID)
    desk.until(lambda: page._charts is not None and page._charts.is_drawn)
    desk.act(lambda: page._charts.group_picked.emit("fake/small"))
    desk.until(lambda: desk.says("$0.10"))
    assert page._charts.chart("spend").table().headers == ("", "fake/small")
    assert [row.model for row in page.presenter.figures.top_calls] == ["fake/small"]
    desk.click(desk.find(QPushButton, "Show all again"))
    desk.until(lambda: desk.says("$1.00"))


def test_a_clicked_latency_leads_to_its_model_whatever_it_was_divided_by(opened) -> None:
    desk, page, _ = opened(PAID)
    choose(desk, "By: Prompt")
    desk.until(lambda: groups(page) == ["reply"])
    desk.act(lambda: page._charts.model_picked.emit("fake/large"))
    desk.until(lambda: desk.says("By model") and desk.says("$0.90"))


def test_the_most_expensive_calls_lead_to_what_was_said(opened) -> None:
    desk, page, ids = opened(PAID)
    asked = []
    desk.window.navigator.asked.connect(asked.append)
    calls = desk.find(QTableView, "Most expensive calls of all time")
    desk.until(lambda: page._call_model.row(0) is not None)
    page._places.widget(0).ensureWidgetVisible(calls)
    desk.click_row(calls, 0)
    desk.press(Qt.Key.Key_Return, widget=calls)
    assert [(target.kind, target.id) for target in asked] == [("call", ids[1])]


def listed(desk: Driver) -> list[str]:
    """Return prompt and model of the calls that the Calls page lists."""
    model = desk.window._pages["calls"].presenter.model
    rows = [model.row(place) for place in range(model.rowCount())]
    return [f"{row.prompt_name} v{row.version_number} {row.model}" for row in rows if row]


@pytest.mark.parametrize(
    ("by", "name", "calls"),
    [
        ("By: Model", "fake/large", ["reply v2 fake/large"] * 2),
        ("By: Version", "reply v1", ["reply v1 fake/small"]),
    ],
)
def test_a_row_of_the_groups_leads_to_its_calls(opened, by: str, name: str, calls: list) -> None:
    desk, page, _ = opened(PAID)
    choose(desk, by)
    desk.until(lambda: name in groups(page))
    table = desk.find(QTableView, "Costs by group")
    page._places.widget(0).ensureWidgetVisible(table)
    desk.click_row(table, groups(page).index(name))
    desk.press(Qt.Key.Key_Return, widget=table)
    desk.until(lambda: desk.says(f"{len(calls)} call"))
    assert listed(desk) == calls


def test_the_calls_of_a_row_are_those_of_the_period(opened) -> None:
    desk, page, _ = opened(PAID)
    choose(desk, "Period: Today")
    desk.until(lambda: groups(page) == ["fake/large", "fake/small"])
    page._group_table.setCurrentIndex(page._group_model.index(0, 0))
    desk.act(page.open_calls)
    desk.until(lambda: desk.says("1 call"))
    assert listed(desk) == ["reply v2 fake/large"]
    desk.click(desk.find(QPushButton, "Show all versions and times"))
    desk.until(lambda: desk.says("2 calls"))


def test_a_marked_row_filters_the_page_and_gives_it_back(opened) -> None:
    desk, page, _ = opened(PAID)
    desk.until(lambda: "fake/small" in groups(page))
    page._group_table.setCurrentIndex(page._group_model.index(1, 0))
    desk.act(page.choose_group)
    desk.until(lambda: page.presenter.question.chosen == "fake/small" and desk.says("$0.10"))


def test_where_all_is_free_the_page_leads_with_quality(opened) -> None:
    desk, page, _ = opened(FREE)
    desk.until(lambda: desk.says("50 %"))
    desk.until(lambda: page._charts is not None and page._charts.is_drawn)
    assert page._charts.chart("spend") is None
    assert page._charts.chart("rates").table().rows == (("local/tiny", "50 % of 2"),)
    assert not page._call_table.isVisible()


def test_every_chart_can_be_read_as_a_table(opened) -> None:
    desk, page, _ = opened(PAID)
    desk.until(lambda: page._charts is not None and page._charts.is_drawn)
    charts = page._charts
    assert ("fake/large", "$0.90") in charts.chart("costs").table().rows
    assert ("fake/unpriced", "unknown") in charts.chart("costs").table().rows
    assert [row[0] for row in charts.chart("latency").table().rows] == [
        "fake/large", "fake/small", "fake/unpriced",
    ]  # fmt: skip
    assert charts.chart("quantiles").table().rows[0][0] == "large median"


def test_no_calls_yet_says_so_with_a_next_step(opened) -> None:
    desk, _, _ = opened(())
    choose(desk, "Period: All time")
    desk.until(lambda: desk.says("No calls yet"))
    assert desk.has(QPushButton, "Compare two prompts")


def test_a_period_without_calls_offers_all_time(opened) -> None:
    desk, _, _ = opened((Spent(model="fake/small", usd="0.2", days_ago=60),))
    desk.until(lambda: desk.says("No calls in this period"))
    desk.click(desk.find(QPushButton, "Show all time"))
    desk.until(lambda: desk.says("$0.20"))


def test_new_calls_are_counted_within_a_second(opened) -> None:
    desk, page, _ = opened(PAID)
    before = page.presenter.figures
    desk.act(lambda: page.on_changes(changed(Kind.GENERATION)))
    desk.until(lambda: page.presenter.figures is not before)


def test_a_page_that_is_not_on_the_screen_reads_when_it_comes_back(opened) -> None:
    desk, page, _ = opened(PAID)
    before = page.presenter.figures
    desk.page("datasets")
    desk.act(lambda: page.on_changes(changed(Kind.GENERATION)))
    desk.pause(0.1)
    assert page.presenter.figures is before
    desk.page("costs")
    desk.until(lambda: page.presenter.figures is not before)


def test_the_tables_keep_the_rules_of_qt(opened) -> None:
    desk, page, _ = opened(PAID)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [
        QAbstractItemModelTester(model, mode) for model in (page._group_model, page._call_model)
    ]
    page.presenter.load()
    desk.settle()
    for tester in testers:
        tester.deleteLater()


def test_the_charts_stand_below_each_other_where_there_is_no_room(opened) -> None:
    desk, page, _ = opened(PAID)
    desk.until(lambda: page._charts is not None and page._charts.is_drawn)
    charts = page._charts

    def beside() -> bool:
        spend, costs = (charts._panels[each].y() for each in ("spend", "costs"))
        return spend == costs

    desk.until(beside)
    desk.act(lambda: desk.window.resize(800, 700))
    desk.until(lambda: not beside())
    desk.act(lambda: desk.window.resize(1400, 700))
    desk.until(beside)


def test_without_a_verdict_the_pass_rate_says_why(opened) -> None:
    desk, page, _ = opened((Spent(model="fake/small", usd="0.2"),))
    desk.until(lambda: page._charts is not None and page._charts.is_drawn)
    page.presenter.rates = ()
    desk.act(page.presenter.rated.emit)
    desk.until(lambda: desk.says("only comparisons with an evaluator are"))
