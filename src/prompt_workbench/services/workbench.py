"""One open project with everything that a person can do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.providers.token_counter import TokenCounter
from prompt_workbench.services.active_runs import Worker
from prompt_workbench.services.base import Announcements
from prompt_workbench.services.calls import Calls
from prompt_workbench.services.comparisons import Comparisons
from prompt_workbench.services.costs import Costs
from prompt_workbench.services.datasets import Datasets
from prompt_workbench.services.locations import public_location
from prompt_workbench.services.person import Person
from prompt_workbench.services.prompts import Prompts
from prompt_workbench.services.runs import Runs

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project
    from prompt_workbench.system.renderer import Renderer


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
        person: Person,
    ) -> None:
        self._open_project = project
        self._renderer = renderer
        self._tokens = TokenCounter()
        self._announcements = announce = Announcements()
        self._leave_person = person.announcements.subscribe(announce)
        self.settings = person.settings
        self.keys = person.keys
        self.models = person.models
        self.providers = person.providers
        self.network = person.network
        self.prompts = Prompts(
            project,
            announce,
            renderer=renderer,
            tokens=self._tokens,
            author=lambda: person.settings.author,
        )
        self.datasets = Datasets(project, announce)
        self.comparisons = Comparisons(
            project,
            announce,
            person=person,
            renderer=renderer,
            tokens=self._tokens,
            worker=worker,
        )
        self.runs = Runs(project, announce)
        self.calls = Calls(project, announce)
        self.costs = Costs(project, announce)
        self._loop = asyncio.get_running_loop()
        project.watch(self._announce_from_thread)

    @property
    def project(self) -> ProjectInfo:
        """Which project is open."""
        project = self._open_project
        return ProjectInfo(
            id=project.id,
            location=public_location(project.location),
            name=project.name,
            read_only=project.read_only,
            notice=project.notice,
        )

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Have a listener told, on the loop's thread, what changed; return how to stop that."""
        return self._announcements.subscribe(listener)

    async def close(self) -> None:
        """End the worker once what is under way is stored, then close the project."""
        self._leave_person()
        try:
            await self.comparisons.close()
        finally:
            await self._tokens.close()
            await self._renderer.close()
            await self._open_project.close()

    def _announce_from_thread(self, changes: ChangeSet) -> None:
        # Storage notices the commits of other processes on a thread of its own, which may
        # still speak while the loop is being closed.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._announcements, changes)
