"""What a person can do with providers: add them, try them out, find local servers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.services.conftest import undone

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import NotFoundError, ProviderError
from prompt_workbench.domain.pace import Pace
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import CostSource
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import refusal
from prompt_workbench.services.keys import KeyPlace, VaultState
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.person import Person


@pytest.fixture
def person() -> Person:
    return wired_projects().person


async def add(person: Person, server: FakeProvider, *, price: Decimal | None = None) -> None:
    endpoint = Endpoint(
        name="mine", base_url=server.base_url, input_price=price, output_price=price
    )
    await person.models.add_endpoint(endpoint)


async def test_a_known_provider_is_added_once_and_can_be_taken_back(person: Person) -> None:
    done = await person.providers.add("anthropic")
    await person.providers.add("anthropic")
    (provider,), status = await person.providers.list()
    assert (provider.title, provider.needs_key) == ("Anthropic", True)
    assert provider.key_page.startswith("https://")
    assert provider.key.place is KeyPlace.NONE
    assert status.state is VaultState.ABSENT
    await undone(done)
    assert (await person.providers.list())[0] == ()


async def test_a_server_of_the_person_keeps_its_name(person: Person) -> None:
    own = Endpoint(name="openai", base_url="https://gateway.example.org/v1")
    await person.models.add_endpoint(own)
    assert (await person.providers.add("openai")).value.name == "openai-2"
    assert [each.title for each in (await person.providers.list())[0]] == ["openai", "openai-2"]
    assert (await person.models.endpoints())[0] == own
    with pytest.raises(NotFoundError, match="no known provider named opnai"):
        await person.providers.add("opnai")


async def test_the_price_of_trying_out_is_known_before_anything_is_sent(person: Person) -> None:
    async with FakeProvider(models=("b", "a")) as server:
        await add(person, server, price=Decimal(2))
        plan = await person.providers.plan_try("mine")
        assert str(plan.model.ref) == "mine/a"
        assert server.requests == []
        result = await person.providers.try_out(plan)
    assert result.text
    assert result.cost.source is CostSource.KNOWN
    assert plan.most_usd is not None
    assert result.cost.usd is not None
    assert 0 < result.cost.usd <= plan.most_usd < Decimal("0.001")
    (sent,) = server.requests
    assert b"max_tokens" in sent.body


async def test_trying_out_has_a_line_of_its_own_in_the_egress_log(person: Person) -> None:
    async with FakeProvider(models=("a",)) as server:
        await add(person, server)
        await person.providers.try_out(await person.providers.plan_try("mine"))
        (sent,) = server.requests
    found = {each.purpose: each for each in await person.network.log()}
    assert found.keys() == {Purpose.MODELS, Purpose.TRY}
    assert found[Purpose.TRY].count == 1
    assert (found[Purpose.TRY].sent or 0) > len(sent.body)


async def test_without_a_price_trying_out_costs_an_unknown_amount(person: Person) -> None:
    async with FakeProvider() as server:
        await add(person, server)
        plan = await person.providers.plan_try("mine", "fake")
        assert plan.most_usd is None
        assert (await person.providers.try_out(plan)).cost.source is CostSource.UNKNOWN


async def test_a_server_that_refuses_how_it_is_asked_is_asked_in_the_other_form(
    person: Person,
) -> None:
    async with FakeProvider([refusal(400, "unknown field stream_options")]) as server:
        await add(person, server)
        plan = await person.providers.plan_try("mine", "fake")
        with pytest.raises(ProviderError, match="stream_options"):
            await person.providers.try_out(plan)
    assert len(server.requests) == 2


async def test_what_cannot_be_tried_out_says_why(person: Person) -> None:
    with pytest.raises(NotFoundError, match="no endpoint named mine"):
        await person.providers.plan_try("mine")
    async with FakeProvider(models=()) as server:
        await add(person, server)
        with pytest.raises(NotFoundError, match="mine names no model"):
            await person.providers.plan_try("mine")
    with pytest.raises(NotFoundError) as caught:
        await person.providers.plan_try("mine")
    assert "does not answer" in str(caught.value.hint)


async def test_a_local_server_that_was_added_is_known_again(person: Person) -> None:
    await person.providers.add("ollama")
    (provider,), _ = await person.providers.list()
    assert not provider.needs_key
    assert provider.endpoint.input_price == 0
    for found in await person.providers.discover():
        assert (found.added_as == "ollama") == (found.provider.name == "ollama")


async def test_how_a_server_is_reached_can_be_chosen_and_taken_back(person: Person) -> None:
    endpoint = Endpoint(name="mine", base_url="https://api.example.org/v1")
    await person.models.add_endpoint(endpoint)
    await person.providers.connect("mine", {"requests_per_minute": 60})
    done = await person.providers.connect("mine", {"at_once": 4})
    assert done.value.connection.pace == Pace(at_once=4, requests_per_minute=60)
    await person.models.add_endpoint(endpoint)
    info = await person.models.info(model_ref("mine/m"))
    assert info.pace == Pace(at_once=4, requests_per_minute=60)
    await undone(done)
    assert (await person.providers.endpoint("mine")).connection.at_once == 0


async def test_a_file_without_certificates_is_not_chosen(person: Person, tmp_path: Path) -> None:
    await person.models.add_endpoint(Endpoint(name="mine", base_url="https://api.example.org/v1"))
    with pytest.raises(ProviderError, match="cannot be used"):
        await person.providers.connect("mine", {"ca_file": str(tmp_path / "none.pem")})
    with pytest.raises(NotFoundError, match="no endpoint named yours"):
        await person.providers.connect("yours", {})
    assert (await person.providers.endpoint("mine")).connection.ca_file == ""
