"""The composition root of both front ends: wires project, worker and services."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from prompt_workbench.services.locations import PROJECT_SUFFIX, is_database
from prompt_workbench.services.person import Person
from prompt_workbench.services.projects import Projects
from prompt_workbench.settings.offline import OfflineSwitch
from prompt_workbench.settings.store import SettingsStore, memory
from prompt_workbench.system.egress_guard import guard
from prompt_workbench.system.logs import log_to_file
from prompt_workbench.system.secrets import KeyVault

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench
    from prompt_workbench.storage.project import Project

_SAMPLE = "--sample"
_DEMO = "demo"
_NO_SCREEN = (
    "Error: There is no screen to open the window on.\n"
    "Use the commands for the terminal; pwb --help lists them.\n"
)


def main(arguments: Sequence[str]) -> int:
    """Open the window, or run a command.

    No arguments, ``--sample`` or a project open the window, and so does ``demo`` where there
    is a screen; everything else is a command.
    """
    guard(OfflineSwitch())
    projects = wired_projects()
    if len(arguments) > 1 or not all(map(_opens_window, arguments)):
        from prompt_workbench.cli.main import run

        return run(arguments, projects)
    if not _can_show_window():
        sys.stderr.write(_NO_SCREEN)
        return 1
    from prompt_workbench.ui.start import run_app

    log_to_file("app")
    asked = next(iter(arguments), None)
    sample = asked in {_SAMPLE, _DEMO}
    return run_app(projects, location=None if sample else asked, sample=sample)


def wired_projects() -> Projects:
    """Return the projects of this person, each opened with its own worker and services."""
    person = Person(store=SettingsStore(), memory=memory(), vault=KeyVault())

    def connect(project: Project) -> Workbench:
        from prompt_workbench.services.workbench import Workbench
        from prompt_workbench.services.worker_link import WorkerLink
        from prompt_workbench.system.renderer import Renderer

        return Workbench(project, worker=WorkerLink(), renderer=Renderer(), person=person)

    return Projects(connect, person)


def _opens_window(argument: str) -> bool:
    if argument == _DEMO:
        return _has_screen()
    return argument == _SAMPLE or argument.endswith(PROJECT_SUFFIX) or is_database(argument)


def _can_show_window() -> bool:
    """Return whether Qt can run; without a screen it needs to be told what to paint on."""
    return _has_screen() or bool(os.environ.get("QT_QPA_PLATFORM"))


def _has_screen() -> bool:
    """Return whether a window can be seen; only on Linux and the like it may not."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
