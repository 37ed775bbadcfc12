"""Which hosts were reached, and whether Offline is switched on, as the preferences show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prompt_workbench.services.network import Contact
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit.history import History

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench


class NetworkPresenter(QObject):
    """Reads the egress log when it is looked at, and flips the switch."""

    changed = Signal()

    def __init__(
        self, workbench: Workbench, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._network = workbench.network
        self._history = history
        self._tasks = tasks
        self._loading = Latest(tasks)
        self.log: tuple[Contact, ...] | None = None
        """Newest first; None until it was read."""

    @property
    def is_offline(self) -> bool:
        """Whether Offline is switched on now, by whichever program."""
        return self._network.is_offline

    def load(self) -> None:
        """Read the log anew."""
        self._loading.start(self._network.log(), done=self._show)

    def flip(self) -> None:
        """Switch Offline on, or off again."""
        work = self._network.switch_offline(on=not self.is_offline)
        self._tasks.start(work, done=self._history.record)

    def _show(self, log: tuple[Contact, ...]) -> None:
        self.log = log
        self.changed.emit()
