"""Lists of models as servers really write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import FREE, Price
from prompt_workbench.providers.listing import Listing
from prompt_workbench.providers.listings import Listings
from prompt_workbench.providers.model_lists import models_in

OPENROUTER = {
    "id": "anthropic/claude-sonnet-4.5",
    "context_length": 1000000,
    "architecture": {"input_modalities": ["text", "image", "file"]},
    "pricing": {
        "prompt": "0.000003",
        "completion": "0.000015",
        "request": "0",
        "image": "0.0048",
        "internal_reasoning": "0",
        "input_cache_read": "0.0000003",
        "input_cache_write": "0.00000375",
    },
    "supported_parameters": ["tools", "reasoning", "temperature"],
}


def read(entries: list[Json], interface: Interface = Interface.OPENAI_CHAT) -> Listings:
    found = models_in({"data": entries, "models": entries}, interface)
    assert found is not None
    return found


def one(entry: Json, interface: Interface = Interface.OPENAI_CHAT) -> Listing:
    (listing,) = read([entry], interface).values()
    return listing


@pytest.mark.parametrize(
    "listed",
    [
        {"object": "list", "data": [{"id": "b"}, {"id": "a"}, {"id": "a"}, {"id": 5}, "x"]},
        [{"id": "a"}, {"id": "b"}],
    ],
)
def test_names_come_in_order_and_what_is_none_is_passed_over(listed: Json) -> None:
    found = models_in(listed, Interface.OPENAI_CHAT)
    assert found is not None
    assert list(found) == ["a", "b"]


@pytest.mark.parametrize("listed", [None, "x", {"models": []}, {"data": {}}])
def test_what_is_no_list_is_told_from_an_empty_one(listed: Json) -> None:
    assert models_in(listed, Interface.OPENAI_CHAT) is None
    assert models_in({"data": []}, Interface.OPENAI_CHAT) == {}


def test_openrouter_tells_price_context_and_abilities() -> None:
    found = one(OPENROUTER)
    assert found.price == Price(
        input=Decimal(3),
        output=Decimal(15),
        cache_read=Decimal("0.3"),
        cache_creation=Decimal("3.75"),
    )
    assert found.context_size == 1_000_000
    assert found.capabilities == {
        Capability.VISION,
        Capability.FILES,
        Capability.TOOLS,
        Capability.REASONING,
    }


@pytest.mark.parametrize(
    "pricing",
    [
        {"prompt": "-1", "completion": "-1"},
        {"prompt": "0.1"},
        {"prompt": "NaN", "completion": "0.1"},
        {"prompt": "cheap", "completion": "0.1"},
        {"prompt": "0.1", "completion": "0.1", "request": "0.01"},
        {"input": 0.18, "output": 0.18},
        "free",
    ],
)
def test_a_price_that_is_not_whole_is_no_price(pricing: Json) -> None:
    assert one({"id": "m", "pricing": pricing}).price is None


def test_a_model_that_is_said_to_be_free_is_free() -> None:
    assert one({"id": "m:free", "pricing": {"prompt": "0", "completion": "0"}}).price == FREE


@pytest.mark.parametrize(
    ("entry", "size"),
    [
        ({"context_window": 131072}, 131072),  # Groq
        ({"max_context_length": 32768}, 32768),  # Mistral
        ({"max_model_len": 4096}, 4096),  # vLLM
        ({"meta": {"n_ctx_train": 8192}}, 8192),  # llama.cpp
        ({"context_length": 0}, None),
        ({"context_length": True}, None),
        ({"context_length": "many"}, None),
        ({}, None),
    ],
)
def test_servers_name_the_context_differently(entry: dict[str, Json], size: int | None) -> None:
    assert one({"id": "m", **entry}).context_size == size


def test_models_without_a_conversation_are_left_out() -> None:
    names = [
        *("gpt-4o", "text-embedding-3-small", "whisper-1", "tts-1-hd", "dall-e-3"),
        *("omni-moderation-latest", "sora-2", "nomic/text-embedding-v2", "embedded-systems-7b"),
    ]
    found = read([{"id": name} for name in names] + [{"id": "flux", "type": "image"}])
    assert list(found) == ["embedded-systems-7b", "gpt-4o"]


def test_gemini_names_its_models_without_their_folder() -> None:
    entries: list[Json] = [
        {
            "name": "models/gemini-x",
            "inputTokenLimit": 1048576,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        },
        {"name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]},
        {"displayName": "without a name"},
    ]
    assert read(entries, Interface.GEMINI) == {
        "gemini-x": Listing(context_size=1048576, max_output_tokens=65536)
    }


def test_a_name_from_a_server_cannot_steer_a_screen() -> None:
    assert list(read([{"id": "a\x1b[2Jb\u202ec"}])) == ["a [2Jb c"]


def test_a_list_without_end_is_cut_and_a_name_without_end_is_left_out() -> None:
    entries: list[Json] = [{"id": f"m{number:06}"} for number in range(6_000)]
    assert list(read([*entries, {"id": "x" * 201}]))[-1] == "m004999"
