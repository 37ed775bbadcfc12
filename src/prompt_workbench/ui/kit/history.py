"""Undo and redo of what was written to the project."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.errors import StorageError
from prompt_workbench.services.base import Done, Undo
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.toasts import Notifier

_MOST = 100


class History(QObject):
    """The writes of this session that can be taken back, newest last."""

    changed = Signal()

    def __init__(self, notify: Notifier, parent: QObject) -> None:
        super().__init__(parent)
        self._notify = notify
        self._tasks = TaskScope(self, on_error=notify.show_error)
        self._undos: list[Undo] = []
        self._redos: list[Undo] = []

    def record(self, done: Done[Any], *, tell: str = "") -> None:
        """Keep the inverse of a write; ``tell`` also says so in a toast that offers Undo."""
        self._redos.clear()
        undo = done.undo
        if undo is not None:
            self._undos[:] = [*self._undos, undo][-_MOST:]
        if tell:
            action = None if undo is None else ("Undo", lambda: self._take_back(undo))
            self._notify.say(tell, action=action)
        self.changed.emit()

    def forget(self, undos: Collection[Undo]) -> None:
        """Leave out steps that mean nothing any more, such as edits that were saved."""
        self._undos[:] = [undo for undo in self._undos if undo not in undos]
        self._redos[:] = [redo for redo in self._redos if redo not in undos]
        self.changed.emit()

    def clear(self) -> None:
        """Forget everything, as when another project is opened."""
        self._undos.clear()
        self._redos.clear()
        self.changed.emit()

    @property
    def undo_title(self) -> str:
        """What Undo would take back; empty when there is nothing."""
        return self._undos[-1].title if self._undos else ""

    @property
    def redo_title(self) -> str:
        """What Redo would do again; empty when there is nothing."""
        return self._redos[-1].title if self._redos else ""

    def undo(self) -> None:
        """Take the newest write back."""
        if self._undos:
            self._take_back(self._undos[-1])

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._redos:
            self._apply(self._redos[-1], self._redos, self._undos)

    def _take_back(self, undo: Undo) -> None:
        if undo in self._undos:
            self._apply(undo, self._undos, self._redos)

    def _apply(self, step: Undo, steps: list[Undo], inverses: list[Undo]) -> None:
        place = steps.index(step)
        steps.remove(step)

        def applied(done: Done[Any]) -> None:
            if done.undo is not None:
                inverses.append(done.undo)
            self.changed.emit()

        def failed(error: Exception) -> None:
            if isinstance(error, StorageError):  # such as a locked project: it may work later
                steps.insert(place, step)
                self.changed.emit()
            self._notify.show_error(error)

        self._tasks.start(_applied(step), done=applied, failed=failed)


async def _applied(step: Undo) -> Done[Any]:
    return await step.apply()
