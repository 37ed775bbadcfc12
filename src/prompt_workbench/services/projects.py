"""What a person can do with projects as a whole: make, open, find again, try the sample."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.services.person import Person
from prompt_workbench.services.settings import Settings
from prompt_workbench.settings.schema import RECENT_PROJECTS
from prompt_workbench.system.paths import data_dir

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench
    from prompt_workbench.storage.project import Project

_RECENT = "projects.recent"
PROJECT_SUFFIX = ".pwb"


class Projects:
    """Make, open and remember projects."""

    def __init__(self, connect: Callable[[Project], Workbench], person: Person) -> None:
        self._connect = connect
        self.person = person

    @property
    def settings(self) -> Settings:
        """The person's settings; there before any project is open."""
        return self.person.settings

    def recent(self) -> tuple[str, ...]:
        """Return where the projects are that were opened last, newest first."""
        stored = self.settings.remembered(_RECENT)
        places = [str(item) for item in stored] if isinstance(stored, list) else []
        return tuple(place for place in places if is_database(place) or Path(place).exists())

    async def create(self, location: str | Path) -> Workbench:
        """Make a new project file and open it.

        Raises:
            ConflictError: There is a file of that name already.
            StorageError: The file cannot be made.
        """
        whole = project_path(Path(location))
        return await self._opened(await asyncio.to_thread(_create, whole))

    async def open(self, location: str | Path) -> Workbench:
        """Open a project file, or a project in a PostgreSQL database.

        Raises:
            NotFoundError: There is no such file.
            StorageError: It cannot be opened, and why.
        """
        return await self._opened(await asyncio.to_thread(_open, _existing(location)))

    async def open_sample(self, path: Path | None = None) -> Workbench:
        """Open the sample project, which is made the first time."""
        from prompt_workbench.services.samples import SAMPLE_NAME

        whole = path or data_dir() / f"{SAMPLE_NAME}{PROJECT_SUFFIX}"
        if not whole.exists():
            await self._make_sample(whole)
        return await self.open(whole)

    def forget(self, location: str) -> None:
        """Take a project off the list of recent ones; the project stays."""
        self._remember([place for place in self.recent() if place != location])

    async def _make_sample(self, path: Path) -> None:
        from prompt_workbench.services.samples import fill_sample

        # In a folder of its own until it is whole: an interrupted start leaves no half sample.
        with TemporaryDirectory(prefix=".sample-", dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            workbench = self._connect(await asyncio.to_thread(_create, unfinished))
            try:
                await fill_sample(workbench)
            finally:
                await workbench.close()
            unfinished.replace(path)

    async def _opened(self, project: Project) -> Workbench:
        others = [place for place in self.recent() if place != project.location]
        self._remember([project.location, *others])
        return self._connect(project)

    def _remember(self, locations: Sequence[str]) -> None:
        kept = int(self.settings.get(RECENT_PROJECTS.key))
        self.settings.remember(_RECENT, list(locations[:kept]))


# Storage and most services are imported by the thread that opens a project: the window is
# painted before, and does not stand still meanwhile.


def _create(path: Path) -> Project:
    from prompt_workbench.storage.project import Project

    return Project.create(path)


def _open(location: str | Path) -> Project:
    from prompt_workbench.storage.project import Project

    return Project.open(location)


def project_path(path: Path) -> Path:
    """Return the whole path of a project file, with its suffix."""
    whole = path.expanduser().absolute()
    return whole if whole.suffix == PROJECT_SUFFIX else whole.with_name(whole.name + PROJECT_SUFFIX)


def is_database(location: str | Path) -> bool:
    """Return whether a location is the address of a database instead of a file."""
    return isinstance(location, str) and location.startswith(("postgresql://", "postgres://"))


def _existing(location: str | Path) -> str | Path:
    if is_database(location):
        return location
    path = Path(location).expanduser().absolute()
    if not path.exists():
        raise NotFoundError(f"There is no project {path}.", hint="Make one with: pwb init PATH")
    return path
