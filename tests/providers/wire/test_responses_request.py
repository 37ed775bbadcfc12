"""What is particular to requests through Responses."""

from __future__ import annotations

import orjson
import pytest
from tests.providers.conformance.desk import QUESTION, asked

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    text_message,
)
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.wire.responses_request import prepared


def sent(request: GenerationRequest) -> JsonObject:
    return orjson.loads(prepared(request).body)


def test_only_what_is_set_is_sent_and_nothing_is_kept_there() -> None:
    question = [{"type": "input_text", "text": "Why is the sky blue?"}]
    assert sent(asked()) == {
        "model": "some-model",
        "input": [{"type": "message", "role": "user", "content": question}],
        "store": False,
        "stream": True,
    }


def test_encrypted_reasoning_is_asked_for_only_where_there_is_reasoning() -> None:
    assert sent(asked(reasoning_effort="low"))["include"] == ["reasoning.encrypted_content"]
    assert "include" not in sent(asked(reasoning_effort="none"))


def test_a_limit_that_openai_refuses_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidInputError, match="below 16"):
        sent(asked(max_tokens=5))


def test_items_of_a_message_keep_their_order() -> None:
    parts = (
        ReasoningPart(content="Hm.", signature="openai-responses:rs_1:abc"),
        TextPart(content="Let me "),
        TextPart(content="see."),
        ToolCallPart(id="c1", name="now", arguments="{}"),
        TextPart(content="Done."),
    )
    assert sent(asked((Message(role=Role.ASSISTANT, parts=parts),)))["input"] == [
        {
            "type": "reasoning",
            "id": "rs_1",
            "summary": [{"type": "summary_text", "text": "Hm."}],
            "encrypted_content": "abc",
        },
        {"type": "message", "role": "assistant", "content": "Let me see."},
        {"type": "function_call", "call_id": "c1", "name": "now", "arguments": "{}"},
        {"type": "message", "role": "assistant", "content": "Done."},
    ]


def test_a_system_message_may_stand_anywhere() -> None:
    turns = (QUESTION, text_message(Role.SYSTEM, "Be brief."))
    assert [item["role"] for item in sent(asked(turns))["input"]] == ["user", "system"]


def test_parameters_are_not_made_strict_unless_the_tool_says_so() -> None:
    tool: JsonObject = {"name": "now", "parameters": {"type": "object", "properties": {}}}
    tools = sent(asked(tools=[tool, {**tool, "strict": True}]))["tools"]
    assert [each["strict"] for each in tools] == [False, True]
