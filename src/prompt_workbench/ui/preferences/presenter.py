"""The models and settings of a person, and what is done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.services.base import Done
from prompt_workbench.services.settings import SettingValue
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit.history import History

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One model."""

    model: ModelInfo
    remove_name: str = ""
    """Its name where models are removed; empty when it cannot be removed on its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The models of one server."""

    title: str
    detail: str = ""
    lines: tuple[Line, ...] = ()
    remove_name: str = ""


class PreferencesPresenter(QObject):
    """Lists models, and keeps changes undoable."""

    models_changed = Signal()
    settings_changed = Signal()

    def __init__(
        self, workbench: Workbench, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._history = history
        self._tasks = tasks
        self._loading = Latest(tasks)
        self.groups: tuple[Group, ...] = ()

    def load(self) -> None:
        """Read which models there are."""
        self._loading.start(self._load(), done=self._show)

    def refresh(self) -> None:
        """Ask every server which models it has."""
        self._loading.start(self._refreshed(), done=self._show)

    def remove(self, name: str) -> None:
        """Remove an added server or file from the list."""

        def removed(done: Done[Any]) -> None:
            self._history.record(done, tell=f"Removed {name}.")

        self._tasks.start(self._workbench.models.remove(name), done=removed)

    def set(self, key: str, value: SettingValue) -> None:
        """Change a setting."""
        self._tasks.start(self._workbench.settings.set(key, value), done=self._history.record)

    def on_changes(self, changes: ChangeSet) -> None:
        """Read again what may be different."""
        if changes.touches(Kind.MODEL):
            self.load()
        if changes.touches(Kind.SETTING):
            self.settings_changed.emit()

    async def _load(self) -> tuple[Group, ...]:
        return await self._grouped(await self._workbench.models.list())

    async def _refreshed(self) -> tuple[Group, ...]:
        return await self._grouped(await self._workbench.models.refresh())

    async def _grouped(self, models: Sequence[ModelInfo]) -> tuple[Group, ...]:
        endpoints = await self._workbench.models.endpoints()
        own = self._workbench.models.default.name
        local = [_line(model, removable=str(model.ref) != own) for model in models if model.local]
        return (
            Group(title="This machine", lines=tuple(local)),
            *(
                Group(
                    title=endpoint.name,
                    detail=endpoint.base_url,
                    remove_name=endpoint.name,
                    lines=tuple(
                        _line(model) for model in models if model.ref.provider == endpoint.name
                    ),
                )
                for endpoint in endpoints
            ),
        )

    def _show(self, groups: tuple[Group, ...]) -> None:
        self.groups = groups
        self.models_changed.emit()


def _line(model: ModelInfo, *, removable: bool = False) -> Line:
    return Line(model=model, remove_name=str(model.ref) if removable else "")
