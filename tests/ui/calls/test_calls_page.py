"""The Calls page: every call is listed, filtered, searched and explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QTableView
from tests.storage import examples
from tests.support.desk import Driver, driver

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project
from prompt_workbench.ui.calls.page import CallsPage
from prompt_workbench.ui.kit.page import Target, TargetKind

CALLS = 3


async def _fill(path: Path) -> None:
    project = Project.create(path)
    run = await project.write(lambda r: examples.add_run(r, CALLS))
    ledger = ProjectLedger.open(path)
    for case in range(CALLS):
        call = examples.sent(run, case)
        await ledger.sent(call)
        answer = examples.answer(call, f"Answer number {case}: <b>fine</b>")
        if case == 1:
            state = GenerationState.FAILED
            said = "The provider answered: no."
            failed = structs.replace(answer.summary, state=state, error=said)
            answer = structs.replace(answer, summary=failed)
        await ledger.settled(answer, cache_key=None)
    await ledger.close()
    await project.close()


@pytest.fixture
def desk(qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path) -> Iterator[Driver]:
    path = tmp_path / "calls.pwb"
    loop.run_until_complete(_fill(path))
    with driver(qapp, loop) as made:
        made.begin(path)
        yield made


@pytest.fixture
def page(desk: Driver) -> CallsPage:
    shown: CallsPage = desk.page("calls")
    desk.until(lambda: rows(shown) == CALLS and desk.says("3 calls"))
    return shown


def rows(page: CallsPage) -> int:
    return page.presenter.model.rowCount()


def column(page: CallsPage, key: str) -> list[str]:
    model = page.presenter.model
    place = [column.key for column in model.columns].index(key)
    return [model.index(row, place).data() for row in range(model.rowCount())]


def test_calls_are_listed_newest_first(page: CallsPage, desk: Driver) -> None:
    desk.until(lambda: column(page, "answer")[0].startswith("Answer number 2"))
    assert column(page, "state") == ["done", "failed", "done"]
    assert column(page, "answer")[1] == "The provider answered: no."


def test_the_model_keeps_the_rules_of_qt(page: CallsPage, desk: Driver) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(page.presenter.model, mode)
    page.presenter.load()
    desk.settle()
    tester.deleteLater()


def test_a_filter_leaves_only_what_it_names(page: CallsPage, desk: Driver) -> None:
    states = desk.find(QComboBox, "State", page)
    states.setCurrentIndex(states.findText("Failed"))
    desk.until(lambda: column(page, "state") == ["failed"])
    states.setCurrentIndex(0)
    desk.until(lambda: rows(page) == CALLS)
    desk.settle()


def test_a_search_finds_words_of_answers(page: CallsPage, desk: Driver) -> None:
    field = desk.find(QLineEdit, "Search in requests and answers", page)
    desk.type(field, "number 2")
    desk.until(lambda: desk.says("1 found"))
    desk.until(lambda: column(page, "answer") == ["Answer number 2: <b>fine</b>"])
    field.clear()
    desk.until(lambda: rows(page) == CALLS)
    desk.settle()


def test_a_filter_counts_for_a_search_too(page: CallsPage, desk: Driver) -> None:
    desk.type(desk.find(QLineEdit, "Search in requests and answers", page), "number")
    desk.until(lambda: desk.says("3 found"))
    state = desk.find(QComboBox, "State", page)
    desk.act(lambda: state.setCurrentText("Failed"))
    desk.until(lambda: desk.says("1 found"))
    assert column(page, "state") == ["failed"]


def test_a_search_without_results_says_so(page: CallsPage, desk: Driver) -> None:
    desk.type(desk.find(QLineEdit, "Search in requests and answers", page), "zebra")
    desk.until(lambda: desk.says("nothing found"))


def test_a_chosen_call_is_explained_whole(page: CallsPage, desk: Driver) -> None:
    desk.until(lambda: column(page, "answer")[0].startswith("Answer"))
    desk.click_row(desk.find(QTableView, "Calls", page), 0)
    details = page.inspector()
    desk.until(lambda: details._answer.whole_text() == "Answer number 2: <b>fine</b>")
    assert '"model": "small"' in details._parts._body.whole_text()
    assert "$0.50" in " ".join(label for label in texts(details._parts._cost))


def test_return_opens_the_run_of_the_call(page: CallsPage, desk: Driver) -> None:
    asked = []
    desk.window.navigator.asked.connect(asked.append)
    desk.until(lambda: column(page, "answer")[0].startswith("Answer"))
    desk.click_row(desk.find(QTableView, "Calls", page), 0)
    desk.press(Qt.Key.Key_Return, widget=desk.find(QTableView, "Calls", page))
    assert [target.kind for target in asked] == ["run"]


def texts(widget: object) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in widget.findChildren(QLabel)]


def test_another_page_can_ask_for_some_calls(page: CallsPage, desk: Driver) -> None:
    desk.type(desk.find(QLineEdit, "Search in requests and answers"), "number 2")
    desk.until(lambda: rows(page) == 1)
    wanted = CallFilter(model="local/small", version="draft")
    desk.act(lambda: page.open(Target(kind=TargetKind.CALLS, calls=wanted)))
    desk.until(lambda: rows(page) == CALLS)
    # The model is not among those that are known, and yet it is shown as the filter.
    assert desk.find(QComboBox, "Model", page).currentText() == "local/small"
    assert desk.find(QPushButton, "Show all versions and times").text() == "draft  ✕"
    desk.page("prompts")
    desk.page("calls")
    desk.settle()
    assert desk.find(QComboBox, "Model", page).currentText() == "local/small"
    desk.click(desk.find(QPushButton, "Show all versions and times"))
    assert page.presenter.filter == CallFilter(model="local/small")
    desk.settle()


def test_answers_can_be_read_in_a_narrow_window(page: CallsPage, desk: Driver) -> None:
    columns = page.presenter.model.columns
    desk.window.resize(1024, 700)
    desk.until(lambda: page._table.columnWidth(5) >= 200)
    shown = [each.key for place, each in enumerate(columns) if page._table.columnWidth(place)]
    assert shown == ["time", "prompt", "state", "answer", "cost"]
    desk.window.resize(1800, 900)
    desk.until(lambda: all(page._table.columnWidth(place) for place in range(len(columns))))
