"""The one place where Qt meets asyncio.

Widgets never call ``asyncio`` and never block. They hand a coroutine to a `TaskScope`,
which owns it: the scope cancels what is still running when its owner is destroyed, and
sends every failure to one handler.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class TaskScope(QObject):
    """Runs coroutines for one owner, and cancels them with it."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QObject, *, on_error: Callable[[Exception], None]) -> None:
        super().__init__(parent)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._on_error = on_error
        tasks = self._tasks  # self is half dead when destroyed fires
        parent.destroyed.connect(lambda: _cancel_all(tasks))

    def start(
        self,
        work: Coroutine[Any, Any, T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> asyncio.Task[T]:
        """Start work, and call done with its result on the GUI thread.

        Args:
            work: What to run.
            done: Gets the result.
            failed: Gets the failure in place of the scope's handler.
        """
        import asyncio  # not needed to paint the window

        task = asyncio.get_event_loop().create_task(work)
        self._tasks.add(task)
        if len(self._tasks) == 1:
            self.busy_changed.emit(True)
        task.add_done_callback(lambda finished: self._finish(finished, done, failed))
        return task

    def cancel(self) -> None:
        """Cancel everything still running."""
        _cancel_all(self._tasks)

    def _finish(
        self,
        task: asyncio.Task[T],
        done: Callable[[T], object] | None,
        failed: Callable[[Exception], object] | None,
    ) -> None:
        self._tasks.discard(task)
        # Asked for also when the owner is gone, so that asyncio does not report it as unseen.
        error = None if task.cancelled() else task.exception()
        if not isValid(self):  # the owner is gone, and this scope with it
            return
        if not self._tasks:
            self.busy_changed.emit(False)
        if task.cancelled():
            return
        if error is None:
            if done is not None:
                done(task.result())
        elif isinstance(error, Exception):
            (failed or self._on_error)(error)
        else:
            raise error


class Latest:
    """Runs one kind of work where only the newest result counts."""

    def __init__(self, tasks: TaskScope) -> None:
        self._tasks = tasks
        self._running: asyncio.Task[Any] | None = None

    def start(
        self,
        work: Coroutine[Any, Any, T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Start work in place of the work before, whose result is dropped."""
        self.cancel()
        self._running = self._tasks.start(work, done=done, failed=failed)

    def cancel(self) -> None:
        """Drop the result of what is running."""
        if self._running is not None:
            self._running.cancel()
            self._running = None


def delayed(owner: QObject, milliseconds: int, run: Callable[[], object]) -> QTimer:
    """Return a timer that runs once after each `start`; starting again puts it off."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(lambda: run())
    return timer


def _cancel_all(tasks: set[asyncio.Task[Any]]) -> None:
    for task in tuple(tasks):
        task.cancel()
