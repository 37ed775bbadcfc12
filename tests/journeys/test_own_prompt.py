"""A prompt of one's own: written, tried, versioned, and compared on imported data."""

from __future__ import annotations

from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)
from tests.support import local_model
from tests.support.desk import Driver, driver

from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.storage.project import Project
from prompt_workbench.ui.prompts.template_edit import TemplateEdit

CTRL = Qt.KeyboardModifier.ControlModifier

MAILS = """mail,kind
"My parcel never came, where is it?",complaint
"Thank you, everything arrived in time!",praise
"The lamp was broken when I unpacked it.",complaint
"Lovely service, I will order again.",praise
"Two weeks and still no refund.",complaint
"Best shop in town, keep it up.",praise
"""


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    path = tmp_path / "mails.csv"
    path.write_text(MAILS, encoding="utf-8")
    return path


def test_from_an_idea_to_a_comparison_that_is_stopped_and_resumed(
    qapp: QApplication, loop: qasync.QEventLoop, model_weights: Path, tmp_path: Path, mails: Path
) -> None:
    local_model.install()
    path = tmp_path / "own.pwb"
    loop.run_until_complete(_new_project(path))
    with driver(qapp, loop) as desk:
        desk.window.resize(1440, 900)
        desk.begin(path)
        write_prompt(desk)
        quick_run(desk)
        save(desk, "First wording")
        rewrite(desk)
        save(desk, "Ask for one word")
        import_cases(desk, mails)
        compare_with_a_stop(desk)


async def _new_project(path: Path) -> None:
    await Project.create(path).close()


def write_prompt(desk: Driver) -> None:
    desk.page("prompts")
    desk.click(desk.find(QPushButton, "New prompt"))
    desk.until(lambda: desk.dialog() is not None)
    name = desk.dialog().findChild(QLineEdit)
    desk.type(name, "mail-kind")
    desk.press(Qt.Key.Key_Return, widget=name)
    desk.until(lambda: desk.window.findChildren(TemplateEdit))
    editor = desk.window.findChildren(TemplateEdit)[-1]
    editor.selectAll()
    desk.type(editor, "Is this mail a complaint or praise? {{mail}}")
    desk.until(lambda: desk.has(QPlainTextEdit, "Value of mail"))
    desk.click_tab("Settings")
    desk.type(desk.find(QLineEdit, "Temperature"), "0")
    desk.type(desk.find(QLineEdit, "Max tokens"), "24")
    desk.shoot("own-prompt-1-written")
    desk.click_tab("Inputs")


def quick_run(desk: Driver) -> None:
    page = desk.page("prompts")
    desk.type(desk.find(QPlainTextEdit, "Value of mail"), "My parcel never came.")
    desk.click(desk.find(QPushButton, "Run"))
    desk.until(lambda: page.quick.answers)
    desk.until(lambda: not page.quick.running, timeout_s=120)
    desk.shoot("own-prompt-2-answered")
    [answer] = page.quick.answers.values()
    assert answer.text.strip()
    assert not answer.error


def save(desk: Driver, message: str) -> None:
    page = desk.page("prompts")
    before = len(page.presenter.state.versions)
    desk.press(Qt.Key.Key_S, CTRL, widget=desk.window)
    field = desk.find(QLineEdit, "What changed in this version")
    desk.type(field, message)
    desk.shoot(f"own-prompt-3-save-{before}")
    desk.press(Qt.Key.Key_Return, widget=field)
    desk.until(lambda: len(page.presenter.state.versions) == before + 1)


def rewrite(desk: Driver) -> None:
    editor = desk.window.findChildren(TemplateEdit)[-1]
    editor.moveCursor(QTextCursor.MoveOperation.End)
    desk.type(editor, " Answer with one word: complaint or praise.")
    desk.pause(0.4)


def import_cases(desk: Driver, mails: Path) -> None:
    page = desk.page("datasets")
    desk.click(desk.find(QPushButton, "Import a file …"))
    desk.until(lambda: desk.dialog() is not None)
    chooser = desk.dialog()
    assert isinstance(chooser, QFileDialog)
    chooser.selectFile(str(mails))
    desk.act(lambda: chooser.fileSelected.emit(str(mails)))
    desk.act(chooser.close)
    desk.until(lambda: desk.has(QPushButton, "Import"))
    desk.type(desk.find(QComboBox, "What kind is for"), "Expected")
    desk.shoot("own-prompt-4-import")
    desk.click(desk.find(QPushButton, "Import"))
    desk.until(lambda: desk.says("6 cases"))
    desk.settle()
    assert page is desk.window.current_page()
    desk.shoot("own-prompt-5-dataset")


def compare_with_a_stop(desk: Driver) -> None:
    desk.click(desk.find(QPushButton, "Compare prompts on it"))
    page = desk.window.current_page()
    desk.until(lambda: page.setup.spec.prompts == ("mail-kind@1", "mail-kind@2"))
    desk.until(lambda: desk.says("12 calls"))
    repetitions = desk.find(QSpinBox, "Repetitions")
    repetitions.setValue(2)
    desk.until(lambda: desk.says("24 calls"))
    desk.shoot("own-prompt-6-setup")
    desk.press(Qt.Key.Key_Return, CTRL, widget=desk.window)
    desk.until(lambda: page.shows_run and page.run.answered >= 2, timeout_s=120)
    desk.press(Qt.Key.Key_Period, CTRL, widget=desk.window)
    desk.until(lambda: desk.has(QPushButton, "Resume"))
    assert page.run.run.state is RunState.STOPPED
    stopped_with = page.run.answered
    assert stopped_with < 24
    desk.shoot("own-prompt-7-stopped")
    desk.click(desk.find(QPushButton, "Resume", page._bar))
    desk.until(lambda: page.run.run.state is RunState.DONE, timeout_s=240)
    desk.settle()
    desk.shoot("own-prompt-8-done")
    calls = desk.loop.run_until_complete(desk.window.workbench.runs.summary(page.run.run.id))
    assert [summary.answered for summary in calls] == [12, 12]
