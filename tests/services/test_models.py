"""What a person can do with models and their keys."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.services.conftest import undone

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import HostError, ModelFileError, NotFoundError
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import Price
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.person import Person

DEFAULT = "local/smollm2-135m-instruct"
DAY = date(2026, 1, 1)


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


async def test_a_price_of_ones_own_holds_for_one_model_and_can_be_taken_back(
    person: Person,
) -> None:
    ref = model_ref("openai/gpt-4o-mini")
    listed = (await person.models.info(ref)).price
    price = Price(input=Decimal(3), output=Decimal(9), cache_read=Decimal(1))
    done = await person.models.set_price(ref, price, since=DAY)
    info = await person.models.info(ref)
    assert (info.price, info.price_source) == (price, "your own price since 2026-01-01")
    await undone(done)
    assert (await person.models.info(ref)).price == listed

    await person.models.set_price(ref, None, discount_percent=Decimal(20), since=DAY)
    info = await person.models.info(ref)
    assert info.price is not None
    assert info.price.input == Decimal("0.12")
    assert info.price_source.endswith(", less your 20 %")
    await person.models.remove_price(ref)
    assert (await person.models.info(ref)).price == listed
    with pytest.raises(NotFoundError):
        await person.models.set_price(model_ref("nobody/m"), price, since=DAY)


async def test_offline_nothing_is_downloaded_and_only_this_computer_is_asked(
    person: Person,
) -> None:
    await person.settings.set("network.offline", value=True)
    with pytest.raises(HostError, match="Offline is switched on"):
        await person.models.fetch_default()
    await person.models.add_endpoint(Endpoint(name="far", base_url="https://a.example.org/v1"))
    async with FakeProvider(models=("a",)) as provider:
        await person.models.add_endpoint(Endpoint(name="near", base_url=provider.base_url))
        await person.models.refresh()
    assert "Offline is switched on" in person.models.note("far")
    assert person.models.note("near") == ""
    assert "near/a" in await names(person)
