"""What a person can do with projects as a whole: make, open, find again, try the sample."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_workbench.domain.errors import ConflictError, NotFoundError
from prompt_workbench.services.samples import SAMPLE_NAME, fill_sample
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.settings.schema import RECENT_PROJECTS
from prompt_workbench.settings.store import JsonFile, SettingsStore
from prompt_workbench.system.paths import data_dir

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project

__all__ = ["Projects", "RecentProject", "Workbench"]

_RECENT = "projects.recent"
PROJECT_SUFFIX = ".pwb"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentProject:
    """A project that was opened before."""

    location: str
    name: str
    exists: bool


class Projects:
    """Make, open and remember projects."""

    def __init__(
        self, connect: Callable[[Project], Workbench], *, store: SettingsStore, memory: JsonFile
    ) -> None:
        self._connect = connect
        self._store = store
        self._memory = memory

    def recent(self) -> tuple[RecentProject, ...]:
        """Return the projects that were opened last, newest first."""
        return tuple(
            RecentProject(
                location=location, name=_name(location), exists=_may_exist(location)
            )
            for location in self._recent_locations()
        )

    async def create(self, path: Path) -> Workbench:
        """Make a new project file and open it.

        Raises:
            ConflictError: There is a file of that name.
            StorageError: The file cannot be made.
        """
        from prompt_workbench.storage.project import Project

        whole = project_path(path)
        if whole.exists():
            raise ConflictError(
                f"There is a file {whole} already.", hint="Choose another name, or open it."
            )
        return await self._opened(await asyncio.to_thread(Project.create, whole))

    async def open(self, location: str | Path) -> Workbench:
        """Open a project file, or a project in a PostgreSQL database.

        Raises:
            NotFoundError: There is no such file.
            StorageError: It cannot be opened, and why.
        """
        from prompt_workbench.storage.project import Project

        found = location if is_database(location) else Path(location).expanduser().absolute()
        if isinstance(found, Path) and not found.exists():
            raise NotFoundError(
                f"There is no project {found}.", hint="Make one with: pwb init PATH"
            )
        return await self._opened(await asyncio.to_thread(Project.open, found))

    async def open_sample(self, path: Path | None = None) -> Workbench:
        """Open the sample project, which is made the first time."""
        whole = path or data_dir() / f"{SAMPLE_NAME}{PROJECT_SUFFIX}"
        if not whole.exists():
            await self._make_sample(whole)
        return await self.open(whole)

    def forget(self, location: str) -> None:
        """Take a project off the list of recent ones; the project stays."""
        self._remember([item for item in self._recent_locations() if item != location])

    async def _make_sample(self, path: Path) -> None:
        from prompt_workbench.storage.project import Project

        # Under another name until it is whole, so that an interrupted start leaves no half sample.
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        workbench = self._connect(await asyncio.to_thread(Project.create, unfinished))
        try:
            await fill_sample(workbench)
        finally:
            await workbench.close()
        unfinished.replace(path)

    async def _opened(self, project: Project) -> Workbench:
        others = [item for item in self._recent_locations() if item != project.location]
        self._remember([project.location, *others])
        return self._connect(project)

    def _recent_locations(self) -> list[str]:
        stored = self._memory.get(_RECENT)
        return [str(item) for item in stored] if isinstance(stored, list) else []

    def _remember(self, locations: list[str]) -> None:
        kept = int(self._store.get(RECENT_PROJECTS))
        self._memory.set(_RECENT, list(locations[:kept]))


def project_path(path: Path) -> Path:
    """Return the whole path of a project file, with its suffix."""
    whole = path.expanduser().absolute()
    return whole if whole.suffix == PROJECT_SUFFIX else whole.with_name(whole.name + PROJECT_SUFFIX)


def is_database(location: str | Path) -> bool:
    """Return whether a location is the address of a database instead of a file."""
    return isinstance(location, str) and location.startswith(("postgresql://", "postgres://"))


def _name(location: str) -> str:
    return location.rpartition("/")[2] if is_database(location) else Path(location).stem


def _may_exist(location: str) -> bool:
    return is_database(location) or Path(location).exists()
