"""What is typed is stored by itself, however long another program has the project locked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import qasync
from PySide6.QtCore import QObject
from tests.support.screen import until

from prompt_workbench.domain.errors import ProjectLockedError
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.autosave import Autosave


class Project:
    """Stores, or is locked for the first tries."""

    def __init__(self, locked_for: int = 0) -> None:
        self.locked_for = locked_for
        self.tries = 0
        self.stored = 0

    async def keep(self) -> None:
        self.tries += 1
        if self.tries <= self.locked_for:
            raise ProjectLockedError("Another program holds the project.")
        self.stored += 1


@pytest.fixture
def owner(loop: qasync.QEventLoop) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


def test_much_typing_is_one_write(loop, owner) -> None:
    project = Project()
    autosave = Autosave(project.keep, TaskScope(owner, on_error=print), owner)
    for _ in range(20):
        autosave.touched()
    until(loop, lambda: project.stored)
    assert project.tries == 1


def test_a_lock_is_told_once_and_only_delays(loop, owner) -> None:
    project, errors = Project(locked_for=2), []
    autosave = Autosave(project.keep, TaskScope(owner, on_error=errors.append), owner)
    autosave.touched()
    until(loop, lambda: project.stored)
    assert [str(error) for error in errors] == ["Another program holds the project."]
