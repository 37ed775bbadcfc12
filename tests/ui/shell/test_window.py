"""The frame around the pages: rail, panels, palette, status, opening and closing."""

from __future__ import annotations

from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from tests.support.screen import act, finish, open_window, projects, settle, until
from tests.support.scripted_worker import ScriptedWorker

from prompt_workbench.engine.protocol import WorkerFailed
from prompt_workbench.ui.actions.registry import ALWAYS
from prompt_workbench.ui.desk import Desk
from prompt_workbench.ui.help.pages import Place, shipped_pages
from prompt_workbench.ui.help.window import HelpWindow
from prompt_workbench.ui.kit.page import Target, TargetKind
from prompt_workbench.ui.kit.palette_dialog import PaletteDialog
from prompt_workbench.ui.shell.rail import Rail
from prompt_workbench.ui.shell.welcome import Welcome
from prompt_workbench.ui.shell.window import MainWindow
from prompt_workbench.ui.theme.apply import ThemeMode

_HOLDERS = {
    "QMenu",
    "QComboBox",
    "QHeaderView",
    "QLineEdit",
    "QSpinBox",
    "QTabWidget",
    "QTableView",
    "QDateEdit",
}
CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
)  # fmt: skip


def press(loop, window: MainWindow, qtbot, key: Qt.Key, *, shift: bool = False) -> None:
    keys = Qt.KeyboardModifier.ControlModifier
    if shift:
        keys |= Qt.KeyboardModifier.ShiftModifier
    act(loop, lambda: qtbot.keyClick(window, key, keys))


async def ended(desk: Desk) -> None:
    await desk.closed


def shown_pages(loop, window: MainWindow) -> list[str]:
    """Show every page, so that it is built."""
    for page_id in window.specs:
        act(loop, lambda page_id=page_id: window.show_page(page_id))
        settle(loop, 0.1)
    return list(window.specs)


def test_the_window_names_its_project(window: MainWindow) -> None:
    assert window.windowTitle().startswith("acme")


def test_every_page_opens_from_the_rail_and_by_its_shortcut(loop, window, qtbot) -> None:
    buttons = window.findChild(Rail).findChildren(QToolButton)
    for number, (page_id, button) in enumerate(zip(window.specs, buttons, strict=True), 1):
        act(loop, button.click)
        assert window.current_page() is not None
        assert window._shown == page_id
        act(loop, lambda: window.show_page("prompts"))
        press(loop, window, qtbot, getattr(Qt.Key, f"Key_{number}"))
        assert window._shown == page_id
    settle(loop, 0.1)


class ShownWindows(QObject):
    """Notes every window that comes onto the screen."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.found: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shows = event.type() is QEvent.Type.Show and isinstance(watched, QWidget)
        if shows and watched.isWindow():
            self.found.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_no_stray_window_flashes_while_pages_are_built(loop, window, qapp) -> None:
    shown = ShownWindows(qapp)
    shown_pages(loop, window)
    qapp.removeEventFilter(shown)
    assert shown.found == []


def test_every_control_has_a_name_for_screen_readers(loop, window) -> None:
    shown_pages(loop, window)
    nameless = [
        f"{type(widget).__name__} {widget.objectName()} in {_place(widget)}"
        for kind in CONTROLS
        for widget in window.findChildren(kind)
        if not _named(widget)
    ]
    assert not nameless


def _named(widget: QWidget) -> bool:
    # Qt makes parts for its own widgets, such as the list that a choice drops down.
    above = {type(each).__name__ for each in (widget, *_above(widget))}
    inner = widget.objectName().startswith("qt_") or not above.isdisjoint(_HOLDERS)
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return inner or bool(widget.accessibleName() or text or widget.toolTip())


def _above(widget: QWidget) -> list[QWidget]:
    above = widget.parent()
    return [] if above is None else [above, *_above(above)]


def _place(widget: QWidget) -> str:
    return " < ".join(type(each).__name__ for each in _above(widget)[:4])


def test_no_label_guesses_whether_its_text_is_html(loop, window) -> None:
    shown_pages(loop, window)
    guessing = [
        label.text()
        for label in window.findChildren(QLabel)
        if label.textFormat() is Qt.TextFormat.AutoText and label.text()
        if not any(isinstance(above, QMenu) for above in _above(label))  # of pyqtgraph
    ]
    assert not guessing


def test_no_two_offered_actions_share_a_shortcut(loop, window) -> None:
    for page_id in shown_pages(loop, window):
        act(loop, lambda page_id=page_id: window.show_page(page_id))
        keys = [
            key
            for bound in window.registry.offered()
            for key in (bound.spec.shortcut or "").split("|")
            if key
        ]
        assert [key for key in keys if keys.count(key) > 1] == [], page_id
    settle(loop, 0.1)


def test_every_action_has_an_id_of_its_own(window) -> None:
    groups = (window.actions_everywhere, *(spec.actions for spec in window.specs.values()))
    ids = [spec.id for group in groups for spec in group]
    assert sorted(ids) == sorted(set(ids))


def test_panels_can_be_hidden(loop, window, qtbot) -> None:
    assert window.panels._navigators.isVisible()
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_F9))
    assert not window.panels._navigators.isVisible()
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_F10))
    assert not window.panels._inspectors.isVisible()
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_F9))
    assert window.panels._navigators.isVisible()


def test_the_palette_opens_a_prompt(loop, window, qtbot) -> None:
    act(loop, lambda: window.show_page("preferences"))
    press(loop, window, qtbot, Qt.Key.Key_K)
    palette = open_window(PaletteDialog)
    until(loop, lambda: "reply" in _all_titles(palette))
    act(loop, lambda: qtbot.keyClicks(palette._field, "reply"))
    act(loop, lambda: qtbot.keyClick(palette._field, Qt.Key.Key_Return))
    page = window.current_page()
    until(loop, lambda: page.presenter.is_open)
    assert window._shown == "prompts"


def _all_titles(palette: PaletteDialog) -> list[str]:
    return [entry.title for entry in palette._entries]


def test_the_palette_runs_actions_and_remembers_them(loop, window, qtbot) -> None:
    press(loop, window, qtbot, Qt.Key.Key_K)
    palette = open_window(PaletteDialog)
    act(loop, lambda: qtbot.keyClicks(palette._field, "dark"))
    act(loop, lambda: qtbot.keyClick(palette._field, Qt.Key.Key_Return))
    assert window.theme.mode is ThemeMode.DARK
    press(loop, window, qtbot, Qt.Key.Key_P, shift=True)
    assert open_window(PaletteDialog).titles()[0] == "Dark Appearance"
    act(loop, open_window(PaletteDialog).close)
    act(loop, lambda: window.set_theme_mode(ThemeMode.LIGHT))
    settle(loop)


def test_f1_opens_the_help_at_the_page_that_is_shown(loop, window, qtbot) -> None:
    act(loop, lambda: window.show_page("compare"))
    act(loop, lambda: qtbot.keyClick(window, Qt.Key.Key_F1))
    help_window = open_window(HelpWindow)
    assert help_window.reader.place == Place(page="comparisons")
    act(loop, lambda: window.show_page("prompts"))
    act(loop, lambda: window.registry.run("help.show"))
    assert open_window(HelpWindow).reader.place == Place(page="templates")
    act(loop, help_window.close)


def test_every_page_of_the_window_names_its_place_in_the_help(window) -> None:
    pages = {page.name: page for page in shipped_pages()}
    for spec in window.specs.values():
        place = Place.parsed(spec.help)
        anchors = [section.anchor for section in pages[place.page].sections]
        assert not place.anchor or place.anchor in anchors, spec.id


def test_the_list_of_shortcuts_has_the_actions_of_every_page(loop, window, qtbot) -> None:
    press(loop, window, qtbot, Qt.Key.Key_Slash)
    help_window = open_window(HelpWindow)
    text = help_window.view.toPlainText()
    for title in ("Command Palette", "Quit", "Save as New Version", "Import CSV or JSONL"):
        assert title in text
    act(loop, help_window.close)


def test_the_palette_finds_pages_of_the_help(loop, window, qtbot) -> None:
    press(loop, window, qtbot, Qt.Key.Key_K)
    palette = open_window(PaletteDialog)
    act(loop, lambda: qtbot.keyClicks(palette._field, "project fi"))
    act(loop, lambda: qtbot.keyClick(palette._field, Qt.Key.Key_Return))
    assert open_window(HelpWindow).reader.place == Place(page="project-files")
    act(loop, open_window(HelpWindow).close)
    settle(loop)


def test_the_appearance_is_remembered(loop, window) -> None:
    act(loop, lambda: window.set_theme_mode(ThemeMode.DARK))
    until(loop, lambda: window.memory.theme_mode is ThemeMode.DARK)
    act(loop, lambda: window.set_theme_mode(ThemeMode.LIGHT))
    until(loop, lambda: window.memory.theme_mode is ThemeMode.LIGHT)


def test_the_status_bar_tells_of_a_running_call_and_stops_it(
    loop, window, worker: ScriptedWorker
) -> None:
    worker.hold = True
    page = window.current_page()
    until(loop, lambda: page.presenter.is_open and page.quick.chosen)
    act(loop, lambda: page.presenter.fill({"product": "Acme", "ticket": "Where?"}))
    act(loop, page.run)
    until(loop, lambda: "1 running" in window._status._words.text())
    act(loop, window._status._stop.click)
    until(loop, lambda: not window.queue.busy)
    assert not window._status._running.isVisible()


def test_closing_while_calls_run_asks_first(loop, desk: Desk, worker: ScriptedWorker) -> None:
    worker.hold = True
    window = desk.window
    page = window.current_page()
    until(loop, lambda: page.presenter.is_open and page.quick.chosen)
    act(loop, lambda: page.presenter.fill({"product": "Acme", "ticket": "Where?"}))
    act(loop, page.run)
    until(loop, lambda: window.queue.busy)
    act(loop, window.close)
    settle(loop)
    assert not desk.closed.done()
    (quit_button,) = [b for b in window.findChildren(QAbstractButton) if b.text() == "Quit"]
    act(loop, quit_button.click)
    finish(loop, ended(desk))


def test_the_worker_s_failure_is_told(loop, window, worker: ScriptedWorker) -> None:
    act(loop, lambda: worker.say(WorkerFailed(message="The call worker ended.", hint="Again.")))
    assert window.notify.texts() == ["The call worker ended."]
    settle(loop)


def test_closing_ignores_the_event_and_ends_in_order(loop, desk: Desk) -> None:
    act(loop, desk.window.close)
    finish(loop, ended(desk))
    assert desk.window.workbench is None


def test_a_project_that_cannot_be_opened_leaves_the_open_one(
    loop, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "broken.pwb"
    path.write_text("this is no project")
    act(loop, lambda: desk.open(str(path)))
    until(loop, lambda: desk.window.notify.texts())
    assert desk.window.workbench.project.name == "acme"


def test_another_project_takes_the_place_of_the_open_one(loop, desk: Desk, tmp_path: Path) -> None:
    act(loop, lambda: desk._enter("new", lambda: desk._door.create(str(tmp_path / "new.pwb"))))
    until(loop, lambda: desk.window.windowTitle().startswith("new"))
    page = desk.window.current_page()
    until(loop, lambda: page.prompts.loaded)
    assert page.prompts.lines == ()
    assert desk.window.history.undo_title == ""


def test_the_first_start_welcomes(
    loop: qasync.QEventLoop, qapp: QApplication, worker: ScriptedWorker, tmp_path: Path
) -> None:
    desk = Desk(projects(worker), qapp)
    act(loop, lambda: desk.begin(None, sample=False))
    welcome = desk.window.findChild(Welcome)
    assert welcome.isVisible()
    texts = [button.text() for button in welcome.findChildren(QAbstractButton)]
    assert texts == ["Open the sample project", "New project …", "Open …", "How it works (F1)"]
    act(loop, welcome.findChildren(QAbstractButton)[-1].click)
    assert open_window(HelpWindow).reader.place == Place(page="getting-started")
    act(loop, open_window(HelpWindow).close)
    act(loop, lambda: desk._enter("x", lambda: desk._door.create(str(tmp_path / "x.pwb"))))
    until(loop, lambda: desk.window.workbench is not None)
    act(loop, desk.close)
    finish(loop, ended(desk))
    desk.deleteLater()


@pytest.mark.expects_log("unexpected error: ValueError")
def test_an_unexpected_error_is_reported_and_the_app_goes_on(loop, desk: Desk, home: Path) -> None:
    secret = "sk-" + "a1b2c3d4" * 5

    async def bug() -> None:
        raise ValueError(f"refused for Authorization: Bearer {secret}")

    page = desk.window.current_page()
    act(loop, lambda: page.tasks.start(bug()))
    until(loop, lambda: desk.window.notify.texts())
    assert desk.window.notify.texts() == ["Something went wrong inside the app."]
    (report,) = home.rglob("crash-*.txt")
    text = report.read_text()
    assert "ValueError" in text
    assert secret not in text
    assert str(home) not in text


def test_a_target_opens_the_page_that_shows_it(loop, window) -> None:
    act(loop, lambda: window.navigator.open(Target(kind=TargetKind.MODELS)))
    assert window._shown == "preferences"
    assert ALWAYS in window.registry._groups
    settle(loop, 0.1)
