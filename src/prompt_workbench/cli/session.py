"""What every command needs: the project it is about, and a loop to run a service on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import IntEnum
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

import typer

from prompt_workbench.cli.progress import say
from prompt_workbench.domain.errors import UserError, WorkbenchError
from prompt_workbench.services.locations import PROJECT_SUFFIX
from prompt_workbench.services.person import Person
from prompt_workbench.services.projects import Projects
from prompt_workbench.services.workbench import ProjectInfo, Workbench

T = TypeVar("T")

ProjectOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--project",
        "-p",
        envvar="PWB_PROJECT",
        metavar="PATH",
        help="The project file. Without it, the only .pwb file of the folder is taken.",
    ),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON value instead of text.")
]


class ExitCode(IntEnum):
    """What a script can tell from how a command ended."""

    DONE = 0
    FAILED = 1
    """Some calls failed, or something on this machine did."""
    USAGE = 2
    SPEND_CAP = 3
    NO_PROJECT = 4
    INTERRUPTED = 130
    """The person pressed Ctrl-C."""


class ProjectUnusableError(Exception):
    """The project cannot be opened; the cause says why."""

    def __init__(self, cause: WorkbenchError) -> None:
        super().__init__(cause.message)
        self.cause = cause


class Session:
    """Opens the project that a command is about, and runs the command's work on it."""

    def __init__(self, projects: Projects) -> None:
        self.projects = projects

    @property
    def person(self) -> Person:
        """What is there without a project: settings, keys and models."""
        return self.projects.person

    def create(self, location: str) -> ProjectInfo:
        """Make a new project and return what it is."""
        return asyncio.run(self._created(location))

    def ask(self, project: str | None, work: Callable[[Workbench], Awaitable[T]]) -> T:
        """Open the project, do the work, close the project, and return the result."""
        return asyncio.run(self._asked(project, work))

    async def _created(self, location: str) -> ProjectInfo:
        workbench = await self.projects.create(location)
        try:
            return workbench.project
        finally:
            await workbench.close()

    async def _asked(self, project: str | None, work: Callable[[Workbench], Awaitable[T]]) -> T:
        location = project or only_project(Path.cwd())
        try:
            workbench = await self.projects.open(location)
        except WorkbenchError as error:
            raise ProjectUnusableError(error) from error
        if notice := workbench.project.notice:
            say(notice)
        try:
            return await work(workbench)
        finally:
            await workbench.close()


def session(context: typer.Context) -> Session:
    """Return the session of a running command."""
    found: Session = context.obj
    return found


def only_project(folder: Path) -> str:
    """Return the only project file of a folder.

    Raises:
        UserError: There is none, or there are several.
    """
    found = sorted(folder.glob(f"*{PROJECT_SUFFIX}"))
    if len(found) == 1:
        return str(found[0])
    if found:
        names = ", ".join(path.name for path in found)
        raise UserError(
            f"There are several projects here: {names}.", hint="Say which with --project PATH."
        )
    raise UserError(
        "There is no project here.",
        hint="Say which with --project PATH, or make one with: pwb init PATH",
    )
