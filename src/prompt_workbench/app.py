"""The composition root of both front ends: wires project, worker and services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from prompt_workbench.services.person import Person
from prompt_workbench.services.projects import PROJECT_SUFFIX, Projects, is_database
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.settings.store import SettingsStore, memory
from prompt_workbench.system.logs import log_to_file
from prompt_workbench.system.secrets import KeyVault

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project

_SAMPLE = "--sample"


def main(arguments: Sequence[str]) -> int:
    """Open the window for no arguments, ``--sample`` or a project; else run a command."""
    projects = wired_projects()
    if len(arguments) > 1 or not all(map(_opens_window, arguments)):
        from prompt_workbench.cli.main import run

        return run(arguments, projects)
    from prompt_workbench.ui.start import run_app

    log_to_file("app")
    sample = _SAMPLE in arguments
    location = None if sample else next(iter(arguments), None)
    return run_app(projects, location=location, sample=sample)


def wired_projects() -> Projects:
    """Return the projects of this person, each opened with its own worker and services."""
    person = Person(store=SettingsStore(), memory=memory(), vault=KeyVault())

    def connect(project: Project) -> Workbench:
        from prompt_workbench.services.worker_link import WorkerLink
        from prompt_workbench.system.renderer import Renderer

        return Workbench(project, worker=WorkerLink(), renderer=Renderer(), person=person)

    return Projects(connect, person)


def _opens_window(argument: str) -> bool:
    return argument == _SAMPLE or argument.endswith(PROJECT_SUFFIX) or is_database(argument)
