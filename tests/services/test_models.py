"""What a person can do with models and their keys."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest
from tests.services.conftest import undone

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import InvalidInputError, ModelFileError, NotFoundError
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.keys import VaultState
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.person import Person

DEFAULT = "local/smollm2-135m-instruct"
REMOTE = Endpoint(name="remote", base_url="https://api.example.org/v1")


@pytest.fixture
def person() -> Person:
    return wired_projects().person


async def names(person: Person) -> list[str]:
    return [str(info.ref) for info in await person.models.list()]


async def test_the_default_model_says_what_it_is(person: Person) -> None:
    default = person.models.default
    assert (default.name, default.licence, default.installed) == (DEFAULT, "Apache-2.0", False)
    assert default.size > 90_000_000
    (info,) = await person.models.list()
    assert not info.available
    assert "pwb models fetch" in info.note


async def test_a_model_file_can_be_added_and_taken_back(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "My Model.Q4.gguf"
    await asyncio.to_thread(file.write_bytes, b"GGUF" + (3).to_bytes(4, "little") + bytes(16))
    done = await person.models.add_local(file)
    assert str(done.value.ref) == "local/my-model.q4"
    assert done.value.available
    redo = await undone(done)
    assert await names(person) == [DEFAULT]
    await undone(redo)
    assert await names(person) == [DEFAULT, "local/my-model.q4"]
    removed = await person.models.remove("local/my-model.q4")
    assert await names(person) == [DEFAULT]
    await undone(removed)
    assert len(await names(person)) == 2


async def test_only_model_files_can_be_added(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "text.gguf"
    await asyncio.to_thread(file.write_text, "no model")
    with pytest.raises(ModelFileError, match="not a GGUF"):
        await person.models.add_local(file)
    with pytest.raises(ModelFileError):
        await person.models.add_local(tmp_path / "none.gguf")


async def test_an_endpoint_is_asked_for_its_models(person: Person) -> None:
    heard = []
    person.announcements.subscribe(heard.append)
    async with FakeProvider(models=("a", "b")) as provider:
        endpoint = Endpoint(
            name="fake",
            base_url=provider.base_url,
            input_price=Decimal(1),
            output_price=Decimal(2),
        )
        done = await person.models.add_endpoint(endpoint)
        infos = {str(info.ref): info for info in await person.models.refresh()}
    assert heard[-1].touches(Kind.MODEL)
    assert {"fake/a", "fake/b"} < set(infos)
    price = infos["fake/a"].price
    assert price is not None
    assert (price.input, price.output) == (1, 2)

    assert "fake/a" in await names(wired_projects().person), "known without asking again"
    assert person.models.note("fake") == ""
    await person.models.refresh()
    assert person.models.note("fake"), "the server is gone, and that is said"

    await undone(done)
    assert await names(person) == [DEFAULT]
    with pytest.raises(NotFoundError):
        await person.models.info(model_ref("fake/a"))
    with pytest.raises(NotFoundError):
        await person.models.remove("fake")


async def test_a_key_is_kept_for_one_server_only(
    person: Person, memory_keyring: dict[tuple[str, str], str]
) -> None:
    await person.models.add_endpoint(REMOTE)
    status = await person.keys.set("remote", " sk-canary ")
    assert status.state is VaultState.AVAILABLE
    assert await person.keys.all() == {"https://api.example.org": "sk-canary"}

    moved = Endpoint(name="remote", base_url="https://evil.example.org/v1")
    await person.models.add_endpoint(moved)
    assert await person.keys.all() == {}
    await person.models.add_endpoint(REMOTE)
    await person.keys.forget("remote")
    assert memory_keyring == {}


async def test_a_key_never_travels_in_clear(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.models.add_endpoint(Endpoint(name="lan", base_url="http://10.0.0.5/v1"))
    with pytest.raises(InvalidInputError, match="without encryption"):
        await person.keys.set("lan", "sk-canary")
    monkeypatch.setenv("PWB_KEY_LAN", "sk-canary")
    assert await person.keys.all() == {}


async def test_a_key_can_come_from_the_environment(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.models.add_endpoint(Endpoint(name="my-ai", base_url="https://a.example.org/v1"))
    monkeypatch.setenv("PWB_KEY_MY_AI", "sk-canary")
    assert await person.keys.all() == {"https://a.example.org": "sk-canary"}


async def test_without_a_keyring_a_key_is_kept_for_now_and_that_is_said(person: Person) -> None:
    await person.models.add_endpoint(REMOTE)
    status = await person.keys.set("remote", "sk-canary")
    assert not status.persistent
    assert "until this program ends" in status.sentence
    assert await person.keys.all() == {"https://api.example.org": "sk-canary"}
    assert await wired_projects().person.keys.all() == {}
    for wrong in ("", "  ", "two\nlines"):
        with pytest.raises(InvalidInputError):
            await person.keys.set("remote", wrong)
    with pytest.raises(NotFoundError):
        await person.keys.set("none", "sk-canary")
