"""Prompts, their immutable versions, and the pointers that move over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from prompt_workbench.domain.canonical import Json, JsonObject, content_hash, without_absent
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart, Message, Role, TextPart, message_from_json
from prompt_workbench.domain.model_settings import ModelSettings, settings_from_json
from prompt_workbench.domain.policies import (
    Fallback,
    RetryPolicy,
    checked_fallbacks,
    fallbacks_from_json,
    retry_from_json,
)
from prompt_workbench_runtime.render import Language

CONTENT_SCHEME = 1
"""The number of the rule by which prompt content is hashed."""

MAIN_BRANCH = "main"


class InputType(StrEnum):
    """The type of a template input."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ARRAY = "array"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptInput:
    """One declared input of a prompt; without a default it must be given."""

    name: str
    type: InputType = InputType.STRING
    description: str = ""
    default: Json = None

    def to_json(self) -> JsonObject:
        """Return the input's JSON form."""
        return without_absent(
            {
                "name": self.name,
                "type": self.type.value,
                "description": self.description or None,
                "default": self.default,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptContent:
    """All that decides what is sent: equal content has an equal hash."""

    messages: tuple[Message, ...]
    language: Language = Language.MUSTACHE
    inputs: tuple[PromptInput, ...] = ()
    """The declared input schema; empty means that the inputs follow the text."""
    settings: ModelSettings = field(default_factory=ModelSettings)
    tools: tuple[JsonObject, ...] = ()
    """Tool definitions: objects with ``name``, ``description`` and ``parameters``."""
    response_schema: JsonObject | None = None
    retry: RetryPolicy | None = None
    """None leaves it to the app when a failed call is sent again."""
    fallbacks: tuple[Fallback, ...] = ()
    """The models that are asked one after the other where a call fails."""

    def __post_init__(self) -> None:
        checked_fallbacks(self.fallbacks)

    @property
    def hash(self) -> str:
        """The content hash, with its scheme number in front."""
        return content_hash(self.to_json(), scheme=CONTENT_SCHEME)

    @property
    def templates(self) -> tuple[str, ...]:
        """The template of each text part of each message, in order."""
        return tuple(
            part.content
            for message in self.messages
            for part in message.parts
            if isinstance(part, TextPart)
        )

    def defaults(self) -> dict[str, Json]:
        """Return the default values of the declared inputs that have one."""
        return {item.name: item.default for item in self.inputs if item.default is not None}

    @property
    def files(self) -> dict[str, BlobPart]:
        """The files of all messages, by their ids."""
        return {part.id: part for message in self.messages for part in message.files}

    def whole_json(self) -> JsonObject:
        """Return the JSON form with the bytes of files, for those who do not have them."""
        return {**self.to_json(), "messages": [each.whole_json() for each in self.messages]}

    def to_json(self) -> JsonObject:
        """Return the JSON form that is hashed and stored.

        Absent fields are left out, and ids stand for the bytes of files.
        """
        return without_absent(
            {
                "messages": [message.to_json() for message in self.messages],
                "language": self.language.value,
                "inputs": [item.to_json() for item in self.inputs] or None,
                "settings": self.settings.to_json() or None,
                "tools": list(self.tools) or None,
                "response_schema": self.response_schema,
                "retry": None if self.retry is None else self.retry.to_json(),
                "fallbacks": [item.to_json() for item in self.fallbacks] or None,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A document with a history of versions."""

    id: str
    name: str
    folder: str = ""
    """Slash-separated, without slashes at the ends; empty is the top."""
    tags: tuple[str, ...] = ()
    created_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """One immutable content of a prompt. Editing makes a new version."""

    id: str
    prompt_id: str
    number: int
    """Counts from 1 over all branches of the prompt; 0 is the empty start of a new one."""
    content: PromptContent
    parents: tuple[str, ...] = ()
    branch: str = MAIN_BRANCH
    """The branch it was saved on."""
    message: str = ""
    author: str = ""
    created_at: datetime

    @property
    def content_hash(self) -> str:
        """The hash of the content."""
        return self.content.hash

    @property
    def is_start(self) -> bool:
        """Whether it is only what a new prompt starts from: it is in no list of versions."""
        return self.number == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSummary:
    """A version without its content, for lists."""

    id: str
    prompt_id: str
    number: int
    content_hash: str
    parents: tuple[str, ...]
    branch: str
    message: str
    author: str
    created_at: datetime
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A named line of work; its head moves with every save."""

    prompt_id: str
    name: str
    head_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A movable name of one version; its moves are kept."""

    prompt_id: str
    name: str
    version_id: str
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Unsaved work on a branch, kept on disk while it is typed."""

    prompt_id: str
    branch: str
    base_id: str | None
    """The version it was edited from; None before the first save."""
    content: PromptContent
    values: Mapping[str, Json] = field(default_factory=dict)
    """What the person last filled in for the inputs."""
    updated_at: datetime


def content_from_json(value: Json, files: Mapping[str, str] | None = None) -> PromptContent:
    """Return the content of its JSON form.

    Args:
        value: The JSON form.
        files: The bytes in base64 of the files whose ids it may have, by id.

    Raises:
        InvalidInputError: The value is not prompt content.
    """
    if not isinstance(value, dict) or not isinstance(value.get("messages"), list):
        raise InvalidInputError("Prompt content must be a JSON object with messages.")
    messages, inputs, tools = value["messages"], value.get("inputs", []), value.get("tools", [])
    schema, retry = value.get("response_schema"), value.get("retry")
    if not isinstance(messages, list) or not isinstance(inputs, list):
        raise InvalidInputError("messages and inputs must be lists.")
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise InvalidInputError("tools must be a list of objects.")
    if schema is not None and not isinstance(schema, dict):
        raise InvalidInputError("response_schema must be a JSON schema object.")
    return PromptContent(
        messages=tuple(message_from_json(message, files) for message in messages),
        language=_language(value.get("language", Language.MUSTACHE.value)),
        inputs=tuple(_input_from_json(item) for item in inputs),
        settings=settings_from_json(value.get("settings", {})),
        tools=tuple(tool for tool in tools if isinstance(tool, dict)),
        response_schema=schema,
        retry=None if retry is None else retry_from_json(retry),
        fallbacks=fallbacks_from_json(value.get("fallbacks", [])),
    )


def text_prompt(text: str, *, system: str = "") -> PromptContent:
    """Return content with one user message, and a system message before it if given."""
    messages = [Message(role=Role.USER, parts=(TextPart(content=text),))]
    if system:
        messages.insert(0, Message(role=Role.SYSTEM, parts=(TextPart(content=system),)))
    return PromptContent(messages=tuple(messages))


def _language(value: Json) -> Language:
    try:
        return Language(str(value))
    except ValueError:
        names = ", ".join(Language)
        raise InvalidInputError(
            f"Unknown template language: {value}.", hint=f"Known are: {names}."
        ) from None


def _input_from_json(value: Json) -> PromptInput:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise InvalidInputError("Every input needs a name.")
    try:
        kind = InputType(str(value.get("type", "string")))
    except ValueError:
        raise InvalidInputError(f"Unknown input type: {value.get('type')}.") from None
    return PromptInput(
        name=str(value["name"]),
        type=kind,
        description=str(value.get("description", "")),
        default=value.get("default"),
    )
