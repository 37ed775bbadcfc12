"""The chat completions adapter against a server that does everything wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import orjson
import pytest
from tests.support.chat import KEY, PATIENT, chat, request

from prompt_workbench.domain.errors import InvalidInputError, ProviderError, ProviderErrorKind
from prompt_workbench.domain.messages import ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.domain.usage import Usage, UsageSource
from prompt_workbench.providers.base import Answer, FormRefusedError, Timeouts
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import (
    End,
    FakeRequest,
    Reply,
    chunk,
    completion,
    events,
    json_reply,
    refusal,
    stream,
    usage_of,
)
from prompt_workbench.providers.fake_speech import echo
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.openai_chat import OpenAIChat

JOKE = stream(["Why ", "did ", "the 🐔 …"], usage=usage_of(12, 7))


async def failure(script: Reply, *, timeouts: Timeouts = PATIENT) -> ProviderError:
    async with chat(script) as one:
        with pytest.raises(ProviderError) as caught:
            await one.ask(timeouts=timeouts)
        assert len(one.server.requests) == 1, "nothing may be sent again"
        return caught.value


async def answer(script: Reply) -> Answer:
    async with chat(script) as one:
        found = await one.ask()
        assert "".join(one.seen) == found.text
        return found


async def test_a_streamed_answer_comes_with_everything() -> None:
    found = await answer(JOKE)
    assert found.text == "Why did the 🐔 …"
    assert found.parts == (TextPart(content=found.text),)
    assert found.finish_reason == "stop"
    assert found.usage == Usage(input_tokens=12, output_tokens=7)
    assert found.usage_source is UsageSource.REPORTED
    assert found.usage_raw == usage_of(12, 7)
    assert (found.response_id, found.response_model) == ("chatcmpl-fake", "fake")
    assert found.error is None
    assert not found.repaired


async def test_text_is_announced_as_it_arrives() -> None:
    async with chat(stream(["a", "b", "c"], gap_s=0.01)) as one:
        found = await one.ask()
        assert one.seen == ["a", "b", "c"]
        assert found.time_to_first_chunk_s is not None
        assert 0.01 < found.time_to_first_chunk_s < found.duration_s


async def test_the_request_asks_for_a_stream_and_its_usage_and_carries_the_key() -> None:
    async with chat() as one:
        await one.ask(text="Hi")
        (sent,) = one.server.requests
        assert sent.json["stream"] is True
        assert sent.json["stream_options"] == {"include_usage": True}
        assert sent.headers["authorization"] == f"Bearer {KEY}"
        assert sent.body == one.adapter.prepare(request("Hi")).body


async def test_a_server_that_does_not_stream_is_understood() -> None:
    found = await answer(completion("Four.", usage=usage_of(5, 2)))
    assert (found.text, found.finish_reason) == ("Four.", "stop")
    assert found.usage == Usage(input_tokens=5, output_tokens=2)
    assert found.time_to_first_chunk_s is None


async def test_an_answer_in_one_piece_may_take_as_long_as_the_whole_call() -> None:
    async with chat(lambda request: echo(request).after(0.2)) as one:
        prepared = one.adapter.prepare(request("Hi", stream=False))
        limits = replace(PATIENT, first_chunk_s=0.05)
        found = await one.adapter.send(prepared, one.seen.append, timeouts=limits)
        assert "stream" not in one.server.requests[0].json
    assert (found.text, found.finish_reason) == ("Hi", "stop")
    assert found.usage_source is UsageSource.REPORTED
    assert found.time_to_first_chunk_s is None


async def test_the_id_of_the_request_is_kept() -> None:
    reply = json_reply({"choices": []}, headers={"X-Request-Id": "req_1"})
    kept = Reply(pieces=JOKE.pieces, headers={**JOKE.headers, **reply.headers})
    assert (await answer(kept)).request_id == "req_1"


@pytest.mark.parametrize("size", range(0, len(JOKE.body), 7))
async def test_an_answer_is_whole_only_if_its_finish_reason_arrived(size: int) -> None:
    arrived = b'"finish_reason":"stop"}]}' in JOKE.body[:size]
    cut = JOKE.cut(size, end=End.WHOLE)
    if b'"Why "},"finish_reason":null}]}' not in cut.body:
        assert (await failure(cut)).kind is ProviderErrorKind.PROTOCOL
        return
    found = await answer(cut)
    assert found.finish_reason == ("stop" if arrived else None)
    assert (found.error is None) == arrived
    assert "Why did the 🐔 …".startswith(found.text)


async def test_a_connection_that_breaks_leaves_what_had_arrived() -> None:
    pieces = stream(["Half ", "an "], finish_reason=None).pieces
    found = await answer(Reply(pieces=pieces, headers=JOKE.headers, gap_s=0.02, end=End.CUT))
    assert (found.text, found.finish_reason) == ("Half an ", None)
    assert found.error is not None
    assert found.error.kind is ProviderErrorKind.CONNECTION
    assert found.error.sent
    assert (found.usage, found.usage_source) == (None, UsageSource.MISSING)


async def test_a_break_after_the_finish_reason_does_not_matter() -> None:
    pieces = JOKE.pieces[:-2]
    found = await answer(Reply(pieces=pieces, headers=JOKE.headers, gap_s=0.01, end=End.CUT))
    assert (found.finish_reason, found.error) == ("stop", None)


async def test_a_server_that_never_closes_is_done_when_it_says_so() -> None:
    reply = Reply(pieces=JOKE.pieces, headers=JOKE.headers, end=End.SILENT)
    found = await answer(reply)
    assert found.finish_reason == "stop"
    assert found.duration_s < 0.3


async def test_a_connection_is_used_again() -> None:
    async with chat(JOKE) as one:
        for _ in range(5):
            await one.ask()
        assert one.server.open_connections == 1


async def test_an_error_in_the_middle_keeps_the_text_before_it() -> None:
    error = {"error": {"message": "Out of memory.", "code": 503}}
    found = await answer(events([chunk({"content": "So "}), error], done=False))
    assert (found.text, found.finish_reason) == ("So ", None)
    assert found.error is not None
    assert found.error.message == "The provider answered: Out of memory."
    assert found.error.kind is ProviderErrorKind.OVERLOADED


async def test_an_error_as_the_only_event_is_a_failure() -> None:
    error = {"error": {"message": "Slow down, try again in 3s", "code": "429"}}
    found = await failure(events([error]))
    assert found.kind is ProviderErrorKind.RATE_LIMITED
    assert found.retry_after_s == 3


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({"choices": []}),
        json_reply({"choices": None}),
        json_reply({}),
        json_reply(["no object"]),
        events([{"choices": []}]),
        events([5]),
        events([]),
        Reply(),
        Reply(pieces=(b" \n\n \r\n",)),
        Reply(pieces=(b"data: {not json}\n\n",)),
        Reply(pieces=(b"data: " + b'{"a":' * 100_000 + b"\n\n",)),
        Reply(pieces=(b"data: " + b"[" * 5_000 + b"9" * 5_000 + b"]" * 5_000 + b"\n\n",)),
        Reply(
            pieces=(b"<html><body>Sign in</body></html>",), headers={"Content-Type": "text/html"}
        ),
        Reply(pieces=(b'{"choices": [',)),
        Reply(pieces=(b"\x00\xff\x1f\x8b" * 100,)),
    ],
)
async def test_what_is_no_answer_is_a_protocol_error(reply: Reply) -> None:
    found = await failure(reply)
    assert found.kind is ProviderErrorKind.PROTOCOL
    assert found.sent
    assert len(found.message) < 700
    assert found.message.isprintable()


async def test_an_empty_answer_that_was_billed_keeps_its_usage() -> None:
    found = await answer(json_reply({"choices": [], "usage": usage_of(10, 4)}))
    assert found.usage == Usage(input_tokens=10, output_tokens=4)
    assert found.finish_reason is None
    assert found.error is not None


async def test_bad_json_after_some_text_ends_the_answer_there() -> None:
    pieces = (*stream(["So "], finish_reason=None).pieces, b"data: {oops\n\n", *JOKE.pieces)
    found = await answer(Reply(pieces=pieces, headers=JOKE.headers))
    assert (found.text, found.finish_reason) == ("So ", None)
    assert found.error is not None
    assert found.error.kind is ProviderErrorKind.PROTOCOL
    assert "{oops" in found.error.message


async def test_strange_events_are_passed_over() -> None:
    strange = (
        b": OPENROUTER PROCESSING\n\n",
        b"event: ping\ndata: {}\n\n",
        b'data: {"choices": [{"index": 1, "delta": {"content": "other choice"}}]}\n\n',
        b'data: {"choices": [null]}\n\n',
        b'data: {"choices": [{"delta": null}]}\n\n',
        b'data: {"choices": [{"delta": {"content": null, "tool_calls": [null]}}]}\n\n',
        b"data: \n\n",
    )
    found = await answer(Reply(pieces=(*strange, *JOKE.pieces), headers=JOKE.headers))
    assert (found.text, found.finish_reason) == ("Why did the 🐔 …", "stop")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'"a\\ud800b"', "a\ufffdb"),
        (b'"a\\u0000b"', "a\ufffdb"),
        (b'"a\xffb"', "a\ufffdb"),
        (b'"a\xed\xa0\x80b"', "a\ufffd\ufffd\ufffdb"),
    ],
)
async def test_what_is_no_text_is_replaced_and_marked(content: bytes, text: str) -> None:
    body = b'data: {"choices":[{"delta":{"content":%b},"finish_reason":"stop"}]}\n\n' % content
    found = await answer(Reply(pieces=(body,), headers=JOKE.headers))
    assert found.text == text
    assert found.repaired


async def test_text_split_inside_a_character_is_whole() -> None:
    found = await answer(JOKE.in_pieces_of(1, gap_s=0.00001))
    assert found.text == "Why did the 🐔 …"
    assert not found.repaired


@pytest.mark.parametrize(
    "text", ["\u202egnirts", "\x1b[31mred", "a\r\nb", "\u200b", "\ufeff", "\U0001d518"]
)
async def test_odd_but_valid_text_stays_as_it_is(text: str) -> None:
    found = await answer(stream([text]))
    assert (found.text, found.repaired) == (text, False)


async def test_tool_calls_are_put_together() -> None:
    deltas = [
        {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"a":'}}]},
        {"tool_calls": [{"index": 1, "id": "c2", "function": {"name": "now", "arguments": "{}"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}]},
    ]
    found = await answer(events([*map(chunk, deltas), chunk({}, finish_reason="tool_calls")]))
    assert found.parts == (
        ToolCallPart(id="c1", name="add", arguments='{"a":1}'),
        ToolCallPart(id="c2", name="now", arguments="{}"),
    )
    assert (found.text, found.finish_reason) == ("", "tool_calls")


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart_from_the_text(name: str) -> None:
    deltas = [{name: "Let me "}, {name: "think."}, {"content": "4"}]
    found = await answer(events([*map(chunk, deltas), chunk({}, finish_reason="stop")]))
    assert found.parts == (ReasoningPart(content="Let me think."), TextPart(content="4"))
    assert found.text == "4"


async def test_content_in_parts_is_understood() -> None:
    content = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": "Yes"},
    ]
    found = await answer(events([chunk({"content": content}, finish_reason="stop")]))
    assert found.parts == (ReasoningPart(content="Hm."), TextPart(content="Yes"))


async def test_a_refusal_is_what_the_model_said() -> None:
    deltas = [{"refusal": "I cannot "}, {"refusal": "do that."}]
    found = await answer(events([*map(chunk, deltas), chunk({}, finish_reason="stop")]))
    assert found.text == "I cannot do that."


@pytest.mark.parametrize("reason", ["length", "content_filter", "eos", "tool_calls"])
async def test_the_finish_reason_is_kept_as_it_was_sent(reason: str) -> None:
    assert (await answer(stream(["a"], finish_reason=reason))).finish_reason == reason


async def test_an_answer_without_end_is_stopped() -> None:
    endless = stream(["x" * 1000] * 5000)
    async with chat(endless, answer_limit=1 << 20) as one:
        found = await one.ask()
    assert 1 << 20 <= len(found.text) < 1 << 21
    assert found.finish_reason is None
    assert found.error is not None
    assert found.error.kind is ProviderErrorKind.TOO_LARGE
    assert found.error.message == "The answer was stopped at 1.05 million characters."


async def test_a_whole_answer_that_is_too_long_is_refused() -> None:
    async with chat(completion("x" * (4 << 20)), answer_limit=1 << 20) as one:
        with pytest.raises(ProviderError) as caught:
            await one.ask()
    assert caught.value.kind is ProviderErrorKind.TOO_LARGE


async def test_an_end_without_a_finish_reason_is_called_that_whatever_follows() -> None:
    pieces = (*stream(["part"], finish_reason=None).pieces, b"data: [DONE]\n\n")
    found = await answer(Reply(pieces=pieces, headers=JOKE.headers, end=End.SILENT))
    assert found.text == "part"
    assert found.error is not None
    assert "without a finish reason" in found.error.message


async def test_a_server_without_the_usage_option_is_asked_without_it() -> None:
    def picky(sent: FakeRequest) -> Reply:
        if "stream_options" in sent.json:
            return json_reply(
                {"detail": [{"loc": ["body", "stream_options"], "msg": "Not permitted"}]},
                status=422,
            )
        return stream(["fine"])

    async with chat(picky) as one:
        with pytest.raises(FormRefusedError, match="without stream_options") as caught:
            await one.ask()
        assert b"stream_options" not in caught.value.other.body
        assert (await one.ask()).text == "fine"
        options = ["stream_options" in sent.json for sent in one.server.requests]
        assert options == [True, False]


async def test_another_refusal_is_not_sent_again() -> None:
    found = await failure(refusal(400, "temperature must be 1"))
    assert found.message == "The provider answered: temperature must be 1"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirection_is_not_followed(status: int) -> None:
    async with FakeProvider() as elsewhere:
        location = {"Location": f"{elsewhere.base_url}/chat/completions"}
        found = await failure(refusal(status, "moved", headers=location))
        assert found.kind is ProviderErrorKind.PROTOCOL
        assert not elsewhere.requests


async def test_a_key_goes_to_its_own_server_only_encrypted_or_on_this_computer() -> None:
    http = HttpClient()
    for url in ("http://example.com/v1", "http://10.0.0.1:80/v1", "http://127.0.0.1.example.com"):
        with pytest.raises(InvalidInputError, match="unencrypted") as caught:
            OpenAIChat(http, url, key=KEY)
        assert KEY not in caught.value.message
    for url in ("https://example.com/v1", "http://localhost:1/v1", "http://[::1]/v1"):
        OpenAIChat(http, url, key=KEY)


@pytest.mark.parametrize("key", ["two words", "line\nend", "schlüssel"])
async def test_what_cannot_be_a_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidInputError, match="characters that no key has"):
        OpenAIChat(HttpClient(), "https://example.com/v1", key=key)


async def test_proxies_and_passwords_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, home: object
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    assert (await answer(JOKE)).finish_reason == "stop"


async def test_cookies_are_not_kept() -> None:
    async with chat(
        Reply(pieces=JOKE.pieces, headers={**JOKE.headers, "Set-Cookie": "a=b"})
    ) as one:
        await one.ask()
        await one.ask()
        assert "cookie" not in one.server.requests[1].headers


async def test_64_calls_at_once_all_get_their_own_answer() -> None:
    async with chat() as one, asyncio.TaskGroup() as group:
        tasks = {text: group.create_task(one.ask(text=text)) for text in map(str, range(64))}
    assert all(task.result().text == text for text, task in tasks.items())


async def test_a_cancelled_call_closes_its_connection_at_once() -> None:
    async with chat(stream(["a"] * 100, gap_s=1)) as one:
        begun = asyncio.Event()
        task = asyncio.create_task(one.ask(on_text=lambda text: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(20):
            await one.server.all_closed()


def test_the_body_of_a_request_is_one_json_object() -> None:
    adapter = OpenAIChat(HttpClient(), "http://127.0.0.1:1/v1")
    body = adapter.prepare(request("Ä", temperature=0, max_tokens=5)).body_text
    assert orjson.loads(body)["messages"] == [{"role": "user", "content": "Ä"}]
