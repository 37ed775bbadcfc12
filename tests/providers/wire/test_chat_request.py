"""What goes over the wire for a request."""

from __future__ import annotations

import orjson
import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
    text_message,
)
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.chat_request import prepared
from prompt_workbench.providers.wire.openai_chat import OpenAIChat


def sent(**fields: object) -> dict[str, object]:
    messages = (text_message(Role.USER, "Hi"),)
    request = GenerationRequest(
        model=model_ref("there/org/model"), **{"messages": messages, **fields}
    )
    return orjson.loads(prepared(request).body)


def test_only_what_is_set_is_sent() -> None:
    assert sent() == {
        "model": "org/model",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_an_answer_in_one_piece_is_asked_for_without_a_word_on_streams() -> None:
    assert set(sent(settings=ModelSettings(stream=False))) == {"model", "messages"}
    assert sent(settings=ModelSettings(stream=True)) == sent()


def test_every_setting_has_its_name_on_the_wire() -> None:
    settings = ModelSettings(
        temperature=0,
        top_p=0.5,
        top_k=3,
        max_tokens=9,
        seed=-1,
        stop_sequences=("END",),
        frequency_penalty=0.1,
        presence_penalty=0.2,
        reasoning_effort="low",
    )
    body = sent(settings=settings)
    expected = {name: value for name, value in settings.to_json().items() if "stop" not in name}
    assert expected.items() <= body.items()
    assert body["stop"] == ["END"]


def test_openai_names_the_limit_of_the_output_differently() -> None:
    request = GenerationRequest(
        model=model_ref("openai/gpt"), messages=(), settings=ModelSettings(max_tokens=9)
    )
    body = orjson.loads(OpenAIChat(HttpClient(), "https://api.openai.com/v1").prepare(request).body)
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body


def test_tools_and_their_answers_have_messages_of_their_own() -> None:
    calls = (TextPart(content="Wait."), ToolCallPart(id="c1", name="now", arguments="{}"))
    answers = (
        ToolCallResponsePart(id="c1", response="12:00"),
        ToolCallResponsePart(id="c2", response="13:00"),
    )
    messages = (
        Message(role=Role.ASSISTANT, parts=(ReasoningPart(content="Hm."), *calls)),
        Message(role=Role.TOOL, parts=answers),
    )
    function = {"name": "now", "arguments": "{}"}
    assert sent(messages=messages)["messages"] == [
        {
            "role": "assistant",
            "content": "Wait.",
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "12:00"},
        {"role": "tool", "tool_call_id": "c2", "content": "13:00"},
    ]


def test_a_tool_and_a_schema_are_wrapped_as_the_wire_wants_them() -> None:
    tool = {"name": "now", "description": "The time", "parameters": {"type": "object"}}
    schema = {"title": "Time", "type": "object"}
    body = sent(tools=(tool,), response_schema=schema)
    assert body["tools"] == [{"type": "function", "function": tool}]
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "Time", "schema": schema, "strict": True},
    }


def test_text_that_cannot_be_sent_is_refused_with_a_sentence() -> None:
    with pytest.raises(InvalidInputError, match="cannot be sent"):
        sent(messages=(text_message(Role.USER, "\ud800"),))
