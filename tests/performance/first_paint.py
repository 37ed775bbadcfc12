"""Shows a window, says on stdout when it was painted, and ends at once.

With a project it is the window of the product, without arguments a bare one. Nothing is
imported here that a bare window does not need, and the product's own modules come in the order
in which its entry imports them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

if len(sys.argv) > 1:
    from prompt_workbench import app as product

from PySide6 import QtWidgets
from PySide6.QtCore import QTimer


class Application(QtWidgets.QApplication):
    """Ends when the events during which the window was painted are done."""

    painted = False

    @staticmethod
    def processEvents() -> None:
        """Work on what waits."""
        QtWidgets.QApplication.processEvents()
        if Application.painted:
            _tell()


def _watch(window_type: type[QtWidgets.QMainWindow]) -> None:
    """Have a kind of window note that it was painted."""
    paint = window_type.paintEvent

    def noted(self: QtWidgets.QMainWindow, event: object) -> None:
        paint(self, event)
        if not Application.painted:
            Application.painted = True
            QTimer.singleShot(0, _tell)

    window_type.paintEvent = noted


def _tell() -> None:
    painted_at = time.perf_counter()
    facts = {
        "painted_at": painted_at,
        "modules": sorted({name.partition(".")[0] for name in sys.modules}),
        "memory_kb": _memory_kb(),
    }
    sys.stdout.write(json.dumps(facts))
    sys.stdout.flush()
    os._exit(0)


def _memory_kb() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    (line,) = (each for each in status.read_text().splitlines() if each.startswith("VmRSS:"))
    return int(line.split()[1])


def main() -> None:
    """Show the window."""
    if len(sys.argv) > 1:
        _show_product()
        return
    app = Application(sys.argv[:1])
    window = _BareWindow()
    window.setCentralWidget(QtWidgets.QLabel("A window"))
    window.resize(1200, 800)
    window.show()
    app.exec()


class _BareWindow(QtWidgets.QMainWindow):
    """A window with nothing in it."""


def _show_product() -> None:
    from prompt_workbench.ui import start
    from prompt_workbench.ui.shell.window import MainWindow

    _watch(MainWindow)
    start.QApplication = Application
    product.main(sys.argv[1:])


if __name__ == "__main__":
    _watch(_BareWindow)
    main()
