"""Projects go in and out of the window one at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.screen import act, until

from prompt_workbench.domain.errors import StorageError
from prompt_workbench.ui.desk import Desk


def test_of_two_projects_asked_for_at_once_the_last_one_is_shown(
    loop, desk: Desk, tmp_path: Path
) -> None:
    def create(name: str) -> None:
        desk._enter(name, lambda: desk._door.create(str(tmp_path / f"{name}.pwb")))

    act(loop, lambda: (create("one"), create("two")))
    until(loop, lambda: desk.window.windowTitle().startswith("two"))
    until(loop, lambda: not desk._tasks._tasks)
    assert desk.window.current_page().context.workbench is desk.window.workbench
    assert desk.window.workbench.project.name == "two"


def test_a_project_that_cannot_be_left_stays_and_the_other_one_is_closed(
    loop, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []
    page = desk.window.current_page()

    async def refuse() -> None:
        raise StorageError("The disk is full.")

    async def create() -> object:
        made = await desk._door.create(str(tmp_path / "new.pwb"))
        close = made.close

        async def noted() -> None:
            closed.append(made.project.name)
            await close()

        made.close = noted
        return made

    monkeypatch.setattr(page, "finish", refuse)
    act(loop, lambda: desk._enter("new", create))
    until(loop, lambda: desk.window.notify.texts() == ["The disk is full."])
    assert closed == ["new"]
    assert desk.window.workbench.project.name == "acme"
    monkeypatch.undo()
