"""What is asked arrives as it was asked, or is refused with a sentence; nothing is dropped."""

from __future__ import annotations

import base64
from dataclasses import fields

import orjson
import pytest
from tests.providers.conformance.cases import Litellm, case
from tests.providers.conformance.desk import QUESTION, Desk, asked
from tests.providers.conformance.wire_names import SAMPLES, SENT, SETTINGS
from tests.support.chat import KEY

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
    text_message,
)
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.fake_forms import Speech

TOOL: JsonObject = {
    "name": "weather",
    "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"sky": {"enum": ["blue", "grey"]}},
    "required": ["sky"],
    "additionalProperties": False,
}
PIXEL = base64.b64encode(b"\x89PNG tiny").decode()


def at(body: JsonObject, path: str) -> Json:
    found: Json = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def objects(value: Json) -> list[JsonObject]:
    """Return every object inside a value, outer ones first."""
    inner = list(value.values()) if isinstance(value, dict) else value
    own = [value] if isinstance(value, dict) else []
    items = inner if isinstance(inner, list) else []
    return own + [found for item in items for found in objects(item)]


def test_every_setting_has_a_row() -> None:
    names = {field.name for field in fields(ModelSettings)} - {"stream", "prompt_cache"}
    assert names == set(SETTINGS) == set(SAMPLES)


OWN_NAMES = {
    Litellm.TRANSLATED: "In a form other than chat completions, what is passed on is up to litellm "
    "and the provider. What would be left out is refused with a sentence."
}


@case("Settings are sent, or refused with a sentence", lacks=OWN_NAMES)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_sent_or_refused(desk: Desk, name: str) -> None:
    request = asked(**{name: SAMPLES[name]})
    path = SETTINGS[name].get(desk.interface)
    if path is None:
        with pytest.raises(InvalidInputError, match=name) as caught:
            desk.adapter.prepare(request)
        assert caught.value.hint
        return
    assert at(desk.body(request), path) == SENT.get((name, desk.interface), SAMPLES[name])
    assert at(desk.body(asked()), path) in (None, 4096)


@case("Key in a header, never in the address or the body")
async def test_the_key_travels_in_a_header(desk: Desk) -> None:
    await desk.ask(Speech(texts=("Hi",)))
    (sent,) = desk.server.requests
    carrying = {name: value for name, value in sent.headers.items() if KEY in value}
    assert list(carrying.values()) in ([KEY], [f"Bearer {KEY}"])
    assert KEY not in sent.path
    assert KEY.encode() not in sent.body


@case("System message")
def test_a_system_message_is_the_systems(desk: Desk) -> None:
    body = desk.body(asked((text_message(Role.SYSTEM, "Be brief."), QUESTION)))
    (system,) = [found for found in objects(body) if "Be brief." in found.values()]
    users = [found for found in objects(body) if found.get("role") == "user"]
    assert all("Be brief." not in orjson.dumps(user).decode() for user in users)
    assert system


@case("Several turns")
def test_turns_keep_their_order(desk: Desk) -> None:
    turns = (QUESTION, text_message(Role.ASSISTANT, "Rayleigh."), text_message(Role.USER, "Who?"))
    roles = [str(found["role"]) for found in objects(desk.body(asked(turns))) if "role" in found]
    assert [role.replace("model", "assistant") for role in roles] == ["user", "assistant", "user"]


@case("Tool definitions")
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_tool_is_declared(desk: Desk, wrapped: bool) -> None:
    tool: JsonObject = {"type": "function", "function": TOOL} if wrapped else TOOL
    body = desk.body(asked(tools=[tool]))
    (declared,) = [found for found in objects(body) if found.get("name") == "weather"]
    assert declared["description"] == "Tells the weather."
    assert TOOL["parameters"] in declared.values()


@case("Tool calls and their results go back")
def test_calls_and_results_go_back(desk: Desk) -> None:
    call = ToolCallPart(id="c1", name="weather", arguments='{"city":"Jena"}')
    turns = (
        QUESTION,
        Message(role=Role.ASSISTANT, parts=(TextPart(content="Let me see."), call)),
        Message(role=Role.TOOL, parts=(ToolCallResponsePart(id="c1", response="rain"),)),
    )
    body = desk.body(asked(turns, tools=[TOOL]))
    text = orjson.dumps(body).decode().replace("\\", "")
    assert text.index("Let me see.") < text.index('{"city":"Jena"}') < text.index('"rain"')
    assert text.count('"c1"') == 2


@case("Answer in the form of a JSON schema")
def test_a_response_schema_is_sent_as_it_is(desk: Desk) -> None:
    body = desk.body(asked(schema=SCHEMA))
    assert SCHEMA in [value for found in objects(body) for value in found.values()]


@case("Images and PDF files")
@pytest.mark.parametrize("kind", ["image/png", "application/pdf"])
def test_a_file_goes_with_the_message(desk: Desk, kind: str) -> None:
    parts = (TextPart(content="What is this?"), BlobPart(mime_type=kind, content=PIXEL))
    body = desk.body(asked((Message(role=Role.USER, parts=parts),)))
    text = orjson.dumps(body).decode()
    assert text.index("What is this?") < text.index(PIXEL)
    assert kind in text


ANYTHING = {Interface.GEMINI: "Gemini takes files of any type, and refuses what it cannot read."}


@case("Files of other types are refused with a sentence", lacks=ANYTHING)
def test_a_file_that_cannot_be_sent_is_refused(desk: Desk) -> None:
    part = BlobPart(mime_type="application/zip", content=PIXEL)
    with pytest.raises(InvalidInputError, match="application/zip"):
        desk.body(asked((Message(role=Role.USER, parts=(part,)),)))


@case("Files outside messages of the user are refused with a sentence")
def test_a_file_of_the_assistant_is_refused(desk: Desk) -> None:
    part = BlobPart(mime_type="image/png", content=PIXEL)
    with pytest.raises(InvalidInputError, match="cannot have a file"):
        desk.body(asked((QUESTION, Message(role=Role.ASSISTANT, parts=(part,)))))


@case("Reasoning of another provider is not sent")
def test_reasoning_of_others_stays_here(desk: Desk) -> None:
    parts = (ReasoningPart(content="A secret thought.", signature="x:y"), TextPart(content="4"))
    body = desk.body(asked((QUESTION, Message(role=Role.ASSISTANT, parts=parts), QUESTION)))
    assert b"secret" not in orjson.dumps(body)


@case("Text that cannot be sent is refused with a sentence")
def test_damaged_text_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInputError, match="cannot be sent"):
        desk.body(asked((text_message(Role.USER, "\ud800"),)))
