"""What the help menu opens."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog

from prompt_workbench.system.paths import log_dir
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.shell.shortcut_sheet import ShortcutSheet
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.ui.shell.window import MainWindow


def show_shortcuts(window: MainWindow) -> None:
    """Open the list of shortcuts."""
    ShortcutSheet(window.registry.declared(), window).open()


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
