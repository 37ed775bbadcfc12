"""One open project with everything that a person can do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.services.active_runs import Worker
from prompt_workbench.services.calls import Calls
from prompt_workbench.services.comparisons import Comparisons
from prompt_workbench.services.costs import Costs
from prompt_workbench.services.datasets import Datasets
from prompt_workbench.services.keys import Keys
from prompt_workbench.services.models import Models
from prompt_workbench.services.prompts import Prompts
from prompt_workbench.services.runs import Runs
from prompt_workbench.services.settings import Settings

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project
    from prompt_workbench.system.renderer import Renderer
    from prompt_workbench.system.secrets import KeyVault


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectInfo:
    """Which project is open."""

    id: str
    location: str
    """Its path, or the address of its database without a password."""
    name: str
    read_only: bool
    notice: str
    """A sentence where something about it should be known; else empty."""


class Workbench:
    """The services of one open project, and the announcement of what changes in it.

    Made and used on one event loop.
    """

    def __init__(
        self,
        project: Project,
        *,
        worker: Worker,
        renderer: Renderer,
        vault: KeyVault,
        settings: Settings,
    ) -> None:
        self._open_project = project
        self._renderer = renderer
        self._listeners: list[Callable[[ChangeSet], None]] = []
        self.settings = settings
        self._stop_settings = settings.subscribe(self._announce)
        self.keys = Keys(self._announce, vault)
        self.models = Models(self._announce, settings=settings, keys=self.keys)
        self.prompts = Prompts(
            project, self._announce, renderer=renderer, author=lambda: settings.author
        )
        self.datasets = Datasets(project, self._announce)
        self.comparisons = Comparisons(
            project,
            self._announce,
            models=self.models,
            keys=self.keys,
            renderer=renderer,
            worker=worker,
        )
        self.runs = Runs(project, self._announce)
        self.calls = Calls(project, self._announce)
        self.costs = Costs(project, self._announce)
        self._loop = asyncio.get_running_loop()
        project.watch(self._announce_from_thread)

    @property
    def project(self) -> ProjectInfo:
        """Which project is open."""
        project = self._open_project
        return ProjectInfo(
            id=project.id,
            location=project.location,
            name=project.name,
            read_only=project.read_only,
            notice=project.notice,
        )

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Have a listener told, on the loop's thread, what changed; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        """End the worker once what is under way is stored, then close the project."""
        self._stop_settings()
        try:
            await self.comparisons.close()
        finally:
            await self._renderer.close()
            await self._open_project.close()

    def _announce_from_thread(self, changes: ChangeSet) -> None:
        # Storage notices the commits of other processes on a thread of its own, which may
        # still speak while the loop is being closed.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._announce, changes)

    def _announce(self, changes: ChangeSet) -> None:
        for listener in tuple(self._listeners):
            listener(changes)
