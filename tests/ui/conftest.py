"""Fixtures of the window's tests: a theme, and the window on a project in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from tests.support.screen import finish, projects, until
from tests.support.scripted_worker import ScriptedWorker

from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.settings import models
from prompt_workbench.settings.models import LocalModel, ModelRegistry
from prompt_workbench.ui.shell.window import MainWindow
from prompt_workbench.ui.start import Desk
from prompt_workbench.ui.theme.apply import Theme, ThemeMode


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, ThemeMode.LIGHT)


@pytest.fixture
def worker() -> ScriptedWorker:
    return ScriptedWorker()


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    return tmp_path / "acme.pwb"


@pytest.fixture
def desk(
    loop: qasync.QEventLoop,
    qapp: QApplication,
    worker: ScriptedWorker,
    project_path: Path,
    tmp_path: Path,
) -> Iterator[Desk]:
    """Open the window on a project with two versions of one prompt."""
    qapp.setQuitOnLastWindowClosed(False)
    add_model_file(tmp_path)
    door = projects(worker)
    finish(loop, _filled(door, project_path))
    desk = Desk(door, qapp)
    desk.begin(str(project_path), sample=False)
    until(loop, lambda: desk.window.workbench is not None)
    desk.window.activateWindow()
    yield desk
    if not desk.closed.done():
        desk.close()
        finish(loop, _ended(desk))
    desk.deleteLater()


def add_model_file(folder: Path) -> None:
    """Make a model available whose answers come from the scripted worker."""
    path = folder / "tiny.gguf"
    path.write_bytes(b"GGUF" + (3).to_bytes(4, "little"))
    models.save(ModelRegistry(local=(LocalModel(name="tiny", path=path),)))


@pytest.fixture
def window(desk: Desk) -> MainWindow:
    return desk.window


async def _ended(desk: Desk) -> None:
    await desk.closed


async def _filled(door: object, path: Path) -> None:
    workbench = await door.create(str(path))  # type: ignore[attr-defined]
    first = PromptContent(
        messages=(
            text_message(Role.SYSTEM, "You are a support agent for {{product}}."),
            text_message(Role.USER, "{{ticket}}"),
        )
    )
    made = await workbench.prompts.create("reply", first, folder="support", message="First")
    second = PromptContent(
        messages=(first.messages[0], text_message(Role.USER, "Answer briefly: {{ticket}}"))
    )
    await workbench.prompts.save(
        made.value.prompt_id, second, message="Briefer", base_id=made.value.id
    )
    await workbench.close()
