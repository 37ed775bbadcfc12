"""What tests of the window share: waiting for a condition, finding what is on the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from tests.support.scripted_worker import ScriptedWorker

from prompt_workbench.services.person import Person
from prompt_workbench.services.projects import Projects
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.settings.store import SettingsStore, memory
from prompt_workbench.storage.project import Project
from prompt_workbench.system.renderer import Renderer
from prompt_workbench.system.secrets import KeyVault

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)

_STEP_S = 0.005


def projects(worker: ScriptedWorker) -> Projects:
    """Return the projects of this home, whose calls the scripted worker answers."""
    person = Person(store=SettingsStore(), memory=memory(), vault=KeyVault())

    def connect(project: Project) -> Workbench:
        return Workbench(project, worker=worker, renderer=Renderer(), person=person)

    return Projects(connect, person)


def finish(loop: qasync.QEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run work to its end and return its result."""
    return loop.run_until_complete(work)


def act(loop: qasync.QEventLoop, action: Callable[[], T]) -> T:
    """Do something while the app runs, outside of any task, as an input event does."""
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            done.set_result(action())
        except Exception as error:  # noqa: BLE001
            done.set_exception(error)

    QTimer.singleShot(0, run)
    return loop.run_until_complete(done)


def until(loop: qasync.QEventLoop, holds: Callable[[], object], within_s: float = 60) -> None:
    """Let the app run until a condition holds."""

    async def wait() -> None:
        deadline = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline, "it did not come to hold in time"
            await asyncio.sleep(_STEP_S)

    loop.run_until_complete(wait())


def settle(loop: qasync.QEventLoop, seconds: float = 0.02) -> None:
    """Let the app handle what is due, to show that something does not happen."""
    loop.run_until_complete(asyncio.sleep(seconds))


def open_window(kind: type[W]) -> W:
    """Return the one visible window of that class."""
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    assert len(found) == 1, f"{len(found)} windows of class {kind.__name__} are open"
    return found[0]
