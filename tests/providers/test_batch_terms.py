"""Which models can be called in batches, and at what price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.comparisons import ModelInfo, RunLimits
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.requests import Interface, model_ref
from prompt_workbench.providers.catalogue import Catalogue
from prompt_workbench.providers.local.supervisor import LocalServers
from prompt_workbench.settings.models import Endpoint, ModelRegistry

IN_BATCHES = RunLimits(as_batch=True)


def info(model: str, *endpoints: Endpoint) -> ModelInfo:
    registry = ModelRegistry(endpoints=endpoints)
    return Catalogue(registry, LocalServers(), {}).info(model_ref(model))


@pytest.mark.parametrize("model", ["openai/gpt-4o", "anthropic/claude-opus-4-5"])
def test_a_call_costs_half_of_its_price_at_those_who_offer_it(model: str) -> None:
    found = info(model)
    assert found.price is not None
    assert found.has_batches
    assert found.batch_price is not None
    assert found.batch_price.input == found.price.input / 2
    assert found.batch_price.output == found.price.output / 2
    assert found.priced_for(IN_BATCHES).price == found.batch_price
    assert found.priced_for(RunLimits()).price == found.price


@pytest.mark.parametrize("model", ["gemini/gemini-2.5-flash", "groq/x", "local/smollm"])
def test_others_take_none(model: str) -> None:
    found = info(model)
    assert not found.has_batches
    assert found.batch_price is None


def test_a_person_says_of_their_own_server_what_a_batch_costs() -> None:
    url = "https://llm.example.org/v1"
    plain = Endpoint(name="office", base_url=url, input_price=Decimal(4), output_price=Decimal(8))
    assert not info("office/m", plain).has_batches
    offered = Endpoint(
        name="office",
        base_url=url,
        input_price=Decimal(4),
        output_price=Decimal(8),
        options={"batches": "25"},
    )
    found = info("office/m", offered)
    assert found.batch_price is not None
    assert (found.batch_price.input, found.batch_price.output) == (1, 2)


def test_a_price_of_ones_own_for_single_calls_says_nothing_of_batches() -> None:
    own = Endpoint(
        name="openai",
        base_url="https://api.openai.com/v1",
        input_price=Decimal(1),
        output_price=Decimal(1),
    )
    found = info("openai/gpt-4o", own)
    assert found.has_batches
    assert found.batch_price is None


@pytest.mark.parametrize("share", ["yes", "101", "-1", "1.5", ""])
def test_a_share_is_a_whole_number_of_percent(share: str) -> None:
    with pytest.raises(InvalidInputError, match="share of a price"):
        Endpoint(name="a", base_url="http://127.0.0.1/v1", options={"batches": share})


def test_what_cannot_be_called_in_a_batch_is_refused_with_a_way_out() -> None:
    catalogue = Catalogue(ModelRegistry(), LocalServers(), {})
    with pytest.raises(InvalidInputError, match="gemini/x cannot be called in a batch"):
        catalogue.batches(model_ref("gemini/x"))


def test_gemini_speaks_no_batch_that_this_program_speaks() -> None:
    with pytest.raises(InvalidInputError, match="no option batches"):
        Endpoint(
            name="a",
            base_url="http://127.0.0.1/v1",
            interface=Interface.GEMINI,
            options={"batches": "50"},
        )
