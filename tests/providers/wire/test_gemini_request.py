"""What is particular to requests to Gemini."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from tests.providers.conformance.desk import QUESTION, asked

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
    text_message,
)
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.providers.wire.gemini_request import prepared

CALL = ToolCallPart(id="c1", name="now", arguments="", signature="gemini:proof")
CALLED = Message(role=Role.ASSISTANT, parts=(CALL,))


def sent(request: GenerationRequest) -> JsonObject:
    return orjson.loads(prepared(request).body)


def answered(response: str, *, by: str = "c1") -> Message:
    return Message(role=Role.TOOL, parts=(ToolCallResponsePart(id=by, response=response),))


def test_only_what_is_set_is_sent_and_the_model_is_in_the_path() -> None:
    request = prepared(asked())
    assert orjson.loads(request.body) == {
        "contents": [{"role": "user", "parts": [{"text": "Why is the sky blue?"}]}]
    }
    assert request.path == "/models/some-model:streamGenerateContent?alt=sse"
    whole = prepared(asked(stream=False))
    assert (whole.path, whole.streamed) == ("/models/some-model:generateContent", False)


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("models/gemini-x", "/models/gemini-x:"),
        ("a/../b?key=c#d", "/models/a%2F..%2Fb%3Fkey%3Dc%23d:"),
    ],
)
def test_the_name_of_a_model_cannot_lead_elsewhere(model: str, path: str) -> None:
    request = replace(asked(), model=ModelRef(provider="gemini", model=model))
    assert prepared(request).path.startswith(path)


def test_calls_go_back_with_their_proof_and_answers_with_the_name_of_the_call() -> None:
    contents = sent(asked((QUESTION, CALLED, answered('{"time": 12}'))))["contents"]
    call = {"name": "now", "args": {}, "id": "c1"}
    assert contents[1:] == [
        {"role": "model", "parts": [{"functionCall": call, "thoughtSignature": "proof"}]},
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "now", "response": {"time": 12}, "id": "c1"}}],
        },
    ]


@pytest.mark.parametrize("response", ["noon", "12", "[1]", ""])
def test_what_a_tool_answered_is_made_an_object(response: str) -> None:
    contents = sent(asked((QUESTION, CALLED, answered(response))))["contents"]
    found = contents[2]["parts"][0]["functionResponse"]["response"]
    assert found == {"output": response}


def test_an_id_that_gemini_did_not_give_is_not_sent() -> None:
    call = replace(CALL, id="call-0")
    turns = (QUESTION, Message(role=Role.ASSISTANT, parts=(call,)), answered("12", by="call-0"))
    assert b"call-0" not in prepared(asked(turns)).body


def test_an_answer_to_no_call_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="belongs to no call"):
        sent(asked((QUESTION, answered("12"))))


def test_a_system_message_in_the_middle_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="only at the beginning"):
        sent(asked((QUESTION, text_message(Role.SYSTEM, "Be brief."))))


@pytest.mark.parametrize(
    "settings",
    [
        {"seed": 2**31},
        {"prompt_cache": False},
        {"reasoning_effort": "low", "reasoning_budget": 5},
    ],
)
def test_what_gemini_cannot_express_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        sent(asked(**settings))
    assert caught.value.hint


@pytest.mark.parametrize("settings", [{"reasoning_budget": 0}, {"reasoning_effort": "none"}])
def test_thinking_can_be_turned_off(settings: dict[str, object]) -> None:
    config = sent(asked(**settings))["generationConfig"]
    assert config == {"thinkingConfig": {"thinkingBudget": 0}}


def test_files_of_any_type_are_sent() -> None:
    part = BlobPart(mime_type="video/mp4", content="AAAA")
    contents = sent(asked((Message(role=Role.USER, parts=(part,)),)))["contents"]
    assert contents[0]["parts"] == [{"inlineData": {"mimeType": "video/mp4", "data": "AAAA"}}]


def test_a_file_without_words_stands_alone() -> None:
    file = BlobPart(mime_type="image/png", content="AAAA")
    message = Message(role=Role.USER, parts=(file, TextPart(content=" \n")))
    assert len(sent(asked((message,)))["contents"][0]["parts"]) == 1
