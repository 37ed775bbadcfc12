"""Tokens are counted with OpenAI's encodings where they hold, and estimated elsewhere."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.messages import BlobPart, Message, Role, TextPart, text_message
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.providers.token_counter import InputTokens, TokenCounter
from prompt_workbench.providers.tokens import estimate_input


@pytest.fixture
async def counter() -> AsyncIterator[TokenCounter]:
    made = TokenCounter()
    yield made
    await made.close()


def model(name: str, origin: str = "https://api.openai.com") -> ModelInfo:
    return ModelInfo(ref=model_ref(f"openai/{name}"), origin=origin, price=None)


def request(*texts: str) -> GenerationRequest:
    messages = tuple(text_message(Role.USER, text) for text in texts)
    return GenerationRequest(model=model_ref("openai/m"), messages=messages)


def typical(found: InputTokens) -> list[int]:
    return [each.typical for each in found.requests]


@pytest.mark.parametrize(
    ("name", "encoding", "count"),
    [
        # As OpenAI's own tokenizer page counts them, with 4 for the message and 3 for the request.
        ("gpt-4o", "o200k_base", 6),
        ("gpt-5-mini", "o200k_base", 6),
        ("gpt-4", "cl100k_base", 6),
        ("ft:gpt-4o:me::x", "o200k_base", 6),
    ],
)
async def test_texts_are_counted_with_the_encoding_of_the_model(
    counter: TokenCounter, name: str, encoding: str, count: int
) -> None:
    found = await counter.count([request("tiktoken is great!")], model(name))
    assert (found.encoding, typical(found)) == (encoding, [count + 7])
    assert found.is_exact


async def test_several_requests_are_counted_each(counter: TokenCounter) -> None:
    found = await counter.count([request("Hi"), request("Hi", "Hi"), request()], model("gpt-4o"))
    assert typical(found) == [8, 13, 3]


@pytest.mark.parametrize(
    "text", ["", "\ud800", "<|endoftext|>", "a" * 200_000, "\u0000", "🐔" * 99]
)
async def test_any_text_can_be_counted(counter: TokenCounter, text: str) -> None:
    found = await counter.count([request(text)], model("gpt-4o"))
    assert found.encoding == "o200k_base"
    assert found.requests[0].typical <= estimate_input(request(text)).high


@pytest.mark.parametrize(
    "info", [model("gpt-4o", "https://gateway.example"), model("some-other-model")]
)
async def test_other_models_are_estimated_and_marked(
    counter: TokenCounter, info: ModelInfo
) -> None:
    asked = request("Hello there")
    found = await counter.count([asked], info)
    assert found == InputTokens(requests=(estimate_input(asked),))
    assert not found.is_exact


async def test_what_is_no_text_stays_an_estimate(counter: TokenCounter) -> None:
    parts = (TextPart(content="What is this?"), BlobPart(mime_type="image/png", content="AAAA"))
    asked = GenerationRequest(
        model=model_ref("openai/m"), messages=(Message(role=Role.USER, parts=parts),)
    )
    found = await counter.count([asked], model("gpt-4o"))
    assert found.encoding
    assert not found.is_exact


async def test_a_lost_process_is_started_again(counter: TokenCounter) -> None:
    await counter.count([request("Hi")], model("gpt-4o"))
    process = counter._child._process
    assert process is not None
    process.kill()
    await asyncio.to_thread(process.wait)
    assert typical(await counter.count([request("Hi")], model("gpt-4o"))) == [8]


def test_nothing_is_asked_of_any_network() -> None:
    code = (
        "from prompt_workbench.providers.token_child import counted\n"
        "from prompt_workbench.system.no_network import refuse_network\n"
        "refuse_network()\n"
        "for model in ('gpt-4o', 'gpt-4', 'gpt-oss-20b', 'text-davinci-003', 'davinci', 'x'):\n"
        "    print(counted(model, ['Hi'])['encoding'] or 'none')\n"
    )
    # An empty folder of its own keeps tiktoken from finding what another program downloaded.
    environment = {**os.environ, "TIKTOKEN_CACHE_DIR": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    found = ["o200k_base", "cl100k_base", "o200k_harmony", "p50k_base", "none", "none"]
    assert done.stdout.split() == found, done.stderr


async def test_closing_waits_for_no_answer() -> None:
    counter = TokenCounter()
    asked = asyncio.create_task(counter.count([request("Hi")], model("gpt-4o")))
    await asyncio.sleep(0)
    await counter.close()
    found = await asked
    assert found.encoding in ("", "o200k_base")
