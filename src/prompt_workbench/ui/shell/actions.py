"""What a person can do wherever they are in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.ui.actions.spec import Actions, ActionSpec
from prompt_workbench.ui.kit.page import Target, TargetKind
from prompt_workbench.ui.theme.apply import ThemeMode

if TYPE_CHECKING:
    from prompt_workbench.ui.shell.window import MainWindow


def _has_project(window: MainWindow) -> bool:
    return window.workbench is not None


# What is not needed to paint the window is imported when it is asked for.


def _open_palette(window: MainWindow) -> None:
    from prompt_workbench.ui.shell.palette import open_palette

    open_palette(window)


def _show_help(window: MainWindow) -> None:
    from prompt_workbench.ui.shell.help import show_help

    show_help(window, window.help_place)


def _show_shortcuts(window: MainWindow) -> None:
    from prompt_workbench.ui.shell.help import show_shortcuts

    show_shortcuts(window)


def _show_logs(window: MainWindow) -> None:
    from prompt_workbench.ui.shell.help import show_logs

    show_logs(window)


def _show_about(window: MainWindow) -> None:
    from prompt_workbench.ui.shell.help import show_about

    show_about(window)


def _appearance(mode: ThemeMode, title: str, *, separator: bool = False) -> ActionSpec[MainWindow]:
    return ActionSpec(
        id=f"view.appearance_{mode.value}",
        title=title,
        run=lambda window: window.set_theme_mode(mode),
        checked_when=lambda window: window.theme.mode is mode,
        menu="View",
        separator=separator,
    )


def page_action(page_id: str, title: str, number: int) -> ActionSpec[MainWindow]:
    """Return the action that shows a page."""
    return ActionSpec(
        id=f"view.page_{page_id}",
        title=f"Show {title}",
        run=lambda window: window.show_page(page_id),
        shortcut=f"Ctrl+{number}",
        menu="View",
        enabled_when=_has_project,
    )


FILE_ACTIONS: Actions = (
    ActionSpec(
        id="file.new",
        title="New Project…",
        run=lambda window: window.create_asked.emit(),
        shortcut="Ctrl+Shift+N",
        menu="File",
    ),
    ActionSpec(
        id="file.open",
        title="Open Project…",
        run=lambda window: window.choose_asked.emit(),
        shortcut="Ctrl+O",
        menu="File",
    ),
    ActionSpec(
        id="file.sample",
        title="Open Sample Project",
        run=lambda window: window.sample_asked.emit(),
        menu="File",
    ),
    ActionSpec(
        id="file.models",
        title="Models…",
        run=lambda window: window.navigator.open(Target(kind=TargetKind.MODELS)),
        shortcut="Ctrl+,",
        menu="File",
        enabled_when=_has_project,
        separator=True,
    ),
    ActionSpec(
        id="file.quit",
        title="Quit",
        run=lambda window: window.close(),
        shortcut="Ctrl+Q",
        menu="File",
        separator=True,
    ),
)

EDIT_ACTIONS: Actions = (
    ActionSpec(
        id="edit.undo",
        title="Undo Last Change",
        run=lambda window: window.history.undo(),
        shortcut="Ctrl+Z",
        menu="Edit",
        enabled_when=lambda window: bool(window.history.undo_title),
    ),
    ActionSpec(
        id="edit.redo",
        title="Redo Last Change",
        run=lambda window: window.history.redo(),
        shortcut="Ctrl+Shift+Z",
        menu="Edit",
        enabled_when=lambda window: bool(window.history.redo_title),
    ),
)

VIEW_ACTIONS: Actions = (
    ActionSpec(
        id="view.palette",
        title="Command Palette…",
        run=_open_palette,
        shortcut="Ctrl+K|Ctrl+Shift+P",
        menu="View",
    ),
    ActionSpec(
        id="view.navigator",
        title="Navigator",
        run=lambda window: window.toggle_navigator(),
        shortcut="F9",
        menu="View",
        checked_when=lambda window: window.panels.navigator_wanted,
        separator=True,
    ),
    ActionSpec(
        id="view.inspector",
        title="Inspector",
        run=lambda window: window.toggle_inspector(),
        shortcut="F10",
        menu="View",
        checked_when=lambda window: window.panels.inspector_wanted,
    ),
    _appearance(ThemeMode.SYSTEM, "Appearance of the System", separator=True),
    _appearance(ThemeMode.LIGHT, "Light Appearance"),
    _appearance(ThemeMode.DARK, "Dark Appearance"),
)

RUN_ACTIONS: Actions = (
    ActionSpec(
        id="calls.pause",
        title="Pause All Calls",
        run=lambda window: window.queue.pause(),
        menu="Edit",
        enabled_when=lambda window: window.queue.busy,
        separator=True,
    ),
    ActionSpec(
        id="calls.go_on",
        title="Go On with All Calls",
        run=lambda window: window.queue.go_on(),
        menu="Edit",
        enabled_when=lambda window: window.queue.busy,
    ),
    ActionSpec(
        id="calls.stop",
        title="Stop All Calls",
        run=lambda window: window.queue.stop(),
        shortcut="Ctrl+Shift+.",
        menu="Edit",
        enabled_when=lambda window: window.queue.busy,
    ),
)

HELP_ACTIONS: Actions = (
    ActionSpec(id="help.show", title="Help", run=_show_help, shortcut="F1", menu="Help"),
    ActionSpec(
        id="help.shortcuts",
        title="Keyboard Shortcuts",
        run=_show_shortcuts,
        shortcut="Ctrl+/",
        menu="Help",
    ),
    ActionSpec(
        id="help.logs",
        title="Show the Log Folder",
        run=_show_logs,
        menu="Help",
        separator=True,
    ),
    ActionSpec(id="help.about", title="About Prompt Workbench", run=_show_about, menu="Help"),
)
