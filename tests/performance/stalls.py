"""How long the event loop of a window stands still: the lateness of a timer of 5 ms."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer
from tests.performance.harness import quantile, rounded

_EVERY_MS = 5


class StallWatch(QObject):
    """Notes how late each tick comes, from `start` until `stop`."""

    def __init__(self) -> None:
        super().__init__()
        self._late_ms: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin."""
        self._late_ms = []
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> dict[str, float]:
        """End, and return the spread of the stalls in milliseconds."""
        self._tick()
        self._timer.stop()
        return spread(self._late_ms)

    def _tick(self) -> None:
        now = time.perf_counter()
        self._late_ms.append(max(0.0, 1000 * (now - self._last) - _EVERY_MS))
        self._last = now


def spread(values_ms: list[float]) -> dict[str, float]:
    """Return median, 99th percentile and maximum of some times in milliseconds."""
    return {
        "count": len(values_ms),
        "p50_ms": rounded(quantile(values_ms, 0.5)),
        "p99_ms": rounded(quantile(values_ms, 0.99)),
        "max_ms": rounded(max(values_ms)),
    }
