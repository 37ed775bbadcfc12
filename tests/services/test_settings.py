"""What a person chose, and what is remembered for them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.services.conftest import undone

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.services.settings import Settings
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.settings.schema import SETTINGS
from prompt_workbench.system.paths import config_dir


@pytest.fixture
def settings() -> Settings:
    return wired_projects().settings


async def test_a_choice_is_kept_announced_and_can_be_undone(
    bench: Workbench, heard: list[ChangeSet]
) -> None:
    done = await bench.settings.set("appearance.theme", "dark")
    assert heard[-1].touches(Kind.SETTING)
    assert wired_projects().settings.get("appearance.theme") == "dark"
    redo = await undone(done)
    assert bench.settings.get("appearance.theme") == "system"
    await undone(redo)
    assert bench.settings.get("appearance.theme") == "dark"


async def test_wrong_values_are_refused_with_the_right_ones(settings: Settings) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await settings.set("appearance.theme", "pink")
    assert refused.value.hint == "Choose system, light or dark."
    with pytest.raises(InvalidInputError):
        await settings.set("local.threads", 1000)
    with pytest.raises(InvalidInputError):
        await settings.set("local.threads", True)
    with pytest.raises(NotFoundError):
        settings.get("none")


def test_a_damaged_file_is_put_aside_and_the_defaults_hold() -> None:
    path = config_dir() / "settings.json"
    path.write_text("{", encoding="utf-8")
    assert wired_projects().settings.get("appearance.theme") == "system"
    assert path.with_suffix(".damaged").read_text(encoding="utf-8") == "{"


def test_a_value_that_is_no_longer_allowed_counts_as_the_default(settings: Settings) -> None:
    (config_dir() / "settings.json").write_text('{"appearance.theme": 3}', encoding="utf-8")
    assert wired_projects().settings.get("appearance.theme") == "system"


def test_the_account_stands_beside_versions_until_a_name_is_given(settings: Settings) -> None:
    assert settings.author


def test_pages_can_remember_things(settings: Settings, home: Path) -> None:
    settings.remember("compare.p1", {"models": ["a"]})
    assert wired_projects().settings.remembered("compare.p1") == {"models": ["a"]}
    settings.remember("compare.p1", None)
    assert settings.remembered("compare.p1") is None


async def test_two_programs_do_not_undo_each_others_choices(settings: Settings) -> None:
    await wired_projects().settings.set("author", "Ada")
    await settings.set("appearance.theme", "dark")
    later = wired_projects().settings
    assert (later.get("author"), later.get("appearance.theme")) == ("Ada", "dark")


async def test_what_is_remembered_at_the_same_time_is_all_kept(settings: Settings) -> None:
    names = [f"page.{number}" for number in range(30)]
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(asyncio.to_thread(settings.remember, name, name))
    assert [settings.remembered(name) for name in names] == names


def test_every_setting_is_explained() -> None:
    for setting in SETTINGS.values():
        assert setting.title
        assert setting.description.endswith(".")
        assert setting.checked(setting.default) == setting.default
