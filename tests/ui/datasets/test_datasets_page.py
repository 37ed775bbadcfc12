"""The Datasets page: files come in, cases are edited into versions, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QTableView,
)
from tests.support.desk import Driver, driver

from prompt_workbench.domain.imports import ColumnRole
from prompt_workbench.storage import sqlite
from prompt_workbench.storage.project import Project
from prompt_workbench.ui.datasets.page import DatasetsPage

REVIEWS = """review,label,source
"Great, will come back",positive,web
"Dull.
Far too long.",negative,web
Fine,positive,letter
"""


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")
    return path


@pytest.fixture
def desk(qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path) -> Iterator[Driver]:
    path = tmp_path / "data.pwb"

    async def make() -> None:
        await Project.create(path).close()

    loop.run_until_complete(make())
    with driver(qapp, loop) as made:
        made.begin(path)
        made.window.activateWindow()
        yield made


@pytest.fixture
def empty(desk: Driver) -> DatasetsPage:
    shown: DatasetsPage = desk.page("datasets")
    desk.until(lambda: desk.says("No dataset yet"))
    return shown


@pytest.fixture
def page(empty: DatasetsPage, desk: Driver, reviews: Path) -> DatasetsPage:
    drop(empty, desk, reviews)
    desk.click(desk.find(QPushButton, "Import"))
    desk.until(lambda: empty.presenter.state is not None)
    desk.until(lambda: cell(empty, 0, "review") != "…")
    return empty


def drop(page: DatasetsPage, desk: Driver, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where, keys = QPoint(50, 50), Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(where, copy, data, left, keys)
    dropped = QDropEvent(QPointF(where), copy, data, left, keys)
    desk.act(lambda: page.dragEnterEvent(enter))
    assert enter.isAccepted()
    desk.act(lambda: page.dropEvent(dropped))
    desk.until(lambda: page.importing.path == path and page.panel.isVisible())


def cell(page: DatasetsPage, row: int, title: str) -> str:
    """Return what a cell shows; nothing while there is no such column."""
    model = page.presenter.model
    places = [place for place, each in enumerate(model.columns) if each.title == title]
    return str(model.index(row, places[0]).data()) if places else ""


def edit(page: DatasetsPage, desk: Driver, row: int, title: str, text: str) -> None:
    """Type into a cell, as a person does after a double click."""
    editor = begin_edit(page, desk, row, title)
    desk.type(editor, text)
    desk.press(Qt.Key.Key_Return, widget=editor)


def begin_edit(page: DatasetsPage, desk: Driver, row: int, title: str) -> QPlainTextEdit:
    titles = [each.title for each in page.presenter.model.columns]
    index = page.presenter.model.index(row, titles.index(title))
    desk.act(lambda: page.cases.edit(index))
    return desk.find(QPlainTextEdit, f"Case {row + 1}, {title}", page)


def save(desk: Driver, message: str) -> None:
    desk.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.type(desk.find(QLineEdit, "What changed in this version"), message)
    desk.press(Qt.Key.Key_Return)


def dialog(page: DatasetsPage) -> QDialog:
    return next(each for each in page.findChildren(QDialog) if each.isVisible())


def versions(page: DatasetsPage) -> list[tuple[int, int, str]]:
    state = page.presenter.state
    found = state.versions if state is not None else ()
    return [(each.number, each.case_count, each.message) for each in found]


def test_a_dropped_file_shows_what_it_becomes_and_is_imported(
    empty: DatasetsPage, desk: Driver, reviews: Path
) -> None:
    drop(empty, desk, reviews)
    assert desk.says("Import reviews.csv · 3 rows")
    assert desk.says("makes a new dataset")
    role = desk.find(QComboBox, "What source is for")
    desk.act(lambda: role.setCurrentIndex(role.findText("Metadata")))
    desk.act(lambda: role.activated.emit(role.currentIndex()))
    assert empty.importing.targets["source"].role is ColumnRole.METADATA
    desk.click(desk.find(QPushButton, "Import"))
    desk.until(lambda: cell(empty, 2, "source (metadata)") == "letter")
    assert cell(empty, 1, "review") == "Dull. Far too long."
    assert cell(empty, 1, "Expected output") == "negative"
    assert desk.says("Imported 3 cases as version 1.")


def test_a_mapping_that_cannot_be_says_why(
    empty: DatasetsPage, desk: Driver, reviews: Path
) -> None:
    drop(empty, desk, reviews)
    desk.act(lambda: empty.importing.set_role("source", ColumnRole.EXPECTED))
    assert desk.says("Two columns both give the expected output.")
    assert not desk.find(QPushButton, "Import").isEnabled()
    desk.act(lambda: empty.importing.set_role("source", ColumnRole.IGNORE))
    assert desk.find(QPushButton, "Import").isEnabled()


def test_a_file_with_a_bad_line_names_the_line(
    empty: DatasetsPage, desk: Driver, tmp_path: Path
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"review": "fine"}\nnot json\n', encoding="utf-8")
    drop(empty, desk, path)
    assert any(text.startswith("Line 2: ") for text in desk.texts())
    assert not desk.find(QPushButton, "Import").isEnabled()
    desk.click(desk.find(QPushButton, "Cancel"))
    assert desk.says("No dataset yet")


def test_a_file_of_another_kind_is_refused_with_a_next_step(
    empty: DatasetsPage, desk: Driver, tmp_path: Path
) -> None:
    desk.act(lambda: empty.importing.read(tmp_path / "picture.png"))
    desk.until(lambda: desk.says("The format of picture.png is not known."))
    assert desk.says("Use a .csv or a .jsonl file.")


def test_importing_again_under_the_same_name_adds_a_version(
    page: DatasetsPage, desk: Driver, tmp_path: Path
) -> None:
    path = tmp_path / "again" / "reviews.csv"
    path.parent.mkdir()
    path.write_text("review,label\nNew,positive\n", encoding="utf-8")
    drop(page, desk, path)
    desk.until(lambda: desk.says("adds version 2"))
    desk.click(desk.find(QPushButton, "Import"))
    desk.until(lambda: [each[0] for each in versions(page)] == [2, 1])
    assert page.presenter.model.rowCount() == 1


def test_edited_cases_become_the_next_version_and_the_first_one_stays(
    page: DatasetsPage, desk: Driver
) -> None:
    edit(page, desk, 0, "Expected output", "neutral")
    assert cell(page, 0, "Expected output") == "neutral"
    desk.click_row(page.cases, 2)
    desk.click(desk.find(QPushButton, "Remove case"))
    assert desk.says("1 changed, 1 removed since v1")
    save(desk, "first is neutral")
    desk.until(lambda: versions(page)[0] == (2, 2, "first is neutral"))
    desk.until(lambda: cell(page, 0, "Expected output") == "neutral")
    desk.click_row(desk.find(QListWidget, "Versions of the dataset"), 1)
    desk.until(lambda: cell(page, 0, "Expected output") == "positive")
    assert page.presenter.model.rowCount() == 3
    assert desk.says("Version 1 stays as it is. Only the newest, version 2, can be edited.")
    assert not page.presenter.model.editable


def test_an_old_version_can_be_made_the_newest_again(page: DatasetsPage, desk: Driver) -> None:
    edit(page, desk, 0, "Expected output", "neutral")
    save(desk, "neutral")
    desk.until(lambda: len(versions(page)) == 2)
    desk.click_row(desk.find(QListWidget, "Versions of the dataset"), 1)
    desk.click(desk.find(QPushButton, "Make it the newest"))
    desk.until(lambda: versions(page)[0] == (3, 3, "Back to version 1"))
    assert page.presenter.can_edit


def test_an_added_case_is_typed_in_place(page: DatasetsPage, desk: Driver) -> None:
    desk.click(desk.find(QPushButton, "Add case"))
    editor = desk.find(QPlainTextEdit, "Case 4, review", page)
    desk.type(editor, "Typed here")
    desk.press(Qt.Key.Key_Return, widget=editor)
    assert cell(page, 3, "review") == "Typed here"
    save(desk, "one more")
    desk.until(lambda: versions(page)[0] == (2, 4, "one more"))


def test_what_stands_in_an_open_cell_is_saved_too(page: DatasetsPage, desk: Driver) -> None:
    desk.type(begin_edit(page, desk, 2, "review"), "Still being typed")
    save(desk, "without Return")
    desk.until(lambda: versions(page)[0] == (2, 3, "without Return"))
    desk.until(lambda: cell(page, 2, "review") == "Still being typed")


def test_a_case_may_have_several_lines(page: DatasetsPage, desk: Driver) -> None:
    editor = begin_edit(page, desk, 0, "review")
    desk.type(editor, "One")
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier, editor)
    desk.type(editor, "Two")
    desk.press(Qt.Key.Key_Return, widget=editor)
    assert page.presenter.model.row(0).case.inputs["review"] == "One\nTwo"


def test_undo_takes_an_edit_back_and_redo_brings_it_again(page: DatasetsPage, desk: Driver) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    edit(page, desk, 0, "Expected output", "neutral")
    desk.press(Qt.Key.Key_Z, control, page.cases)
    desk.until(lambda: cell(page, 0, "Expected output") == "positive")
    assert not page.presenter.is_edited
    desk.press(Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier, page.cases)
    desk.until(lambda: cell(page, 0, "Expected output") == "neutral")


def test_discarded_edits_are_no_undo_step_any_more(page: DatasetsPage, desk: Driver) -> None:
    before = page.context.history.undo_title
    edit(page, desk, 0, "Expected output", "neutral")
    assert page.context.history.undo_title == "Edit case 1"
    desk.click(desk.find(QPushButton, "Discard edits"))
    assert cell(page, 0, "Expected output") == "positive"
    assert page.context.history.undo_title == before


def test_what_is_typed_over_a_number_must_be_one(
    empty: DatasetsPage, desk: Driver, tmp_path: Path
) -> None:
    path = tmp_path / "stars.jsonl"
    path.write_text('{"review": "fine", "stars": 4}\n', encoding="utf-8")
    drop(empty, desk, path)
    desk.click(desk.find(QPushButton, "Import"))
    desk.until(lambda: empty.presenter.state is not None and cell(empty, 0, "stars") == "4")
    edit(empty, desk, 0, "stars", "four")
    assert desk.says("“stars” holds a number here. It is not valid JSON")
    assert cell(empty, 0, "stars") == "4"
    assert not empty.presenter.is_edited


def test_a_case_is_read_in_the_order_of_the_columns(
    empty: DatasetsPage, desk: Driver, tmp_path: Path
) -> None:
    path = tmp_path / "mails.csv"
    path.write_text("subject,body,label\nHello,Dear team,greeting\n", encoding="utf-8")
    drop(empty, desk, path)
    desk.click(desk.find(QPushButton, "Import"))
    desk.until(lambda: empty.presenter.state is not None and cell(empty, 0, "subject") != "…")
    desk.click_row(empty.cases, 0, 0)
    read = empty._inspector.findChildren(QPlainTextEdit)
    assert [each.accessibleName() for each in read] == ["subject", "body", "Expected output"]


def test_an_added_column_is_part_of_the_next_version(page: DatasetsPage, desk: Driver) -> None:
    desk.act(page.asking.add_metadata)
    entry = dialog(page).findChild(QLineEdit)
    desk.type(entry, "topic")
    desk.press(Qt.Key.Key_Return, widget=entry)
    desk.window.activateWindow()
    edit(page, desk, 1, "topic (metadata)", "food")
    save(desk, "with a topic")
    desk.until(lambda: len(versions(page)) == 2)
    desk.until(lambda: "topic (metadata)" in [each.title for each in page.presenter.model.columns])
    desk.until(lambda: cell(page, 1, "topic (metadata)") == "food")


def test_edits_that_are_not_saved_are_there_again(
    qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path, reviews: Path
) -> None:
    path = tmp_path / "closing.pwb"

    async def make() -> None:
        await Project.create(path).close()

    loop.run_until_complete(make())
    with driver(qapp, loop) as desk:
        desk.begin(path)
        page: DatasetsPage = desk.page("datasets")
        drop(page, desk, reviews)
        desk.click(desk.find(QPushButton, "Import"))
        desk.until(lambda: page.presenter.state is not None and cell(page, 0, "review") != "…")
        edit(page, desk, 0, "review", "Edited and not saved")
    with driver(qapp, loop) as desk:
        desk.begin(path)
        page = desk.page("datasets")
        desk.until(lambda: page.presenter.is_edited)
        desk.until(lambda: cell(page, 1, "review") != "…")
        assert cell(page, 0, "review") == "Edited and not saved"
        assert [version.number for version in page.presenter.state.versions] == [1]
        save(desk, "Now it is")
        desk.until(lambda: len(versions(page)) == 2)
        assert not page.presenter.is_edited
    with driver(qapp, loop) as desk:
        desk.begin(path)
        page = desk.page("datasets")
        desk.until(lambda: page.presenter.state is not None)
        assert not page.presenter.is_edited


def test_edits_are_in_the_project_soon_and_gone_when_they_are_discarded(
    page: DatasetsPage, desk: Driver, tmp_path: Path
) -> None:
    def stored() -> int:
        with closing(sqlite.connect(tmp_path / "data.pwb", "ro")) as connection:
            (count,) = connection.execute("SELECT count(*) FROM dataset_draft").fetchone()
        return int(count)

    edit(page, desk, 0, "review", "Edited")
    assert desk.says("not saved yet")
    desk.until(lambda: desk.says("saved") and not desk.says("not saved yet"))
    assert stored() == 1
    desk.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: not page.presenter.is_edited)
    desk.until(lambda: not stored())
    edit(page, desk, 0, "review", "Edited again")
    desk.until(stored)
    desk.click(desk.find(QPushButton, "Discard edits"))
    desk.until(lambda: not stored())


def test_a_deleted_dataset_comes_back_with_undo(page: DatasetsPage, desk: Driver) -> None:
    desk.act(lambda: desk.window.registry.run("dataset.delete"))
    desk.until(lambda: desk.says("Deleted “reviews”.") and desk.says("No dataset yet"))
    desk.click(desk.find(QPushButton, "Undo"))
    desk.until(lambda: page.presenter.state is not None and cell(page, 0, "review") != "…")


def test_the_filter_leaves_the_datasets_whose_name_has_the_text(
    page: DatasetsPage, desk: Driver
) -> None:
    desk.act(lambda: page.datasets.create("Mails", "subject, body"))
    found = desk.find(QListWidget, "Datasets")
    desk.until(lambda: [found.item(i).text() for i in range(found.count())] == ["Mails", "reviews"])
    desk.type(desk.find(QLineEdit, "Filter datasets"), "MAI")
    assert [found.item(i).text() for i in range(found.count())] == ["Mails"]


def test_a_renamed_dataset_shows_its_new_name(page: DatasetsPage, desk: Driver) -> None:
    desk.press(Qt.Key.Key_F2)
    entry = dialog(page).findChild(QLineEdit)
    entry.selectAll()
    desk.type(entry, "critics")
    desk.press(Qt.Key.Key_Return, widget=entry)
    desk.until(lambda: page._title.accessibleName() == "critics")


def test_the_shown_version_is_exported(page: DatasetsPage, desk: Driver, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    desk.act(page.asking.export)
    chooser = page.findChild(QFileDialog)
    desk.act(lambda: chooser.fileSelected.emit(str(path)))
    desk.until(lambda: desk.says("Exported to out.jsonl."))
    chooser.close()
    assert path.read_text(encoding="utf-8").count("\n") == 3
    assert '"Dull.\\nFar too long."' in path.read_text(encoding="utf-8")


def test_comparing_asks_for_the_version_on_the_screen(page: DatasetsPage, desk: Driver) -> None:
    asked = []
    desk.window.navigator.asked.connect(asked.append)
    desk.click(desk.find(QPushButton, "Compare prompts on it"))
    assert [(target.kind, target.id) for target in asked] == [("compare_on", "reviews@1")]
    compare = desk.window.current_page()
    desk.until(lambda: compare.setup.spec.dataset == "reviews@1")
    desk.settle()


def test_a_marked_case_is_read_whole_beside_the_table(page: DatasetsPage, desk: Driver) -> None:
    desk.click_row(page.cases, 1)
    reader = desk.find(QPlainTextEdit, "review", page.inspector())
    assert reader.whole_text() == "Dull.\nFar too long."


def test_a_new_dataset_is_typed(empty: DatasetsPage, desk: Driver) -> None:
    desk.click(desk.find(QPushButton, "Type a dataset …"))
    asked = dialog(empty)
    desk.type(desk.find(QLineEdit, "Name", asked), "mails")
    entry = desk.find(QLineEdit, "Inputs", asked)
    entry.clear()
    desk.type(entry, "subject, body")
    desk.click(desk.find(QPushButton, "Create", asked))
    desk.until(lambda: empty.presenter.state is not None and empty.presenter.model.rowCount() == 1)
    titles = [each.title for each in empty.presenter.model.columns]
    assert titles == ["#", "subject", "body", "Expected output"]


def test_the_model_keeps_the_rules_of_qt(page: DatasetsPage, desk: Driver) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    model, presenter = page.presenter.model, page.presenter
    tester = QAbstractItemModelTester(model, mode)
    desk.act(presenter.add_case)
    desk.act(lambda: model.setData(model.index(3, 1), "typed"))
    desk.act(lambda: presenter.remove([0, 3]))
    desk.act(lambda: presenter.restore([0]))
    desk.act(presenter.discard)
    desk.settle()
    tester.deleteLater()


def test_a_version_saved_elsewhere_is_not_overwritten(page: DatasetsPage, desk: Driver) -> None:
    edit(page, desk, 0, "review", "mine")
    state = page.presenter.state
    datasets = page.context.workbench.datasets
    other = page.presenter.model.row(1).case
    desk.loop.run_until_complete(
        datasets.save_version(state.dataset.id, [other], "theirs", state.shown.id)
    )
    desk.until(lambda: desk.says("there is a newer version; 1 changed"))
    save(desk, "mine")
    desk.until(lambda: desk.says("The dataset has moved on to version 2."))
    assert cell(page, 0, "review") == "mine"
    desk.act(page.presenter.discard)


def test_every_control_has_a_name(page: DatasetsPage, desk: Driver) -> None:
    for kind in (QPushButton, QLineEdit, QComboBox, QTableView, QListWidget):
        for widget in page.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName(), widget
