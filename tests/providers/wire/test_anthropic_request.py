"""What is particular to requests to Anthropic."""

from __future__ import annotations

import orjson
import pytest
from tests.providers.conformance.desk import QUESTION, asked

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    text_message,
)
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.wire.anthropic_request import prepared

TOOL: JsonObject = {"name": "now", "parameters": {"type": "object", "properties": {}}}
SYSTEM = text_message(Role.SYSTEM, "Be brief.")
KEPT = {"type": "ephemeral"}


def sent(request: GenerationRequest) -> JsonObject:
    return orjson.loads(prepared(request).body)


def test_only_what_is_set_is_sent_with_the_limit_that_anthropic_wants() -> None:
    assert sent(asked()) == {
        "model": "some-model",
        "max_tokens": 4096,
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Why is the sky blue?"}]}
        ],
        "stream": True,
    }


def test_a_budget_to_think_leaves_room_for_the_answer() -> None:
    body = sent(asked(reasoning_budget=10_000))
    assert body["max_tokens"] == 14_096
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 10_000}
    assert sent(asked(reasoning_budget=10_000, max_tokens=11_000))["max_tokens"] == 11_000


@pytest.mark.parametrize("settings", [{"reasoning_budget": 0}, {"reasoning_effort": "none"}])
def test_thinking_can_be_turned_off(settings: dict[str, object]) -> None:
    body = sent(asked(**settings))
    assert body["thinking"] == {"type": "disabled"}
    assert "output_config" not in body


def test_an_effort_lets_the_model_think_as_long_as_it_finds_useful() -> None:
    body = sent(asked(reasoning_effort="high"))
    assert (body["thinking"], body["output_config"]) == ({"type": "adaptive"}, {"effort": "high"})


def test_a_temperature_above_one_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidInputError, match="from 0 to 1"):
        sent(asked(temperature=1.5))


def test_a_system_message_in_the_middle_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="only at the beginning"):
        sent(asked((QUESTION, SYSTEM)))


def test_nothing_is_marked_for_the_cache_unless_it_is_asked_for() -> None:
    turns = (SYSTEM, QUESTION, text_message(Role.ASSISTANT, "Rayleigh."), QUESTION)
    for setting in (None, False):
        assert b"cache_control" not in prepared(asked(turns, prompt_cache=setting)).body


def test_the_fixed_start_of_the_prompt_is_marked_and_the_last_message_is_not() -> None:
    turns = (SYSTEM, QUESTION, text_message(Role.ASSISTANT, "Rayleigh."), QUESTION)
    body = sent(asked(turns, tools=[TOOL], prompt_cache=True))
    assert body["system"] == [{"type": "text", "text": "Be brief.", "cache_control": KEPT}]
    marked = [bool(message["content"][-1].get("cache_control")) for message in body["messages"]]
    assert marked == [False, True, False]
    assert b"cache_control" not in orjson.dumps(body["tools"])


def test_without_a_system_message_the_tools_are_marked() -> None:
    body = sent(asked(tools=[TOOL, {**TOOL, "name": "then"}], prompt_cache=True))
    assert ["cache_control" in tool for tool in body["tools"]] == [False, True]


def test_reasoning_is_never_marked() -> None:
    thought = ReasoningPart(content="Hm.", signature="anthropic-messages:sig")
    turns = (QUESTION, Message(role=Role.ASSISTANT, parts=(thought,)), QUESTION)
    assert b"cache_control" not in prepared(asked(turns, prompt_cache=True)).body


def test_encrypted_reasoning_goes_back_as_it_came() -> None:
    hidden = ReasoningPart(content="", signature="anthropic-messages:redacted:abc")
    parts = (hidden, TextPart(content="4"))
    body = sent(asked((QUESTION, Message(role=Role.ASSISTANT, parts=parts), QUESTION)))
    assert body["messages"][1]["content"] == [
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "text", "text": "4"},
    ]


def test_arguments_that_are_no_object_are_refused() -> None:
    call = ToolCallPart(id="c1", name="now", arguments="[1")
    with pytest.raises(InvalidInputError, match="arguments of the call of now"):
        sent(asked((QUESTION, Message(role=Role.ASSISTANT, parts=(call,)))))


def test_a_file_without_words_stands_alone() -> None:
    file = BlobPart(mime_type="image/png", content="AAAA")
    message = Message(role=Role.USER, parts=(file, TextPart(content=" \n")))
    (block,) = sent(asked((message,)))["messages"][0]["content"]
    assert block["type"] == "image"
