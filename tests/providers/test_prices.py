"""Prices: only a provider's own host has its prices, and unknown stays unknown."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from prompt_workbench.providers.prices import UNLISTED, listing
from prompt_workbench.system.child_process import child_environment


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


def test_a_price_with_steps_says_so() -> None:
    assert "200,000 tokens" in listing("generativelanguage.googleapis.com", "gemini-2.5-pro").note


def test_prices_are_read_without_importing_litellm() -> None:
    code = (
        "import sys; from prompt_workbench.providers.prices import listing;"
        "assert listing('api.openai.com', 'gpt-4o-mini').price;"
        "sys.exit('litellm' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=child_environment())
