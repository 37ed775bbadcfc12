"""The page of comparisons, driven with mouse and keyboard: from the form to what came out."""

from __future__ import annotations

import asyncio
import csv
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)
from tests.support.desk import Driver
from tests.support.engine import answer, echo
from tests.support.projects import MODEL
from tests.ui.compare.conftest import CASES
from tests.ui.compare.inner_worker import InnerWorker

from prompt_workbench.domain.comparisons import ComparisonSpec, Run, RunState
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import Draft, text_prompt
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.usage import FREE
from prompt_workbench.engine.protocol import RunEnded
from prompt_workbench.providers.base import Answer, OnText
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.storage import leases
from prompt_workbench.ui.compare.case_filter import CaseFilter
from prompt_workbench.ui.compare.cells import CellView
from prompt_workbench.ui.compare.grid_model import CELL_ROLE
from prompt_workbench.ui.compare.page import ComparePage
from prompt_workbench.ui.datasets import asking
from prompt_workbench.ui.kit.page import Target, TargetKind

USABLE = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QTabWidget,
)  # fmt: skip
ELSEWHERE = "Another window or program is working on this run."
CTRL = Qt.KeyboardModifier.ControlModifier


def run_it(desk: Driver, page: ComparePage) -> None:
    """Press Ctrl+Enter and wait until the run is on the screen."""
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.until(lambda: page.shows_run and page.run.run is not None)


def run_to_its_end(desk: Driver, page: ComparePage) -> None:
    run_it(desk, page)
    desk.until(lambda: page.run.run.state is RunState.DONE and page.run.totals)
    desk.settle()


def cell(page: ComparePage, row: int, column: int) -> CellView:
    view = page.run.grid.index(row, column).data(CELL_ROLE)
    assert isinstance(view, CellView)
    return view


def select(desk: Driver, page: ComparePage, row: int, column: int) -> None:
    desk.click_row(page.grid, row, column)
    desk.settle()


def test_the_form_proposes_the_newest_versions_and_says_what_they_take(
    desk: Driver, page: ComparePage
) -> None:
    assert page.setup.spec.prompts == ("reply@1", "reply@2")
    assert page.setup.spec.dataset == "mails"
    desk.until(lambda: desk.says("12 calls"))


def test_a_prompt_that_was_never_saved_is_offered_as_a_draft(
    desk: Driver, page: ComparePage
) -> None:
    prompts = desk.window.workbench.prompts

    async def write() -> None:
        start = (await prompts.begin("triage")).value
        await prompts.save_draft(
            Draft(
                prompt_id=start.prompt_id,
                branch=start.branch,
                base_id=start.id,
                content=text_prompt("Sort {{mail}}"),
                values={},
                updated_at=start.created_at,
            )
        )

    desk.loop.run_until_complete(write())
    desk.until(lambda: len(page.setup.offer.prompts) == 2)
    page.setup.choose(prompts=("reply",))
    page.setup.add_prompt("triage@draft")
    run_to_its_end(desk, page)
    compared = [(each.prompt_name, each.version_number) for each in page.run.run.variants]
    assert compared == [("reply", 2), ("triage", None)]


def test_without_a_dataset_one_can_be_imported(
    desk: Driver, page: ComparePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(asking, "ask_open_file", lambda parent, **more: asked.append(parent))
    datasets = desk.window.workbench.datasets
    assert not desk.has(QPushButton, "Import a dataset")
    [listing] = desk.loop.run_until_complete(datasets.list())
    desk.loop.run_until_complete(datasets.delete(listing.dataset.id))
    desk.until(lambda: desk.has(QPushButton, "Import a dataset"))
    desk.click(desk.find(QPushButton, "Import a dataset"))
    desk.until(lambda: asked)


def test_a_comparison_runs_and_shows_what_came_out(desk: Driver, page: ComparePage) -> None:
    page.setup.choose(evaluators=(EvaluatorSpec(type="exact"),))
    run_to_its_end(desk, page)
    assert page.run.grid.rowCount() == CASES
    good, bad = cell(page, 2, 0), cell(page, 2, 1)
    assert (good.take.text, good.take.badge.words) == ("Answer mail 2", "pass")
    assert (bad.take.text, bad.take.badge.words) == ("Please answer mail 2", "fail")
    assert [summary.pass_rate for summary in page.run.totals] == [1.0, 0.0]
    listed = page._runs.index(0)
    desk.until(lambda: "0–100 % pass" in listed.data(Qt.ItemDataRole.AccessibleTextRole))


def test_the_grid_keeps_the_rules_of_qt(desk: Driver, page: ComparePage) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [
        QAbstractItemModelTester(page.run.grid, mode),
        QAbstractItemModelTester(page._runs, mode),
    ]
    run_to_its_end(desk, page)
    page.run.grid.show_positions((1, 3))
    page.show_setup()
    desk.settle()
    for tester in testers:
        tester.deleteLater()


def test_answers_are_seen_while_they_stream(
    desk: Driver, page: ComparePage, held: InnerWorker, gate: asyncio.Event
) -> None:
    run_it(desk, page)
    desk.until(lambda: cell(page, 0, 0).take.badge.words == "streaming")
    assert cell(page, 0, 0).take.text == "It begins"
    assert cell(page, CASES - 1, 1).take.badge.words in {"queued", "streaming"}
    select(desk, page, 0, 0)
    desk.until(lambda: page._inspector.copied_text() == "It begins")
    gate.set()
    desk.until(lambda: page.run.run.state is RunState.DONE)
    desk.until(lambda: page._inspector.copied_text() == "It begins, Answer mail 0")


def test_a_run_is_stopped_and_gone_on_with(
    desk: Driver, page: ComparePage, held: InnerWorker, gate: asyncio.Event
) -> None:
    run_it(desk, page)
    desk.until(lambda: page.run.can_pause)
    desk.press(Qt.Key.Key_Period, CTRL)
    desk.until(lambda: page.run.run.state is RunState.STOPPED and desk.says("Stopped with"))
    gate.set()
    desk.click(desk.find(QPushButton, "Resume", page._bar))
    desk.until(lambda: page.run.run.state is RunState.DONE)
    desk.until(lambda: page.run.answered == 2 * CASES)


def test_a_run_is_paused_and_gone_on_with(
    desk: Driver, page: ComparePage, held: InnerWorker, gate: asyncio.Event
) -> None:
    run_it(desk, page)
    desk.until(lambda: page.run.can_pause)
    page.run.pause()
    desk.until(lambda: page.run.is_paused and desk.says("paused"))
    gate.set()
    page.run.go_on()
    desk.until(lambda: page.run.run.state is RunState.DONE)


def test_a_run_of_another_program_is_told_as_such_and_followed(
    desk: Driver, page: ComparePage, elsewhere: Workbench, gate: asyncio.Event
) -> None:
    run = started_elsewhere(desk, page, elsewhere)
    desk.until(lambda: desk.says(ELSEWHERE))
    assert not page.can_run
    assert not page.run.can_pause
    gate.set()
    desk.until(lambda: page.run.run.state is RunState.DONE and cell(page, 0, 0).take.text)
    assert page.run.run.id == run.id
    assert not desk.says(ELSEWHERE)


def test_a_run_whose_program_died_is_offered_again(
    desk: Driver, page: ComparePage, elsewhere: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.run._free_soon.setInterval(10)
    started_elsewhere(desk, page, elsewhere)
    desk.until(lambda: desk.says(ELSEWHERE))
    monkeypatch.setattr(leases, "is_live", lambda lease: False)
    desk.until(lambda: desk.says("The program ended while the run was going."))
    desk.until(lambda: desk.says("may have been billed."))
    assert page.can_run


def test_what_keeps_a_run_from_going_on_is_told(
    desk: Driver, page: ComparePage, worker: InnerWorker
) -> None:
    run_to_its_end(desk, page)
    reason = "The spend cap cannot be kept. Set max_tokens."
    desk.act(
        lambda: worker.say(RunEnded(run_id=page.run.run.id, state=RunState.DONE, reason=reason))
    )
    desk.until(lambda: desk.says(reason))


def started_elsewhere(desk: Driver, page: ComparePage, program: Workbench) -> Run:
    """Have another program work on a run, and look at that run."""

    async def begin() -> Run:
        spec = ComparisonSpec(prompts=("reply",), models=(MODEL,), dataset="mails")
        run = (await program.comparisons.create(spec)).value
        return (await program.comparisons.start(run.id)).value

    run = desk.loop.run_until_complete(begin())
    desk.act(lambda: page.open(Target(kind=TargetKind.RUN, id=run.id)))
    return run


def test_failed_cells_say_why_and_are_sent_again(
    desk: Driver, page: ComparePage, worker: InnerWorker
) -> None:
    broken = True

    async def behave(prompt: str, on_text: OnText) -> Answer:
        if broken and prompt.endswith("mail 1"):
            raise ProviderError("The server refused it.", kind=ProviderErrorKind.BAD_REQUEST)
        return answer(prompt)

    worker.answer(MODEL, behave)
    run_it(desk, page)
    desk.until(lambda: desk.says("2 calls failed."))
    assert cell(page, 1, 0).take.badge.words == "failed"
    assert cell(page, 1, 0).take.text == "The server refused it."
    broken = False
    desk.click(desk.find(QPushButton, "Retry failed", page._bar))
    desk.until(lambda: cell(page, 1, 0).take.text == "Answer mail 1")
    desk.until(lambda: page.run.count(GenerationState.FAILED) == 0)


def test_the_spend_cap_stops_a_run_and_a_higher_one_lets_it_go_on(
    desk: Driver, page: ComparePage
) -> None:
    page.setup.choose(settings=(ModelSettings(max_tokens=10),))
    page.setup.limit(max_cost_usd=Decimal("0.005"))
    desk.until(lambda: page.setup.can_make and desk.says("stop at $0.005"))
    run_it(desk, page)
    desk.until(lambda: page.run.run.state is RunState.BUDGET_STOPPED)
    desk.until(lambda: page.run.totals and desk.has(QLineEdit, "New spend cap in dollars"))
    answered = page.run.answered
    assert answered < 2 * CASES
    banner = page._bar._banner
    for width, beside in ((1440, True), (900, False)):
        desk.act(lambda width=width: desk.window.resize(width, 800))
        desk.pause()
        words, field = banner._text.geometry(), banner._cap.geometry()
        assert (field.left() > words.right()) is beside
    desk.type(desk.find(QLineEdit, "New spend cap in dollars"), "100")
    desk.click(desk.find(QPushButton, "Go on with this cap"))
    desk.until(lambda: page.run.run.state is RunState.DONE)
    desk.until(lambda: page.run.answered == 2 * CASES)


def test_the_plots_show_what_the_run_cost(desk: Driver, page: ComparePage) -> None:
    run_to_its_end(desk, page)
    desk.until(lambda: page.plots._plots is not None)
    plots = page.plots._plots
    desk.until(lambda: len(plots._latency.table().rows) == 2)
    assert plots._cost.isVisible()
    assert not plots._tokens.isVisible()
    assert [row[0] for row in plots._cost.table().rows] == ["v1", "v2"]
    assert [row[0] for row in plots._latency.table().rows] == ["v1", "v2"]
    plots._rate.picked.emit("1")
    assert page.grid.currentIndex().column() == 1
    desk.press(Qt.Key.Key_F8)
    assert not plots.isVisible()


def test_plots_of_a_free_run_lead_with_tokens(
    desk: Driver, page: ComparePage, worker: InnerWorker
) -> None:
    worker.answer(MODEL, echo, price=FREE)
    run_to_its_end(desk, page)
    desk.until(lambda: page.plots._plots is not None and page.plots._plots._tokens.isVisible())
    assert not page.plots._plots._cost.isVisible()
    assert [row[1] for row in page.plots._plots._tokens.table().rows] == ["90", "90"]


def test_everything_that_can_be_used_has_a_name(desk: Driver, page: ComparePage) -> None:
    run_to_its_end(desk, page)
    select(desk, page, 0, 0)
    places = (page, page._list, page._inspector)
    widgets = [w for place in places for w in place.findChildren(QWidget)]
    nameless = [
        w for w in widgets
        if isinstance(w, USABLE) and not (w.accessibleName() or _text(w)) and not _is_inner(w)
    ]  # fmt: skip
    assert [f"{w} in {w.parentWidget()}" for w in nameless] == []


def test_enter_opens_a_cell_whole(desk: Driver, page: ComparePage) -> None:
    run_to_its_end(desk, page)
    select(desk, page, 0, 0)
    desk.press(Qt.Key.Key_Down, widget=page.grid)
    desk.press(Qt.Key.Key_Return, widget=page.grid)
    desk.settle()
    assert page.selected_cell == CellKey(case=1, variant=0)
    assert page._inspector.copied_text() == "Answer mail 1"
    assert page._inspector.isAncestorOf(QApplication.focusWidget())
    inspector = page._inspector
    assert "USER\nAnswer mail 1" in inspector._parts._messages.whole_text()
    assert "mail 1" in inspector._parts._body.whole_text()
    words = [each.text() for each in inspector._parts._cost.findChildren(QLabel)]
    assert "reported by the provider" in words
    assert "$0.0015 (from reported tokens and a known price)" in words
    words = [each.text() for each in inspector._parts._call.findChildren(QLabel)]
    assert {"Finish reason", "stop", "Attempts"} <= set(words)


def test_an_answer_is_copied_as_it_is(desk: Driver, page: ComparePage) -> None:
    run_to_its_end(desk, page)
    select(desk, page, 3, 1)
    desk.press(Qt.Key.Key_C, CTRL, widget=page.grid)
    desk.until(lambda: QGuiApplication.clipboard().text() == "Please answer mail 3")


def test_a_cell_and_a_run_have_menus_of_what_can_be_done_now(
    desk: Driver, page: ComparePage
) -> None:
    run_to_its_end(desk, page)
    place = page.grid.visualRect(page.run.grid.index(1, 1)).center()
    desk.click(page.grid.viewport(), place)
    desk.act(lambda: page.grid.customContextMenuRequested.emit(place))
    assert menu_titles(desk) == ["Copy Answer", "Send Cell Again"]
    desk.click(page._bar.more)
    assert menu_titles(desk) == [
        "New Comparison", "Compare Again with Changes", "Score Again…", "Export Run…",
    ]  # fmt: skip


def menu_titles(desk: Driver) -> list[str]:
    """Return what the open menu offers, and close it."""
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    titles = [action.text() for action in menu.actions()]
    desk.act(menu.close)
    return titles


def test_cases_worth_a_look_are_shown_alone(desk: Driver, page: ComparePage) -> None:
    run_to_its_end(desk, page)
    page.run.rescore([EvaluatorSpec(type="regex", options={"pattern": "mail [135]|^Please"})])
    desk.until(lambda: [each.pass_rate for each in page.run.totals] == [0.5, 1.0])
    page.tools.choose(CaseFilter.DISAGREE)
    desk.until(lambda: desk.says("3 of 6"))
    desk.settle()
    assert [cell(page, row, 0).take.text for row in range(3)] == [
        f"Answer mail {number}" for number in (0, 2, 4)
    ]
    page.tools.choose(CaseFilter.ALL)
    assert page.run.grid.rowCount() == CASES


def test_an_answer_is_set_against_that_of_the_first_column(desk: Driver, page: ComparePage) -> None:
    run_to_its_end(desk, page)
    select(desk, page, 1, 0)
    assert not desk.has(QCheckBox, "Differences from column 1")
    select(desk, page, 1, 1)
    desk.click(desk.find(QCheckBox, "Differences from column 1"))
    difference = page._inspector._answer._difference
    desk.until(lambda: difference.whole_text() == "AnswerPlease answer mail 1")


def test_every_repetition_can_be_seen(desk: Driver, page: ComparePage, worker: InnerWorker) -> None:
    counts: dict[str, int] = {}

    async def behave(prompt: str, on_text: OnText) -> Answer:
        counts[prompt] = counts.get(prompt, 0) + 1
        return answer(f"{prompt}, take {counts[prompt]}")

    worker.answer(MODEL, behave)
    page.setup.limit(repetitions=2)
    run_to_its_end(desk, page)
    select(desk, page, 0, 0)
    first = page._inspector.copied_text()
    page.tools.repetition_chosen.emit(1)
    desk.settle()
    assert page.selected_cell == CellKey(case=0, variant=0, repetition=1)
    desk.until(lambda: page._inspector.copied_text() not in {"", first})
    assert {first, page._inspector.copied_text()} == {
        "Answer mail 0, take 1", "Answer mail 0, take 2",
    }  # fmt: skip


def test_stored_answers_are_scored_again_and_that_is_taken_back(
    desk: Driver, page: ComparePage, worker: InnerWorker
) -> None:
    run_to_its_end(desk, page)
    sent = len(worker.models.providers[MODEL].sent)
    page.run.rescore([EvaluatorSpec(type="contains", options={"text": "please"})])
    desk.until(lambda: [each.pass_rate for each in page.run.totals] == [0.0, 1.0])
    desk.until(lambda: cell(page, 0, 1).take.badge.words == "pass")
    assert len(worker.models.providers[MODEL].sent) == sent
    desk.window.history.undo()
    desk.until(lambda: page.run.run.evaluators[0].type != "contains")


def test_a_run_is_exported(desk: Driver, page: ComparePage, tmp_path: Path) -> None:
    run_to_its_end(desk, page)
    page.run.export(tmp_path / "run.csv")
    desk.until(lambda: desk.says("Exported to run.csv."))
    with (tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 2 * CASES


def test_an_earlier_run_is_opened_and_compared_again_with_changes(
    desk: Driver, page: ComparePage
) -> None:
    page.setup.limit(repetitions=2)
    run_to_its_end(desk, page)
    assert cell(page, 0, 0).repeated
    page.show_setup()
    page.setup.limit(repetitions=1)
    view = page._list._view
    desk.click_row(view, 0)
    desk.until(lambda: page.shows_run)
    page.compare_again()
    assert page.setup.spec.limits.repetitions == 2
    assert page.setup.spec.prompts == ("reply@1", "reply@2")


def test_the_choices_are_there_again_after_a_restart(desk: Driver, page: ComparePage) -> None:
    page.setup.limit(repetitions=3)
    page.setup.remember()
    location = desk.window.workbench.project.location
    desk.act(lambda: desk.desk.open(location))
    desk.until(lambda: desk.window.current_page() not in {None, page})
    again = desk.page("compare")
    desk.until(lambda: again.setup.spec.limits.repetitions == 3)


def test_another_page_brings_a_prompt(desk: Driver, page: ComparePage) -> None:
    prompt = next(each.prompt for each in page.setup.offer.prompts)
    target = Target(kind=TargetKind.COMPARE, id=prompt.id, detail="reply@2,reply@draft")
    desk.act(lambda: desk.window.open_target(target))
    desk.until(lambda: page.setup.spec.prompts == ("reply@2", "reply@draft"))
    desk.until(lambda: desk.says("The prompt “reply” has no draft."))
    assert not page.setup.can_make


def test_prompts_are_chosen_with_the_keyboard(desk: Driver, page: ComparePage) -> None:
    desk.click(desk.find(QPushButton, "Choose prompts"))
    picker = page._setup_panel._prompts._picker
    desk.until(picker.isVisible)
    desk.act(lambda: QTest.keyClicks(picker._filter, "rep"))
    desk.press(Qt.Key.Key_Return, widget=picker._filter)
    assert page.setup.spec.prompts == ("reply@1", "reply@2", "reply")
    item = picker._tree.topLevelItem(0)
    desk.act(lambda: item.setExpanded(True))
    desk.until(lambda: item.childCount() == 2)
    assert [item.child(place).text(0) for place in range(2)] == ["v2", "v1"]
    desk.act(lambda: item.child(0).setCheckState(0, Qt.CheckState.Unchecked))
    assert page.setup.spec.prompts == ("reply@1", "reply")
    desk.act(picker.close)


def test_the_form_has_one_column_in_a_narrow_window_and_two_in_a_wide_one(
    desk: Driver, page: ComparePage
) -> None:
    prompts, cases = page._setup_panel._sections[:2]
    for width, beside in ((1440, True), (900, False), (1440, True)):
        desk.act(lambda width=width: desk.window.resize(width, 800))
        desk.pause()
        assert (prompts.y() == cases.y()) is beside


def test_nothing_of_the_form_stands_outside_of_the_page(desk: Driver, page: ComparePage) -> None:
    panel = page._setup_panel
    for width in (1000, 1270, 1280, 1290, 1440):
        desk.act(lambda width=width: desk.window.resize(width, 800))
        desk.pause()
        rights = [each.mapTo(panel, each.rect().topRight()).x() for each in panel._sections]
        assert max(rights) <= panel.width()


@pytest.mark.parametrize("text", ["free", "-1"])
def test_a_cap_that_is_no_amount_is_marked(desk: Driver, page: ComparePage, text: str) -> None:
    field = page._setup_panel._limits._cap
    desk.type(field, text)
    desk.press(Qt.Key.Key_Tab, widget=field)
    assert field.property("invalid") is True
    assert page.setup.spec.limits.max_cost_usd is None
    assert not page.can_run
    assert desk.says("The spend cap is not an amount in dollars")
    page.setup.choose(case_limit=2)
    desk.pause()
    assert field.text() == text
    field.selectAll()
    desk.type(field, "5")
    assert page.can_run


def test_a_cap_that_is_still_being_typed_counts(desk: Driver, page: ComparePage) -> None:
    page.setup.choose(settings=(ModelSettings(max_tokens=10),))
    desk.type(page._setup_panel._limits._cap, "5")
    run_to_its_end(desk, page)
    assert page.run.run.limits.max_cost_usd == 5


def test_a_number_of_cases_that_is_still_being_typed_counts(
    desk: Driver, page: ComparePage
) -> None:
    field = page._setup_panel._cases._count
    field.setFocus()
    field.selectAll()
    desk.act(lambda: QTest.keyClicks(field, "2"))
    run_to_its_end(desk, page)
    assert page.run.run.case_count == 2


def _text(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) else ""


def _is_inner(widget: QWidget) -> bool:
    """Return whether it is a part of another control, which has the name."""
    outer = widget.parentWidget()
    while outer is not None and not isinstance(outer, USABLE):
        outer = outer.parentWidget()
    in_menu = isinstance(widget.window(), QMenu)
    return in_menu or (outer is not None and not isinstance(outer, QTabWidget))
