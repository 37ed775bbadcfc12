"""Runs the desktop app: paints first, opens the project after that, ends when it is closed."""

from __future__ import annotations

import sys
import time

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from prompt_workbench.system.paths import resources_dir
from prompt_workbench.ui.desk import Desk, ProjectDoor

__all__ = ["Desk", "ProjectDoor", "run_app"]

_PAINTED_WITHIN_S = 1.0


def run_app(door: ProjectDoor, *, location: str | None = None, sample: bool = False) -> int:
    """Run the app until the person quits it, and return the exit code."""
    # The style is chosen here: asking the app for it later makes a slow wrapper type.
    app = QApplication([sys.argv[0], "-style", "Fusion"])
    app.setApplicationName("Prompt Workbench")
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(QIcon(str(resources_dir() / "icons" / "app.svg")))
    desk = Desk(door, app)
    sys.excepthook = desk.slot_failed
    desk.show_first(location, sample=sample)
    _paint(app, desk)
    _run(app, desk)
    return 0


def _paint(app: QApplication, desk: Desk) -> None:
    """Put the window on the screen; a system that shows it later does not hold up the start."""
    deadline = time.monotonic() + _PAINTED_WITHIN_S
    while not desk.window.was_painted and time.monotonic() < deadline:
        app.processEvents()


def _run(app: QApplication, desk: Desk) -> None:
    # Imported after the first paint, of which they would be a fifth.
    import asyncio

    import qasync

    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(desk.loop_failed)
    desk.open_first()
    with loop:
        loop.run_until_complete(desk.closed)
