"""Messages and their parts, named as in the OpenTelemetry GenAI conventions."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Plain text; in a prompt version it is a template."""

    content: str

    def to_json(self) -> JsonObject:
        """Return the part's JSON form."""
        return {"type": "text", "content": self.content}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallPart:
    """A call of a tool that the model asked for; arguments are kept as they were sent."""

    id: str
    name: str
    arguments: str
    signature: str = ""
    """What only the provider can read and wants back: ``interface:value``, or empty."""

    def to_json(self) -> JsonObject:
        """Return the part's JSON form."""
        plain: JsonObject = {
            "type": "tool_call",
            "id": self.id,
            "name": self.name,
            "arguments": self.arguments,
        }
        return {**plain, "signature": self.signature} if self.signature else plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallResponsePart:
    """What a tool answered."""

    id: str
    response: str

    def to_json(self) -> JsonObject:
        """Return the part's JSON form."""
        return {"type": "tool_call_response", "id": self.id, "response": self.response}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningPart:
    """What the model thought before its answer, where the provider shows it."""

    content: str
    signature: str = ""
    """What only the provider can read and wants back: ``interface:value``, or empty."""

    def to_json(self) -> JsonObject:
        """Return the part's JSON form."""
        plain: JsonObject = {"type": "reasoning", "content": self.content}
        return {**plain, "signature": self.signature} if self.signature else plain


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobPart:
    """An image, a document or a recording that goes with a message."""

    mime_type: str
    content: str = field(repr=False)
    """Its bytes in base64."""
    name: str = ""
    """The name of its file, which some providers show to the model."""
    id: str = field(init=False, compare=False)
    """The hash of its bytes: it stands for them wherever they are kept only once."""

    def __post_init__(self) -> None:
        _check_type(self.mime_type)
        try:
            data = base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidInputError("The content of a file must be in base64.") from None
        object.__setattr__(self, "id", file_id(data))

    @classmethod
    def kept(cls, known_id: str, *, mime_type: str, content: str, name: str) -> BlobPart:
        """Return a file whose content was stored under its id, without looking at it again.

        Of a large file that would take longer than to read it.
        """
        _check_type(mime_type)
        made = object.__new__(cls)
        values = {"mime_type": mime_type, "content": content, "name": name, "id": known_id}
        for key, value in values.items():
            object.__setattr__(made, key, value)
        return made

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content) * 3 // 4 - self.content[-2:].count("=")

    @property
    def modality(self) -> str:
        """What it is, in one word: image, audio, video, or document."""
        kind = self.mime_type.partition("/")[0]
        return kind if kind in ("image", "audio", "video") else "document"

    def to_json(self) -> JsonObject:
        """Return the part's JSON form, in which its id stands for its bytes."""
        return self._json("file", "file_id", self.id)

    def whole_json(self) -> JsonObject:
        """Return the part's JSON form with its bytes, for those who do not have them."""
        return self._json("blob", "content", self.content)

    def _json(self, kind: str, key: str, value: str) -> JsonObject:
        plain: JsonObject = {
            "type": kind,
            "modality": self.modality,
            "mime_type": self.mime_type,
            key: value,
        }
        return {**plain, "name": self.name} if self.name else plain


Part: TypeAlias = TextPart | ToolCallPart | ToolCallResponsePart | ReasoningPart | BlobPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a prompt or of a conversation."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part.content for part in self.parts if isinstance(part, TextPart))

    @property
    def files(self) -> tuple[BlobPart, ...]:
        """The files that go with it."""
        return tuple(part for part in self.parts if isinstance(part, BlobPart))

    def to_json(self) -> JsonObject:
        """Return the message's JSON form, in which ids stand for the bytes of files."""
        return {"role": self.role.value, "parts": [part.to_json() for part in self.parts]}

    def whole_json(self) -> JsonObject:
        """Return the message's JSON form with the bytes of its files."""
        parts = [
            part.whole_json() if isinstance(part, BlobPart) else part.to_json()
            for part in self.parts
        ]
        return {"role": self.role.value, "parts": [*parts]}


def file_id(data: bytes) -> str:
    """Return the id of a file with these bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def without_bytes(body: str, messages: Iterable[Message]) -> str:
    """Return a request body in which marks stand for the bytes of the messages' files."""
    for message in messages:
        for part in message.parts:
            if isinstance(part, BlobPart):
                body = body.replace(part.content, _mark(part))
    return body


def with_bytes(body: str, messages: Iterable[Message]) -> str:
    """Return a request body with the bytes of files where marks stand for them."""
    for message in messages:
        for file in message.files:
            body = body.replace(_mark(file), file.content)
    return body


def calls_text(parts: Iterable[Part]) -> str:
    """Return the tool calls of an answer as text, one to a line."""
    return "\n".join(
        f"{part.name}({part.arguments})" for part in parts if isinstance(part, ToolCallPart)
    )


def text_message(role: Role, content: str) -> Message:
    """Return a message with one text part."""
    return Message(role=role, parts=(TextPart(content=content),))


def message_from_json(value: Json, files: Mapping[str, str] | None = None) -> Message:
    """Return the message of a JSON form.

    Args:
        value: The JSON form.
        files: The bytes in base64 of the files whose ids it may have, by id.

    Raises:
        InvalidInputError: The value is not a message, or has a file that is not given.
    """
    try:
        if not isinstance(value, dict) or not isinstance(value["parts"], list):
            raise TypeError
        return Message(
            role=Role(str(value["role"])),
            parts=tuple(part_from_json(part, files) for part in value["parts"]),
        )
    except (KeyError, TypeError, ValueError):
        raise InvalidInputError(
            "This is not a message.",
            hint='A message looks like {"role": "user", "parts": [{"type": "text", …}]}.',
        ) from None


def part_from_json(value: Json, files: Mapping[str, str] | None = None) -> Part:
    """Return the part of a JSON form; KeyError, TypeError or ValueError if it is none."""
    if not isinstance(value, dict):
        raise TypeError
    match value["type"]:
        case "text":
            return TextPart(content=str(value["content"]))
        case "tool_call":
            return ToolCallPart(
                id=str(value["id"]),
                name=str(value["name"]),
                arguments=str(value["arguments"]),
                signature=str(value.get("signature", "")),
            )
        case "tool_call_response":
            return ToolCallResponsePart(id=str(value["id"]), response=str(value["response"]))
        case "reasoning":
            return ReasoningPart(
                content=str(value["content"]), signature=str(value.get("signature", ""))
            )
        case "blob":
            return BlobPart(
                mime_type=str(value["mime_type"]),
                content=str(value["content"]),
                name=str(value.get("name", "")),
            )
        case "file":
            return BlobPart.kept(
                str(value["file_id"]),
                mime_type=str(value["mime_type"]),
                content=(files or {})[str(value["file_id"])],
                name=str(value.get("name", "")),
            )
    raise ValueError


def _check_type(mime_type: str) -> None:
    kind, slash, form = mime_type.partition("/")
    if not (slash and kind.isascii() and kind.isalpha() and form.isascii() and form):
        raise InvalidInputError(
            f"“{mime_type}” is not a type of file.", hint="It looks like image/png."
        )


def _mark(file: BlobPart) -> str:
    return f"<{file.id}>"
