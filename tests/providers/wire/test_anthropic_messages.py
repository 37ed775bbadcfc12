"""What is particular to answers of Anthropic."""

from __future__ import annotations

import orjson

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.messages import ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.anthropic_messages import AnthropicAnswer, AnthropicMessages

START: JsonObject = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "model": "claude",
        "usage": {
            "input_tokens": 5,
            "cache_read_input_tokens": 20,
            "cache_creation_input_tokens": 3,
            "output_tokens": 1,
        },
    },
}
END: JsonObject = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn"},
    "usage": {"input_tokens": None, "output_tokens": 9},
}


def block(content: JsonObject, *deltas: JsonObject, index: int = 0) -> list[JsonObject]:
    found: list[JsonObject] = [
        {"type": "content_block_start", "index": index, "content_block": content}
    ]
    found += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    return [*found, {"type": "content_block_stop", "index": index}]


def read(*events: JsonObject) -> AnthropicAnswer:
    answer = AnthropicAnswer()
    for event in events:
        answer.add(event)
    return answer


def test_the_version_is_named_with_and_without_a_key() -> None:
    for key in (None, "sk-ant"):
        adapter = AnthropicMessages(HttpClient(), "https://api.anthropic.com/v1", key=key)
        assert adapter._headers["anthropic-version"] == "2023-06-01"
        assert adapter._headers.get("x-api-key") == key
        assert "Authorization" not in adapter._headers


def test_counts_at_the_end_replace_those_at_the_beginning() -> None:
    answer = read(START, END)
    assert answer.usage() == Usage(
        input_tokens=28,
        output_tokens=9,
        cache_read_input_tokens=20,
        cache_creation_input_tokens=3,
    )


def test_counts_at_the_beginning_are_kept_but_not_taken_for_the_bill() -> None:
    answer = read(START)
    assert answer.usage() is None
    assert answer.usage_raw == START["message"]["usage"]


def test_blocks_stay_in_their_order() -> None:
    answer = read(
        *block({"type": "text", "text": "First "}),
        *block(
            {"type": "thinking", "thinking": "", "signature": ""},
            {"type": "thinking_delta", "thinking": "Hm."},
            {"type": "signature_delta", "signature": "sig"},
            index=1,
        ),
        *block({"type": "redacted_thinking", "data": "abc"}, index=2),
        *block({"type": "text", "text": "then."}, index=3),
    )
    assert answer.parts() == (
        TextPart(content="First "),
        ReasoningPart(content="Hm.", signature="anthropic-messages:sig"),
        ReasoningPart(content="", signature="anthropic-messages:redacted:abc"),
        TextPart(content="then."),
    )
    assert answer.text == "First then."


def test_a_call_without_arguments_has_an_empty_object() -> None:
    call: JsonObject = {"type": "tool_use", "id": "t1", "name": "now", "input": {}}
    expected = (ToolCallPart(id="t1", name="now", arguments="{}"),)
    assert read(*block(call, {"type": "input_json_delta", "partial_json": ""})).parts() == expected
    assert read({"type": "message", "content": [call]}).parts() == expected


def test_tools_that_the_server_ran_itself_are_no_calls() -> None:
    ran: JsonObject = {"type": "server_tool_use", "id": "s1", "name": "search", "input": {}}
    answer = read(*block(ran, {"type": "input_json_delta", "partial_json": "{}"}))
    assert (answer.parts(), answer.has_content) == ((), False)


def test_strange_events_are_passed_over() -> None:
    strange: list[JsonObject] = [
        {"type": "ping"},
        {"type": "content_block_delta", "index": 7, "delta": {"type": "text_delta", "text": "x"}},
        {"type": "content_block_delta", "index": "0", "delta": None},
        {"type": "content_block_start", "index": 0, "content_block": None},
        {"type": "content_block_start", "index": None, "content_block": {"type": "text"}},
        {"type": "message_start", "message": None},
        {"type": "message_delta", "delta": None, "usage": None},
        {"type": "message", "content": None},
        {"type": ["list"]},
    ]
    answer = read(*strange)
    assert (answer.parts(), answer.finish_reason) == ((), None)
    assert orjson.dumps(answer.usage_raw) == b"null"
