"""Answers of real providers, as they were recorded, against a second opinion on what they cost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from tests.providers.conformance.recordings import RECORDED, SHARED, Recording, recorded, shared
from tests.providers.conformance.second_opinion import Opinion, opinion
from tests.support.chat import KEY, PATIENT, request

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.usage import Price, Usage, UsageSource, cost_of
from prompt_workbench.providers.base import Answer
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import Reply
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import INTERFACES, make_provider

ANSWERS = {
    "anthropic/cache-read.json": ("end_turn", '# Major Themes in "Pride', 1754, 568, 1733, 0, 0),
    "anthropic/cache-written.json": ("end_turn", '# Major Themes in "Pride', 1754, 561, 0, 1733, 0),
    "anthropic/server-tool-stream.sse": ("end_turn", "The task asks", 2411, 145, 0, 0, 47),
    "anthropic/stream.sse": ("end_turn", "2", 20, 5, 0, 0, 0),
    "anthropic/thinking-stream.sse": ("end_turn", "1. **Pouch** - ", 46, 133, 0, 0, 0),
    "anthropic/thinking.json": ("end_turn", "\n\n2 + 2 = **4**", 31, 30, 0, 0, 0),
    "gemini/cached.json": ("STOP", "This video demonstrates", 17713, 889, 17379, 0, 821),
    "gemini/safety.json": ("SAFETY", "", 14, 0, 0, 0, 0),
    "gemini/server-tool.json": ("STOP", "The sum of the first 50", 648, 531, 0, 0, 117),
    "gemini/stream.sse": ("STOP", "Paris", 6, 36, 0, 0, 35),
    "gemini/thoughts-limit.json": ("MAX_TOKENS", "", 15, 2, 0, 0, 2),
    "gemini/thoughts.json": ("STOP", "Okay, let me check", 49, 1124, 0, 0, 996),
    "responses/deepseek-stream.sse": ("completed", "The capital of France", 90, 15, 0, 0, 7),
    "responses/deepseek.json": ("completed", "391", 91, 20, 0, 0, 18),
    "responses/reasoning.json": ("completed", "The capital of Mexico is", 13, 227, 0, 0, 192),
    "responses/stream.sse": ("completed", "1 USD = 0.92 EUR", 496, 12, 0, 0, 0),
    "responses/tool-stream.sse": ("completed", "", 600, 47, 0, 0, 21),
}
BLOCKED = "gemini/blocked-prompt.json"
REFUSALS = {
    "anthropic/404.json": (ProviderErrorKind.NOT_FOUND, "model: claude-sonet-4-5"),
    "gemini/vertex-400.json": (ProviderErrorKind.BAD_REQUEST, "Unable to submit request"),
    "gemini/vertex-404.json": (ProviderErrorKind.NOT_FOUND, "Publisher Model `projects/"),
    "responses/400.json": (ProviderErrorKind.BAD_REQUEST, "The requested model 'gpt-5.2-proo'"),
    "responses/deepseek-400.json": (ProviderErrorKind.BAD_REQUEST, "No tool output found for"),
}
CHAT = sorted(path.name for path in RECORDED.glob("*.*") if path.suffix in {".json", ".sse"})
PRICES = {"given": "3.1", "made": "15.7", "read": "0.31", "created": "3.77", "thought": "16.1"}
PRICE = Price(
    input=Decimal(PRICES["given"]),
    output=Decimal(PRICES["made"]),
    cache_read=Decimal(PRICES["read"]),
    cache_creation=Decimal(PRICES["created"]),
    reasoning=Decimal(PRICES["thought"]),
)
LONG = "A long question. " * 1000
"""The recorded requests were longer than a word, and counts are compared with their size."""


async def played(recording: Recording, *, pieces_of: int = 0) -> Answer:
    """Return what the adapter makes of a recording."""
    reply = Reply(
        pieces=(recording.body,), status=recording.status, headers={"Content-Type": recording.type}
    )
    if pieces_of:
        reply = reply.in_pieces_of(pieces_of, gap_s=0.00001)
    async with FakeProvider(reply) as server:
        http = HttpClient()
        adapter = make_provider(recording.interface, http, server.base_url, KEY)
        try:
            asked = adapter.prepare(request(LONG))
            return await adapter.send(asked, lambda _: None, timeouts=PATIENT)
        finally:
            await http.close()


def seen(usage: Usage) -> Opinion:
    return Opinion(
        given=usage.input_tokens,
        made=usage.output_tokens,
        read=usage.cache_read_input_tokens,
        created=usage.cache_creation_input_tokens,
        thought=usage.reasoning_output_tokens,
    )


def agrees(answer: Answer, body: bytes) -> None:
    """Hold tokens and cost to the second opinion, to the last digit."""
    second = opinion(body)
    assert (answer.usage is None) == (second is None)
    if answer.usage is None or second is None:
        assert cost_of(answer.usage, answer.usage_source, PRICE).usd is None
        return
    assert seen(answer.usage) == second
    cost = cost_of(answer.usage, answer.usage_source, PRICE).usd
    assert cost is not None
    assert Fraction(cost) == second.cost_usd(**PRICES)


def test_every_recording_is_read() -> None:
    here = {path.relative_to(RECORDED).as_posix() for path in RECORDED.glob("*/*.*")}
    assert here == {*ANSWERS, *REFUSALS, BLOCKED}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_says_and_counts_what_the_provider_did(name: str) -> None:
    reason, text, *counts = ANSWERS[name]
    recording = recorded(name)
    found = await played(recording)
    assert (found.finish_reason, found.error) == (reason, None)
    assert found.text.startswith(text)
    assert bool(found.text) == bool(text)
    assert found.usage is not None
    assert seen(found.usage) == Opinion(*counts)
    assert found.usage_source is UsageSource.REPORTED
    assert found.response_id
    assert found.response_model
    agrees(found, recording.body)


@pytest.mark.parametrize("name", [name for name in ANSWERS if name.endswith(".sse")])
@pytest.mark.parametrize("size", [7, 333])
async def test_how_a_recording_is_cut_does_not_matter(name: str, size: int) -> None:
    whole, cut = await played(recorded(name)), await played(recorded(name), pieces_of=size)
    assert (cut.parts, cut.usage_raw) == (whole.parts, whole.usage_raw)
    assert (cut.finish_reason, cut.response_id) == (whole.finish_reason, whole.response_id)


async def test_a_blocked_prompt_says_why_and_has_no_invented_counts() -> None:
    found = await played(recorded(BLOCKED))
    assert (found.text, found.finish_reason, found.error) == ("", "MODEL_ARMOR", None)
    assert (found.usage, found.usage_source) == (None, UsageSource.MISSING)


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal(name: str) -> None:
    kind, words = REFUSALS[name]
    with pytest.raises(ProviderError) as caught:
        await played(recorded(name))
    assert caught.value.kind is kind
    assert caught.value.message.startswith(f"The provider answered: {words}")


@pytest.mark.parametrize("name", CHAT)
async def test_a_second_opinion_on_chat_completions_agrees(name: str) -> None:
    recording = recorded(name)
    if recording.status != 200:
        assert opinion(recording.body) is None
        return
    agrees(await played(recording), recording.body)


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/cassettes beside this clone")
async def test_a_second_opinion_agrees_on_all_recordings_at_hand() -> None:
    pytest.importorskip("yaml")
    count = dict.fromkeys(INTERFACES, 0)
    for recording in shared():
        if recording.status == 200:
            agrees(await played(recording), recording.body)
        else:
            with pytest.raises(ProviderError) as caught:
                await played(recording)
            assert caught.value.status == recording.status
        count[recording.interface] += 1
    assert all(count.values()), count
