"""Messages keep what they were given, and their JSON form does not change between releases."""

from __future__ import annotations

import base64

import pytest

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
    message_from_json,
    with_bytes,
    without_bytes,
)

PARTS = (
    TextPart(content="Hi"),
    ReasoningPart(content="Hm."),
    ReasoningPart(content="", signature="gemini:abc"),
    ToolCallPart(id="c1", name="now", arguments="{}"),
    ToolCallPart(id="c2", name="now", arguments="{}", signature="gemini:abc"),
    ToolCallResponsePart(id="c1", response="12:00"),
    BlobPart(mime_type="image/png", content="AAAA"),
    BlobPart(mime_type="application/pdf", content="AAAA", name="report.pdf"),
)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{type(part).__name__}")
def test_a_part_survives_its_json_form(part: TextPart) -> None:
    message = Message(role=Role.ASSISTANT, parts=(part,))
    assert message_from_json(message.whole_json()) == message


def test_ids_stand_for_the_bytes_of_files() -> None:
    file = BlobPart(mime_type="image/png", content="QUJD" * 1000, name="a.png")
    message = Message(role=Role.USER, parts=(file, TextPart(content="What is this?")))
    value = message.to_json()
    assert "QUJD" not in str(value)
    assert message_from_json(value, {file.id: file.content}) == message
    with pytest.raises(InvalidInputError, match="not a message"):
        message_from_json(value)


@pytest.mark.parametrize("size", range(6))
def test_a_file_knows_its_size(size: int) -> None:
    content = base64.b64encode(b"x" * size).decode()
    assert BlobPart(mime_type="image/png", content=content).size == size


def test_a_request_body_gets_its_bytes_back() -> None:
    file = BlobPart(mime_type="image/png", content="QUJD" * 1000)
    messages = [Message(role=Role.USER, parts=(file,))]
    body = f'{{"url": "data:image/png;base64,{file.content}"}}'
    short = without_bytes(body, messages)
    assert len(short) < 150
    assert with_bytes(short, messages) == body


def test_what_is_not_signed_has_the_form_that_it_always_had() -> None:
    assert ReasoningPart(content="Hm.").to_json() == {"type": "reasoning", "content": "Hm."}
    assert ToolCallPart(id="c1", name="now", arguments="{}").to_json() == {
        "type": "tool_call",
        "id": "c1",
        "name": "now",
        "arguments": "{}",
    }


@pytest.mark.parametrize(
    ("mime_type", "modality"),
    [
        ("image/png", "image"),
        ("audio/wav", "audio"),
        ("video/mp4", "video"),
        ("application/pdf", "document"),
    ],
)
def test_a_file_says_what_it_is(mime_type: str, modality: str) -> None:
    assert BlobPart(mime_type=mime_type, content="").to_json()["modality"] == modality


@pytest.mark.parametrize(
    ("mime_type", "content", "words"),
    [
        ("png", "AAAA", "not a type of file"),
        ("image/", "AAAA", "not a type of file"),
        ("im age/png", "AAAA", "not a type of file"),
        ("image/png", "not base64!", "in base64"),
        ("image/png", "AAA", "in base64"),
        ("image/png", "bücher==", "in base64"),
    ],
)
def test_what_is_no_file_is_refused(mime_type: str, content: str, words: str) -> None:
    part: JsonObject = {"type": "blob", "mime_type": mime_type, "content": content}
    with pytest.raises(InvalidInputError, match=words):
        message_from_json({"role": "user", "parts": [part]})


@pytest.mark.parametrize("value", [None, [], {}, {"role": "user"}, {"role": "x", "parts": []}])
def test_what_is_no_message_is_refused(value: JsonObject) -> None:
    with pytest.raises(InvalidInputError, match="not a message"):
        message_from_json(value)
