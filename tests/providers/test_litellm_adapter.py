"""Providers that only litellm knows: what they are sent, and what is believed of their answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from tests.support.amazon import event
from tests.support.chat import KEY, PATIENT
from tests.support.raw_server import Line, RawServer, raw_server, repeating, with_length

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.messages import Role, TextPart, ToolCallPart, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.domain.usage import Usage, UsageSource
from prompt_workbench.providers.base import Answer
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.litellm_adapter import LitellmAdapter
from prompt_workbench.providers.litellm_host import LitellmHost
from prompt_workbench.providers.litellm_routes import Route

STREAM = "Content-Type: text/event-stream"
AMAZON = "Content-Type: application/vnd.amazon.eventstream"
MODELS = {"bedrock": "anthropic.claude-3-haiku-20240307-v1:0", "cohere": "command-r"}


@dataclass
class Desk:
    """Asks through litellm, of a server whose every byte is decided."""

    server: RawServer
    litellm: LitellmHost
    http: HttpClient
    seen: list[str] = field(default_factory=list)

    async def ask(
        self, provider: str, *, options: dict[str, str] | None = None, **settings: object
    ) -> Answer:
        route = Route(
            provider=provider,
            base_url=f"http://127.0.0.1:{self.server.port}",
            options=options or {},
        )
        adapter = LitellmAdapter(self.http, self.litellm, route, key=KEY)
        request = GenerationRequest(
            model=model_ref(f"there/{MODELS[provider]}"),
            messages=(text_message(Role.USER, "Why?"),),
            settings=ModelSettings(**settings),
        )
        prepared = adapter.prepare(request)
        assert KEY not in prepared.body_text
        return await adapter.send(prepared, self.seen.append, timeouts=PATIENT)

    @property
    def head(self) -> str:
        return self.server.requests[-1].partition(b"\r\n\r\n")[0].decode()

    @property
    def body(self) -> dict[str, Json]:
        sent: dict[str, Json] = json.loads(self.server.requests[-1].partition(b"\r\n\r\n")[2])
        return sent


@asynccontextmanager
async def desk(litellm: LitellmHost, http: HttpClient, answer: bytes) -> AsyncIterator[Desk]:
    async with raw_server(repeating(answer)) as server:
        yield Desk(server, litellm, http)
        await http.close()


def cohere(*events: dict[str, Json]) -> bytes:
    """Return a stream of Cohere's second interface."""
    lines = [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events]
    return with_length("".join(lines).encode(), STREAM)


def said(text: str) -> dict[str, Json]:
    delta: Json = {"message": {"content": {"text": text}}}
    return {"type": "content-delta", "index": 0, "delta": delta}


BEGIN: dict[str, Json] = {
    "type": "message-start",
    "id": "29f14a5a",
    "delta": {"message": {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}},
}
COUNTS: dict[str, Json] = {
    "billed_units": {"input_tokens": 17, "output_tokens": 4},
    "tokens": {"input_tokens": 215, "output_tokens": 4},
}
END: dict[str, Json] = {
    "type": "message-end",
    "delta": {"finish_reason": "COMPLETE", "usage": COUNTS},
}


async def test_a_stream_of_cohere(litellm: LitellmHost, http: HttpClient) -> None:
    async with desk(litellm, http, cohere(BEGIN, said("Hi"), said(" you"), END)) as at:
        found = await at.ask("cohere", temperature=0.25, seed=7, stop_sequences=("END",))
        assert at.head.startswith("POST /v2/chat HTTP/1.1")
        assert f"Bearer {KEY}" in at.head
        assert (at.body["temperature"], at.body["seed"]) == (0.25, 7)
        assert at.body["stop_sequences"] == ["END"]
    assert (found.text, "".join(at.seen)) == ("Hi you", "Hi you")
    assert (found.finish_reason, found.error) == ("COMPLETE", None)
    assert found.usage == Usage(input_tokens=17, output_tokens=4)
    assert (found.usage_source, found.usage_raw) == (UsageSource.REPORTED, COUNTS)
    assert found.response_id == "29f14a5a"
    assert found.time_to_first_chunk_s is not None


async def test_a_call_of_a_tool_by_cohere(litellm: LitellmHost, http: HttpClient) -> None:
    begun: Json = {"id": "add_1", "type": "function", "function": {"name": "add", "arguments": ""}}
    more: Json = {"function": {"arguments": '{"a": 1}'}}
    calls: list[dict[str, Json]] = [
        {"type": kind, "index": 0, "delta": {"message": {"tool_calls": call}}}
        for kind, call in (("tool-call-start", begun), ("tool-call-delta", more))
    ]
    async with desk(litellm, http, cohere(BEGIN, *calls, END)) as at:
        found = await at.ask("cohere")
    assert found.parts == (ToolCallPart(id="add_1", name="add", arguments='{"a": 1}'),)


async def test_a_stream_that_ends_early_is_not_complete(
    litellm: LitellmHost, http: HttpClient
) -> None:
    async with desk(litellm, http, cohere(BEGIN, said("Half"))) as at:
        found = await at.ask("cohere")
    assert (found.text, found.finish_reason) == ("Half", None)
    assert (found.usage, found.usage_source) == (None, UsageSource.MISSING)
    assert found.error is not None
    assert "without a finish reason" in found.error.message


async def test_an_answer_of_cohere_in_one_piece(litellm: LitellmHost, http: HttpClient) -> None:
    message: Json = {"role": "assistant", "content": [{"type": "text", "text": "Hi you"}]}
    whole = {"id": "c14c", "message": message, "finish_reason": "COMPLETE", "usage": COUNTS}
    async with desk(litellm, http, with_length(json.dumps(whole).encode())) as at:
        for stream in (True, False):
            found = await at.ask("cohere", stream=stream)
            assert found.parts == (TextPart(content="Hi you"),)
            assert (found.finish_reason, found.response_id) == ("COMPLETE", "c14c")
            assert found.usage == Usage(input_tokens=17, output_tokens=4)


TALK = (
    event("messageStart", {"role": "assistant"})
    + event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}})
    + event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": " you"}})
)
USED = {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13, "cacheReadInputTokens": 3}
ENDED = event("messageStop", {"stopReason": "end_turn"}) + event(
    "metadata", {"usage": USED, "metrics": {"latencyMs": 9}}
)


async def test_a_stream_of_bedrock(litellm: LitellmHost, http: HttpClient) -> None:
    async with desk(litellm, http, with_length(TALK + ENDED, AMAZON)) as at:
        found = await at.ask("bedrock", options={"region": "us-east-1"}, max_tokens=7)
        assert at.head.startswith("POST /model/anthropic.claude-3-haiku-20240307-v1%3A0/")
        assert f"authorization: Bearer {KEY}" in at.head
    assert (found.text, found.finish_reason, found.error) == ("Hi you", "end_turn", None)
    assert found.usage == Usage(input_tokens=12, output_tokens=4, cache_read_input_tokens=3)
    assert found.usage_source is UsageSource.REPORTED


async def test_a_secret_access_key_signs_and_is_not_sent(
    litellm: LitellmHost, http: HttpClient
) -> None:
    account = {"region": "us-east-1", "access_key_id": "AKIAIOSFODNN7EXAMPLE"}
    async with desk(litellm, http, with_length(TALK + ENDED, AMAZON)) as at:
        await at.ask("bedrock", options=account)
        assert "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/" in at.head
        assert KEY.encode() not in at.server.requests[-1]


async def test_what_bedrock_reports_in_a_stream_keeps_its_kind(
    litellm: LitellmHost, http: HttpClient
) -> None:
    slower = event("throttlingException", {"message": "Slow down"}, kind="exception")
    async with desk(litellm, http, with_length(TALK + slower, AMAZON)) as at:
        found = await at.ask("bedrock", options={"region": "us-east-1"})
    assert (found.text, found.finish_reason) == ("Hi you", None)
    assert found.error is not None
    assert found.error.kind is ProviderErrorKind.RATE_LIMITED
    assert "Slow down" in found.error.message


async def test_a_binary_stream_that_is_cut_or_spoiled_is_not_complete(
    litellm: LitellmHost, http: HttpClient
) -> None:
    whole = TALK + ENDED
    for data in (TALK, whole[: len(TALK) + 40], TALK + b"\x00garbage" * 20):
        async with desk(litellm, HttpClient(), with_length(data, AMAZON)) as at:
            found = await at.ask("bedrock", options={"region": "us-east-1"})
        assert found.finish_reason is None
        assert found.error is not None
        assert found.error.kind in (ProviderErrorKind.PROTOCOL, ProviderErrorKind.SERVER)


@pytest.mark.parametrize(
    ("provider", "settings"),
    [("cohere", {"reasoning_effort": "low"}), ("bedrock", {"seed": 7})],
)
async def test_a_setting_that_would_be_left_out_is_refused(
    litellm: LitellmHost, http: HttpClient, provider: str, settings: dict[str, object]
) -> None:
    async with desk(litellm, http, b"") as at:
        with pytest.raises(ProviderError) as caught:
            await at.ask(provider, options={"region": "us-east-1"}, **settings)
        assert not at.server.requests
    assert (caught.value.kind, caught.value.sent) == (ProviderErrorKind.BAD_REQUEST, False)
    (name,) = settings
    assert f"litellm cannot pass on {name} to this provider." in caught.value.message


async def test_nothing_is_sent_to_another_address(litellm: LitellmHost, http: HttpClient) -> None:
    elsewhere = {"region": "us-east-1", "aws_bedrock_runtime_endpoint": "https://evil.example"}
    async with desk(litellm, http, b"") as at:
        with pytest.raises(ProviderError, match=r"to https://evil\.example, not to") as caught:
            await at.ask("bedrock", options=elsewhere)
    assert not caught.value.sent


async def test_a_provider_that_litellm_does_not_know(
    litellm: LitellmHost, http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODELS, "nonsense", "m")
    async with desk(litellm, http, b"") as at:
        with pytest.raises(ProviderError) as caught:
            await at.ask("nonsense")
    assert caught.value.message.startswith("litellm cannot write this request: LLM Provider NOT")
    assert KEY not in caught.value.message


async def test_a_provider_that_litellm_would_reach_by_itself(
    litellm: LitellmHost, http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODELS, "nlp_cloud", "/m")
    async with desk(litellm, http, b"") as at:
        with pytest.raises(ProviderError, match="more than the one request of this call"):
            await at.ask("nlp_cloud")
        assert not at.server.requests


async def test_calls_at_once_do_not_mix(litellm: LitellmHost, http: HttpClient) -> None:
    def answer(request: bytes) -> bytes:
        word = json.loads(request.partition(b"\r\n\r\n")[2])["messages"][0]["content"]
        return cohere(BEGIN, *(said(f"{word} ") for _ in range(20)), END)

    async def serve(line: Line) -> None:
        while True:
            await line.say(answer(await line.request()))

    async with raw_server(serve) as server:
        route = Route(provider="cohere", base_url=f"http://127.0.0.1:{server.port}")
        adapter = LitellmAdapter(http, litellm, route, key=KEY)

        async def ask(word: str) -> str:
            request = GenerationRequest(
                model=model_ref("there/command-r"), messages=(text_message(Role.USER, word),)
            )
            found = await adapter.send(adapter.prepare(request), str, timeouts=PATIENT)
            return found.text

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(f"w{number}")) for number in range(24)]
        await http.close()
    assert [task.result() for task in tasks] == [f"w{number} " * 20 for number in range(24)]
