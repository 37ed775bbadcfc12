"""Shows a window, says on stdout when it was painted, and ends at once.

With a project it is the window of the product, without arguments a bare one. Nothing is
imported here that a bare window does not need.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget


class Watch(QObject):
    """Waits for the first paint of a window."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have the end follow the paint."""
        painted = event.type() is QEvent.Type.Paint and isinstance(watched, QWidget)
        if painted and watched.isWindow():
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, _tell)
        return False


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
    app = QApplication(sys.argv[:1])
    watch = Watch()
    app.installEventFilter(watch)
    if len(sys.argv) > 1:
        from prompt_workbench.__main__ import main as product

        product(sys.argv[1:])
        return
    window = QMainWindow()
    window.setCentralWidget(QLabel("A window"))
    window.resize(1200, 800)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
