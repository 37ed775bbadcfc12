"""Models are added, shown with their prices and removed; settings take effect at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QComboBox, QLineEdit
from tests.support.screen import act, finish, open_window, until

from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.preferences.page import PreferencesPage
from prompt_workbench.ui.shell.window import MainWindow
from prompt_workbench.ui.theme.apply import ThemeMode

NOWHERE = "http://127.0.0.1:9/v1"


@pytest.fixture
def page(loop: qasync.QEventLoop, window: MainWindow) -> PreferencesPage:
    made = act(loop, lambda: window.show_page("preferences"))
    assert isinstance(made, PreferencesPage)
    until(loop, lambda: made.presenter.groups)
    return made


def fill(dialog: AddModelDialog, **fields: str) -> None:
    for name, text in fields.items():
        line = getattr(dialog, f"_{name}")
        assert isinstance(line, QLineEdit)
        line.setText(text)


def add(loop: qasync.QEventLoop, page: PreferencesPage, **fields: str) -> AddModelDialog:
    act(loop, page.ask_add)
    dialog = open_window(AddModelDialog)
    fill(dialog, **fields)
    act(loop, dialog._add.click)
    return dialog


def names(page: PreferencesPage) -> list[str]:
    return [group.title for group in page.presenter.groups]


def test_the_local_model_is_listed_as_free(page) -> None:
    machine = page._models.topLevelItem(0)
    assert machine.text(0) == "This machine"
    assert [machine.child(0).text(column) for column in (1, 2)] == ["$0", "$0"]


def test_a_server_is_added_with_prices_and_removed_with_undo(loop, page, window) -> None:
    add(loop, page, name="mine", url=NOWHERE, input_price="0.15", output_price="0.60")
    until(loop, lambda: "mine" in names(page) and window.history.undo_title == "Add mine")
    endpoint = finish(loop, page.context.workbench.models.endpoints())[0]
    assert (str(endpoint.input_price), str(endpoint.output_price)) == ("0.15", "0.60")
    page._models.setCurrentItem(page._models.topLevelItem(1))
    act(loop, page._remove.click)
    until(loop, lambda: "mine" not in names(page) and window.history.undo_title == "Remove mine")
    act(loop, window.history.undo)
    until(loop, lambda: "mine" in names(page))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "mine", "url": "ftp://x"}, "ftp://x"),
        ({"name": "Not A Name", "url": NOWHERE}, "Not A Name"),
        ({"name": "mine", "url": NOWHERE, "input_price": "cheap"}, "cheap"),
    ],
    ids=["address", "name", "price"],
)
def test_what_cannot_be_added_is_said_in_the_dialog(
    loop, page, fields: dict[str, str], problem: str
) -> None:
    dialog = add(loop, page, **fields)
    until(loop, lambda: problem in dialog._problem.text())
    assert dialog.isVisible()
    act(loop, dialog.close)


def test_a_file_that_is_no_model_is_refused(loop, page, tmp_path: Path) -> None:
    path = tmp_path / "notes.gguf"
    path.write_text("not a model")
    act(loop, page.ask_add)
    dialog = open_window(AddModelDialog)
    dialog._tabs.setCurrentIndex(1)
    fill(dialog, path=str(path))
    act(loop, dialog._add.click)
    until(loop, lambda: "GGUF" in dialog._problem.text())
    act(loop, dialog.close)


def test_the_theme_setting_switches_the_window(loop, page, window) -> None:
    (choice,) = [c for c in page.findChildren(QComboBox) if c.accessibleName() == "Theme"]
    act(loop, lambda: choice.activated.emit(2))
    until(loop, lambda: window.theme.mode is ThemeMode.DARK and window.history.undo_title)
    act(loop, window.history.undo)
    until(loop, lambda: window.theme.mode is not ThemeMode.DARK)
    assert choice.currentIndex() == 0


def test_every_setting_has_a_field(page) -> None:
    declared = page.context.workbench.settings.declared
    assert set(page._settings._show) == {setting.key for setting in declared}
