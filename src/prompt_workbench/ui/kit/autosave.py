"""Stores what is typed a moment after it was, and again while the project is locked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject

from prompt_workbench.domain.errors import ProjectLockedError
from prompt_workbench.ui.bridge import TaskScope, delayed

AUTOSAVE_MS = 1_000
"""What is typed is in the project file at most this long after it, and the write itself."""


class Autosave(QObject):
    """Keeps what was touched; another program's lock only delays that, and is told once."""

    def __init__(
        self, keep: Callable[[], Coroutine[Any, Any, None]], tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._keep, self._tasks = keep, tasks
        self._is_locked = False
        self._soon = delayed(self, AUTOSAVE_MS, self.start)

    def touched(self) -> None:
        """Keep it before long; further typing does not put that off."""
        if not self._soon.isActive():
            self._soon.start()

    def stop(self) -> None:
        """Keep nothing until something is touched again."""
        self._soon.stop()

    def start(self) -> None:
        """Keep it now."""
        self._tasks.start(self._kept())

    async def _kept(self) -> None:
        try:
            await self._keep()
        except ProjectLockedError:
            self._soon.start()
            if not self._is_locked:
                self._is_locked = True
                raise
        else:
            self._is_locked = False
