"""What a person can do with projects as a whole: make, open, find again, try the sample."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_workbench.domain.errors import HostError, StorageError
from prompt_workbench.services.locations import (
    PROJECT_SUFFIX,
    existing_location,
    is_database,
    new_location,
    public_location,
    server_of,
)
from prompt_workbench.services.person import Person
from prompt_workbench.services.settings import Settings
from prompt_workbench.settings.offline import OfflineSwitch
from prompt_workbench.settings.schema import RECENT_PROJECTS
from prompt_workbench.system.hosts import is_this_computer
from prompt_workbench.system.paths import data_dir

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench
    from prompt_workbench.storage.project import Project

_log = logging.getLogger(__name__)
_RECENT = "projects.recent"
_WORKBENCH = "prompt_workbench.services.workbench"


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
        return tuple(place for place in places if is_database(place) or _is_there(Path(place)))

    async def create(self, location: str | Path) -> Workbench:
        """Make a new project, in a file or in an empty database, and open it.

        Raises:
            ConflictError: There is something of that name already.
            StorageError: It cannot be made, or Offline is switched on and keeps it away.
        """
        _check_reachable(location)
        return await self._opened(await _in_thread(_create, new_location(location)))

    async def open(self, location: str | Path) -> Workbench:
        """Open a project file, or a project in a PostgreSQL database.

        Raises:
            NotFoundError: There is no such file.
            StorageError: It cannot be opened, and why.
        """
        _check_reachable(location)
        return await self._opened(await _in_thread(_open, location))

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
        from tempfile import TemporaryDirectory

        from prompt_workbench.services.samples import fill_sample

        try:
            # In a folder of its own until it is whole: an interrupted start leaves no half sample.
            with TemporaryDirectory(prefix=".sample-", dir=path.parent) as folder:
                unfinished = Path(folder) / path.name
                workbench = self._connect(await _in_thread(_create, unfinished))
                try:
                    await fill_sample(workbench)
                finally:
                    await workbench.close()
                unfinished.replace(path)
        except OSError as error:
            raise HostError(
                f"The sample project cannot be made: {error.strerror}: {path}",
                hint="Check that the folder can be written to and that the disk has room.",
            ) from None

    async def _opened(self, project: Project) -> Workbench:
        place = public_location(project.location)
        try:
            self._remember([place, *(other for other in self.recent() if other != place)])
        except HostError as error:
            _log.info("%s The project is not listed among the recent ones.", error.message)
        return self._connect(project)

    def _remember(self, locations: Sequence[str]) -> None:
        kept = int(self.settings.get(RECENT_PROJECTS.key))
        self.settings.remember(_RECENT, list(locations[:kept]))


def _check_reachable(location: str | Path) -> None:
    host = server_of(location)
    if not is_this_computer(host) and OfflineSwitch()():
        raise StorageError(
            f"Offline is switched on, so the project at {host} is not opened.",
            hint="Switch Offline off in the preferences, or with: pwb network offline off",
        )


def _is_there(path: Path) -> bool:
    # One in a folder that may no longer be looked into is as good as gone.
    with suppress(OSError):
        return path.exists()
    return False


# Storage and most services are imported by the thread that opens a project: the window is
# painted before, and does not stand still meanwhile.


async def _in_thread(work: Callable[[str | Path], Project], place: str | Path) -> Project:
    import asyncio

    return await asyncio.to_thread(work, place)


def _create(location: str | Path) -> Project:
    from prompt_workbench.storage.project import Project

    import_module(_WORKBENCH)
    return Project.create(location)


def _open(location: str | Path) -> Project:
    from prompt_workbench.storage.project import Project

    import_module(_WORKBENCH)
    return Project.open(existing_location(location))
