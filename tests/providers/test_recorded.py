"""Answers of real providers, as they were recorded, read by the adapter."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.chat import chat

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_replies import Reply

RECORDED = Path(__file__).parents[1] / "fixtures" / "recorded"
LONG = "A long question. " * 1000
"""The recorded requests were longer than a word, and counts are compared with their size."""

ANSWERS = {
    "azure-content-filter.json": ("content_filter", "", 15, 19, 0, 0),
    "azure-reasoning.json": ("stop", "3", 11, 203, 0, 192),
    "cerebras-reasoning.json": ("stop", "The answer is 4.", 13, 7, 0, 0),
    "groq-tool-call.json": ("tool_calls", "", 254, 174, 0, 147),
    "groq-stream.sse": ("stop", "A joke about OpenTelemetry!", 18, 73, 0, 0),
    "huggingface-stream.sse": ("stop", "Paris", 40, 2, 0, 0),
    "huggingface.json": ("length", "<think>\nHmm, the user", 4, 100, 0, 0),
    "mistral-stream.sse": ("stop", "Why did OpenTelemetry bring a map", 11, 43, 0, 0),
    "mistral.json": ("stop", "The capital of France is ", 28, 6, 0, 0),
    "openai-cached.json": ("stop", "OK", 4020, 4, 4012, 0),
    "openai-reasoning.json": ("stop", "The capital of France is ", 31, 467, 0, 448),
    "openai-stream.sse": ("stop", "The capital of Mexico is Mexico City.", 14, 8, 0, 0),
    "openai-tool-call.json": ("tool_calls", "", 207, 46, 0, 0),
    "openrouter-tool-call.json": ("tool_calls", "I'll search for", 568, 48, 0, 0),
    "openrouter.json": ("stop", "Why don't scientists trust", 8, 17, 0, 0),
    "together.json": ("eos", " Why don't we ever hear", 18, 35, 0, 0),
    "zai-reasoning.json": ("stop", "2 + 2 is 4.", 13, 247, 0, 237),
    "zai-stream.sse": ("stop", "4", 13, 564, 0, 561),
}
WITHOUT_USAGE = {
    "azure-stream.sse": ("stop", "Why did the OpenTelemetry project"),
    "openai-tool-stream.sse": ("tool_calls", ""),
}
REFUSALS = {
    "azure-404.json": (404, ProviderErrorKind.NOT_FOUND, "The API deployment for this resource"),
    "groq-400.json": (400, ProviderErrorKind.BAD_REQUEST, "Tool choice is required, but"),
    "groq-404.json": (404, ProviderErrorKind.NOT_FOUND, "The model `non-existent` does not"),
    "openai-401.json": (401, ProviderErrorKind.AUTHENTICATION, "Incorrect API key provided"),
    "openai-404.json": (404, ProviderErrorKind.NOT_FOUND, "The model `gpt-5.2-proo` does not"),
    "openrouter-429.json": (429, ProviderErrorKind.RATE_LIMITED, "Provider returned error: google"),
}


def reply(name: str, status: int = 200) -> Reply:
    kind = "text/event-stream" if name.endswith(".sse") else "application/json"
    body = (RECORDED / name).read_bytes()
    return Reply(pieces=(body,), status=status, headers={"Content-Type": kind})


def test_every_recording_is_read() -> None:
    files = {path.name for path in RECORDED.iterdir() if path.suffix in {".sse", ".json"}}
    assert files == {*ANSWERS, *WITHOUT_USAGE, *REFUSALS}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_with_usage(name: str) -> None:
    reason, text, given, made, cached, reasoning = ANSWERS[name]
    async with chat(reply(name)) as one:
        found = await one.ask(text=LONG)
    assert found.finish_reason == reason
    assert found.text.startswith(text)
    assert bool(found.text) == bool(text)
    assert found.usage == Usage(
        input_tokens=given,
        output_tokens=made,
        cache_read_input_tokens=cached,
        reasoning_output_tokens=reasoning,
    )
    assert found.response_id
    assert found.response_model
    assert found.error is None


@pytest.mark.parametrize("name", WITHOUT_USAGE)
async def test_an_answer_without_usage(name: str) -> None:
    reason, text = WITHOUT_USAGE[name]
    async with chat(reply(name)) as one:
        found = await one.ask(text=LONG)
    assert (found.finish_reason, found.usage) == (reason, None)
    assert found.text.startswith(text)


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal(name: str) -> None:
    status, kind, words = REFUSALS[name]
    async with chat(reply(name, status)) as one:
        with pytest.raises(ProviderError) as caught:
            await one.ask()
    assert caught.value.kind is kind
    assert caught.value.message.startswith(f"The provider answered: {words}")
