"""What the help menu opens."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog

from prompt_workbench.system.paths import log_dir
from prompt_workbench.ui.help.pages import FIRST, SHORTCUTS, HelpPage, Place, shipped_pages
from prompt_workbench.ui.help.shortcuts import shortcuts_page
from prompt_workbench.ui.help.window import HelpWindow
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.ui.shell.window import MainWindow


def show_help(window: MainWindow, place: str) -> None:
    """Open the help at ``page`` or ``page#anchor``, in the window that is open if there is one."""
    help_window = window.findChild(HelpWindow)
    if help_window is None:
        help_window = HelpWindow(_pages(window), window.theme, window)
    help_window.show_place(Place.parsed(place, within=FIRST))


def show_shortcuts(window: MainWindow) -> None:
    """Open the help at the list of shortcuts."""
    show_help(window, SHORTCUTS)


def show_logs(window: MainWindow) -> None:
    """Open the folder of logs and crash reports in the system's file viewer."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_dir()))):
        window.notify.say(f"The logs are in {log_dir()}.")


def show_about(window: MainWindow) -> None:
    """Say what this program is and which versions it runs on."""
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("About")
    words = (
        f"Version {version('prompt-workbench')}, on Qt {qVersion()}.\n"
        "Licence: Apache-2.0. Typefaces: Inter and JetBrains Mono (OFL)."
    )
    close = row(1, button("Close", dialog.accept, kind="primary"))
    title = label("Prompt Workbench", role="title")
    dialog.setLayout(
        column(title, label(words), close, margins=Space.AROUND, spacing=Space.BETWEEN)
    )
    dialog.open()


def _pages(window: MainWindow) -> tuple[HelpPage, ...]:
    groups = {"Everywhere": window.actions_everywhere}
    groups |= {f"On the page {spec.title}": spec.actions for spec in window.specs.values()}
    return (*shipped_pages(), shortcuts_page(groups))
