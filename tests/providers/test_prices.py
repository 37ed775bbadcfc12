"""Prices: only a provider's own host has its prices, and unknown stays unknown."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.providers.listing import UNLISTED, listing_from_json
from prompt_workbench.providers.prices import listing, table_source
from prompt_workbench.system.paths import resources_dir


def test_a_model_at_its_own_provider_has_its_price() -> None:
    found = listing("api.openai.com", "gpt-4o-mini")
    assert found.price is not None
    assert found.price.input == Decimal("0.15")
    assert found.price.output == Decimal("0.6")
    assert found.price.cache_read == Decimal("0.075")
    assert found.context_size == 128_000


@pytest.mark.parametrize(
    ("host", "model"),
    [
        ("api.anthropic.com", "claude-sonnet-4-5"),
        ("api.mistral.ai", "mistral-small-latest"),
        ("api.groq.com", "openai/gpt-oss-120b"),
        ("api.deepseek.com", "deepseek-chat"),
        ("api.together.xyz", "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
        ("generativelanguage.googleapis.com", "gemini-2.5-pro"),
        ("api.fireworks.ai", "accounts/fireworks/models/deepseek-r1"),
        ("api.cerebras.ai", "gpt-oss-120b"),
        ("api.cohere.com", "command-a-03-2025"),
        ("aiplatform.googleapis.com", "gemini-2.5-pro"),
    ],
)
def test_providers_are_known_by_their_host(host: str, model: str) -> None:
    price = listing(host, model).price
    assert price is not None
    assert 0 < price.input <= price.output < 1000
    assert "E" not in str(price.output)


@pytest.mark.parametrize(
    ("host", "model"),
    [
        ("127.0.0.1", "gpt-4o-mini"),
        ("api.openai.com.example.com", "gpt-4o-mini"),
        ("api.groq.com", "gpt-4o-mini"),
        ("api.openai.com", "groq/openai/gpt-oss-120b"),
        ("api.openai.com", "no-such-model"),
        ("api.openai.com", "sample_spec"),
        ("", ""),
    ],
)
def test_nobody_else_has_a_price(host: str, model: str) -> None:
    assert listing(host, model) == UNLISTED


@pytest.mark.parametrize("model", ["text-embedding-3-small", "whisper-1", "dall-e-3"])
def test_what_is_no_text_model_has_no_price(model: str) -> None:
    assert listing("api.openai.com", model).price is None


def test_long_requests_have_their_own_price() -> None:
    found = listing("generativelanguage.googleapis.com", "gemini-2.5-pro")
    assert "200,000 tokens" in found.note
    assert found.price is not None
    assert found.price.at(200_000).input == Decimal("1.25")
    assert found.price.at(200_001).input == Decimal("2.5")


def test_a_model_says_what_it_can() -> None:
    found = listing("api.anthropic.com", "claude-sonnet-4-5")
    assert found.capabilities is not None
    assert {Capability.VISION, Capability.TOOLS, Capability.REASONING} <= found.capabilities
    assert (found.context_size, found.max_output_tokens) == (200_000, 64_000)
    assert found.price is not None
    assert found.price.cache_creation == Decimal("3.75")
    assert listing("api.openai.com", "gpt-3.5-turbo").retires_on is not None


def test_a_model_that_a_person_trained_has_the_price_of_such_models() -> None:
    trained = listing("api.openai.com", "ft:gpt-4o-mini-2024-07-18:acme::abc123")
    assert trained.price == listing("api.openai.com", "ft:gpt-4o-mini-2024-07-18").price
    assert trained.price != listing("api.openai.com", "gpt-4o-mini").price


def test_the_table_says_of_which_day_it_is_and_every_entry_can_be_read() -> None:
    table = json.loads((resources_dir() / "prices" / "models.json").read_bytes())
    assert table_source() == f"price list of {date.fromisoformat(table['taken'])}"
    assert "MIT" in table["source"]
    entries = [entry for models in table["models"].values() for entry in models.values()]
    listings = [listing_from_json(entry) for entry in entries]
    assert len(listings) > 1000
    prices = [each.price for each in listings if each.price is not None]
    assert all(0 <= price.input < 1000 and price.output < 1000 for price in prices)
