"""What a person can do with providers: add them, try them out, find local servers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.services.conftest import undone

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.errors import NotFoundError, ProviderError
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
