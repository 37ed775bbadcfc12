"""Messages and their parts, named as in the OpenTelemetry GenAI conventions."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
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
    content: str
    """Its bytes in base64."""
    name: str = ""
    """The name of its file, which some providers show to the model."""

    def __post_init__(self) -> None:
        kind, slash, form = self.mime_type.partition("/")
        if not (slash and kind.isascii() and kind.isalpha() and form.isascii() and form):
            raise InvalidInputError(
                f"“{self.mime_type}” is not a type of file.", hint="It looks like image/png."
            )
        try:
            base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidInputError("The content of a file must be in base64.") from None

    @property
    def modality(self) -> str:
        """What it is, in one word: image, audio, video, or document."""
        kind = self.mime_type.partition("/")[0]
        return kind if kind in ("image", "audio", "video") else "document"

    def to_json(self) -> JsonObject:
        """Return the part's JSON form."""
        plain: JsonObject = {
            "type": "blob",
            "modality": self.modality,
            "mime_type": self.mime_type,
            "content": self.content,
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

    def to_json(self) -> JsonObject:
        """Return the message's JSON form."""
        return {"role": self.role.value, "parts": [part.to_json() for part in self.parts]}


def text_message(role: Role, content: str) -> Message:
    """Return a message with one text part."""
    return Message(role=role, parts=(TextPart(content=content),))


def message_from_json(value: Json) -> Message:
    """Return the message of a JSON form.

    Raises:
        InvalidInputError: The value is not a message.
    """
    try:
        if not isinstance(value, dict) or not isinstance(value["parts"], list):
            raise TypeError
        return Message(
            role=Role(str(value["role"])),
            parts=tuple(part_from_json(part) for part in value["parts"]),
        )
    except (KeyError, TypeError, ValueError):
        raise InvalidInputError(
            "This is not a message.",
            hint='A message looks like {"role": "user", "parts": [{"type": "text", …}]}.',
        ) from None


def part_from_json(value: Json) -> Part:
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
    raise ValueError
