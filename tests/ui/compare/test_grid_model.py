"""The grid fetches only what is seen, loses nothing that happens meanwhile, and never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
import qasync
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from tests.support.screen import settle, until
from tests.ui.compare.runs import a_run, a_summary

from prompt_workbench.domain.comparisons import Run, RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.services.events import CellFinished, CellStarted, CellText
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.compare.cells import CellView, Phase
from prompt_workbench.ui.compare.grid_model import CASE_ROLE, CELL_ROLE, GridModel
from prompt_workbench.ui.compare.live import LiveAnswers
from prompt_workbench.ui.compare.windows import CASES, Stored, Window

KEY = CellKey(case=1, variant=1)


class Store:
    """What the project holds of a run; it can be made to keep readers waiting."""

    def __init__(self) -> None:
        self.answers: dict[CellKey, Stored] = {}
        self.asked: list[int] = []
        self.open = asyncio.Event()
        self.open.set()

    def put(self, stored: Stored) -> None:
        self.answers[stored.summary.cell] = stored

    async def fetch(self, first: int, count: int) -> Window:
        self.asked.append(first)
        cases = range(first, first + count)
        found = {key: stored for key, stored in self.answers.items() if key.case in cases}
        await self.open.wait()
        return Window(cases={n: Case(inputs={"mail": f"mail {n}"}) for n in cases}, answers=found)


class Grid:
    """A grid with its store, and what happens in the run."""

    def __init__(self, owner: QObject) -> None:
        self.failures: list[Exception] = []
        self.tasks = TaskScope(owner, on_error=self.failures.append)
        self.model = GridModel(self.tasks, owner)
        self.live = LiveAnswers()
        self.store = Store()

    def show(self, run: Run) -> None:
        self.model.show(run, self.live.of(run.id), self.store.fetch)

    def view(self, row: int = 1, column: int = 1) -> CellView:
        view = self.model.index(row, column).data(CELL_ROLE)
        assert isinstance(view, CellView)
        return view

    def start(self, key: CellKey = KEY) -> None:
        self.live.heard(CellStarted(run_id="run", cell=key, generation_id="g"))
        self.model.started(key)

    def grow(self, text: str, key: CellKey = KEY) -> None:
        self.live.heard(CellText(run_id="run", cell=key, text=text))
        self.model.grew(key)

    def finish(self, key: CellKey = KEY, **facts: object) -> None:
        summary = a_summary(key, **facts)  # type: ignore[arg-type]
        self.model.finished(summary, self.live.heard(CellFinished(summary=summary)))


@pytest.fixture
def grid(loop: qasync.QEventLoop) -> Iterator[Grid]:
    owner = QObject()
    made = Grid(owner)
    yield made
    made.tasks.cancel()
    settle(loop)
    assert not made.failures


@pytest.fixture
def wait(loop: qasync.QEventLoop) -> Callable[[Callable[[], object]], None]:
    return lambda holds: until(loop, holds)


def test_a_case_is_a_placeholder_until_it_is_fetched(grid: Grid, wait: Callable) -> None:
    grid.show(a_run())
    assert grid.view().take.phase is Phase.LOADING
    wait(lambda: grid.view().take.phase is Phase.QUEUED)
    head = grid.model.headerData(1, Qt.Orientation.Vertical, CASE_ROLE)
    assert head.case.inputs == {"mail": "mail 1"}


def test_only_the_window_that_is_seen_is_fetched(grid: Grid, wait: Callable) -> None:
    grid.show(a_run(cases=1_000_000))
    row = 700_003
    wait(lambda: grid.view(row).take.phase is Phase.QUEUED)
    assert grid.store.asked == [row // CASES * CASES]


def test_an_answer_streams_in_and_ends_with_its_verdict(grid: Grid, wait: Callable) -> None:
    grid.show(a_run())
    wait(lambda: grid.view().take.phase is Phase.QUEUED)
    grid.start()
    assert grid.view().take.phase is Phase.WAITING
    grid.grow("Hel")
    grid.grow("lo")
    assert (grid.view().take.phase, grid.view().take.text) == (Phase.STREAMING, "Hello")
    grid.finish(passed=True)
    assert grid.view().take.badge.words == "pass"
    assert grid.view().take.text == "Hello"


def test_what_ends_while_its_window_is_read_is_not_lost(grid: Grid, wait: Callable) -> None:
    grid.store.open.clear()
    grid.show(a_run())
    assert grid.view().take.phase is Phase.LOADING
    wait(lambda: grid.store.asked)
    grid.finish(passed=False)
    grid.store.open.set()
    wait(lambda: grid.view().take.badge.words == "fail")


def test_a_newer_answer_in_the_project_wins_over_one_heard_of_earlier(
    grid: Grid, wait: Callable
) -> None:
    newer = a_summary(KEY, passed=True, later_s=60)
    grid.store.put(Stored(summary=newer, text="newer"))
    grid.store.open.clear()
    grid.show(a_run())
    grid.view()
    wait(lambda: grid.store.asked)
    grid.finish(passed=False)
    grid.store.open.set()
    wait(lambda: grid.view().take.text == "newer")


def test_after_a_refresh_the_old_answers_stay_until_the_new_ones_come(
    grid: Grid, wait: Callable
) -> None:
    grid.store.put(Stored(summary=a_summary(KEY, passed=False), text="old"))
    grid.show(a_run())
    wait(lambda: grid.view().take.text == "old")
    grid.store.put(Stored(summary=a_summary(KEY, passed=True), text="new"))
    grid.store.open.clear()
    grid.model.refresh()
    assert grid.view().take.text == "old"
    grid.store.open.set()
    wait(lambda: grid.view().take.text == "new")


def test_a_cell_sent_again_shows_the_new_answer_and_not_the_old_one(
    grid: Grid, wait: Callable
) -> None:
    failed = a_summary(KEY, state=GenerationState.FAILED, error="refused")
    grid.store.put(Stored(summary=failed, text=""))
    grid.show(a_run())
    wait(lambda: grid.view().take.text == "refused")
    grid.start()
    assert grid.view().take.phase is Phase.WAITING


def test_what_was_not_sent_is_queued_only_while_the_run_goes_on(grid: Grid, wait: Callable) -> None:
    grid.show(a_run())
    wait(lambda: grid.view().take.phase is Phase.QUEUED)
    grid.model.update_run(a_run(state=RunState.STOPPED))
    assert grid.view().take.phase is Phase.UNSENT


def test_each_repetition_is_in_the_cell(grid: Grid, wait: Callable) -> None:
    for repetition, passed in enumerate((True, False, True)):
        key = CellKey(case=1, variant=1, repetition=repetition)
        grid.store.put(Stored(summary=a_summary(key, passed=passed), text=f"answer {repetition}"))
    grid.show(a_run(repetitions=3))
    wait(lambda: grid.view().take.text == "answer 0")
    assert grid.view().repeated == "2 of 3 pass"
    grid.model.show_repetition(1)
    assert (grid.view().take.text, grid.view().take.badge.words) == ("answer 1", "fail")


def test_some_cases_can_be_shown_alone(grid: Grid, wait: Callable) -> None:
    grid.show(a_run(cases=10))
    grid.model.show_positions((3, 8))
    assert grid.model.rowCount() == 2
    assert grid.model.key_at(grid.model.index(1, 0)) == CellKey(case=8, variant=0)
    assert grid.model.index_of(CellKey(case=8, variant=0)).row() == 1
    assert not grid.model.index_of(CellKey(case=4, variant=0)).isValid()
    grid.finish(CellKey(case=4, variant=0))
    grid.model.show_positions(None)
    assert grid.model.rowCount() == 10


def test_text_that_began_before_the_window_did_is_shown_as_a_part(grid: Grid) -> None:
    grid.show(a_run())
    grid.grow("and so on")
    assert grid.view().take.text == "… and so on"


def test_the_model_keeps_the_rules_of_qt(grid: Grid, wait: Callable) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(grid.model, mode)
    grid.show(a_run(cases=120))
    wait(lambda: grid.view(110).take.phase is Phase.QUEUED)
    grid.start()
    grid.grow("text")
    grid.finish()
    grid.model.show_positions((1, 5))
    grid.model.refresh()
    grid.show(a_run(cases=2))
    tester.deleteLater()
