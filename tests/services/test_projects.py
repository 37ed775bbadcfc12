"""Projects as a whole: made, opened, found again, and the sample."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.support.engine import until

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.errors import ConflictError, HostError, NotAProjectError, NotFoundError
from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.services.samples import sample_spec
from prompt_workbench.system.paths import data_dir


async def test_a_new_project_is_remembered_and_opens_again(tmp_path: Path) -> None:
    projects = wired_projects()
    made = await projects.create(tmp_path / "mails")
    await made.prompts.create("reply", text_prompt("x"))
    await made.close()
    path = tmp_path / "mails.pwb"
    assert projects.recent() == (str(path),)
    assert (made.project.name, made.project.location) == ("mails", str(path))

    again = await projects.open(path)
    assert again.project.id == made.project.id
    assert [item.prompt.name for item in await again.prompts.list()] == ["reply"]
    await again.close()
    await asyncio.to_thread(path.unlink)
    assert projects.recent() == ()


async def test_the_newest_project_comes_first_and_can_be_forgotten(tmp_path: Path) -> None:
    projects = wired_projects()
    for name in ("a", "b", "a"):
        path = tmp_path / f"{name}.pwb"
        exists = await asyncio.to_thread(path.exists)
        workbench = await (projects.open(path) if exists else projects.create(path))
        await workbench.close()
    assert [Path(place).stem for place in projects.recent()] == ["a", "b"]
    projects.forget(str(tmp_path / "a.pwb"))
    assert [Path(place).stem for place in projects.recent()] == ["b"]


def test_a_project_that_cannot_be_looked_for_is_left_out(tmp_path: Path) -> None:
    projects = wired_projects()
    known = tmp_path / "a.pwb"
    known.touch()
    projects.settings.remember("projects.recent", [str(tmp_path / ("a" * 5000)), str(known), 7])
    assert projects.recent() == (str(known),)


async def test_what_cannot_be_made_or_opened_is_told(tmp_path: Path) -> None:
    projects = wired_projects()
    text = tmp_path / "text.pwb"
    await asyncio.to_thread(text.write_text, "no project " * 100)
    with pytest.raises(ConflictError):
        await projects.create(text)
    with pytest.raises(NotAProjectError):
        await projects.open(text)
    with pytest.raises(NotFoundError):
        await projects.open(tmp_path / "none.pwb")
    assert projects.recent() == ()


async def test_a_project_opens_where_it_cannot_be_remembered(tmp_path: Path) -> None:
    projects = wired_projects()
    path = tmp_path / "a.pwb"
    await (await projects.create(path)).close()
    memory = data_dir() / "memory.json"

    def spoil() -> None:
        memory.unlink()
        memory.mkdir()

    await asyncio.to_thread(spoil)
    workbench = await projects.open(path)
    assert workbench.project.location == str(path)
    await workbench.close()


async def test_a_sample_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(HostError) as told:
        await wired_projects().open_sample(tmp_path / "none" / "sample.pwb")
    assert told.value.message.startswith("The sample project cannot be made: ")


async def test_changes_of_another_window_are_heard(tmp_path: Path) -> None:
    projects = wired_projects()
    one = await projects.create(tmp_path / "a.pwb")
    other = await projects.open(tmp_path / "a.pwb")
    heard: list[ChangeSet] = []
    other.subscribe(heard.append)
    await one.prompts.create("reply", text_prompt("x"))
    await until(lambda: any(change.touches(Kind.PROMPT) for change in heard))
    await one.close()
    await other.close()


async def test_the_sample_project_is_made_once_and_ready_to_run(tmp_path: Path) -> None:
    projects = wired_projects()
    path = tmp_path / "sample.pwb"
    workbench = await projects.open_sample(path)
    spec = sample_spec()
    resolved = [await workbench.prompts.resolve(ref) for ref in spec.prompts]
    estimate = await workbench.comparisons.estimate(spec)
    assert [found.version.number for found in resolved if found.version] == [1, 2]
    assert estimate.cost_high_usd == 0
    assert estimate.calls >= 40
    first = workbench.project.id
    await workbench.close()

    again = await projects.open_sample(path)
    assert again.project.id == first
    await again.close()
    assert await asyncio.to_thread(lambda: list(tmp_path.glob(".sample*"))) == []
