"""What the request formats have in common, and how what they lack is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import Interface


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A tool that a model may call."""

    name: str
    description: str | None
    parameters: JsonObject
    strict: bool


def function_of(tool: JsonObject) -> Function:
    """Return the function that a tool definition declares, bare or as chat completions wrap it.

    Raises:
        InvalidInputError: It is no function.
    """
    inner = tool.get("function") if tool.get("type") == "function" else tool
    found = inner if isinstance(inner, dict) else tool
    name, description = found.get("name"), found.get("description")
    parameters = found.get("parameters", {"type": "object", "properties": {}})
    if not isinstance(name, str) or not isinstance(parameters, dict):
        raise InvalidInputError(
            "A tool has no name, or parameters that are no schema.",
            hint='A tool looks like {"name": "…", "description": "…", "parameters": {…}}.',
        )
    return Function(
        name=name,
        description=description if isinstance(description, str) else None,
        parameters=parameters,
        strict=found.get("strict") is True,
    )


def refuse(settings: ModelSettings, names: Iterable[str], *, by: str) -> None:
    """Refuse settings that an interface does not have, since leaving them out would mislead.

    Raises:
        InvalidInputError: One of them is set.
    """
    for name in names:
        if getattr(settings, name) not in (None, ()):
            raise InvalidInputError(
                f"{by} has no setting like {name}.",
                hint=f"Remove {name} from the settings, or take another model.",
            )


def refuse_uncached(settings: ModelSettings, *, by: str) -> None:
    """Refuse to promise that nothing is cached where the provider decides that.

    Raises:
        InvalidInputError: The prompt must not be cached.
    """
    if settings.prompt_cache is False:
        raise InvalidInputError(
            f"{by} caches prompts by itself, which a request cannot turn off.",
            hint="Remove prompt_cache from the settings.",
        )


def refuse_blob(part: BlobPart, *, by: str) -> InvalidInputError:
    """Return the error for a file that an interface does not take."""
    return InvalidInputError(
        f"{by} does not take files of the type {part.mime_type}.",
        hint="Remove the file from the message, or convert it.",
    )


def check_blobs(message: Message) -> None:
    """Refuse files where no interface takes them.

    Raises:
        InvalidInputError: A message that is not the user's has a file.
    """
    if message.role is not Role.USER and any(isinstance(part, BlobPart) for part in message.parts):
        raise InvalidInputError(
            f"A message of the role {message.role.value} cannot have a file.",
            hint="Put the file into a message of the user.",
        )


def said(message: Message) -> tuple[Part, ...]:
    """Return the parts without an empty text beside a file, which some providers refuse."""
    if not message.files:
        return message.parts
    return tuple(
        part for part in message.parts if not isinstance(part, TextPart) or part.content.strip()
    )


def split_system(
    messages: tuple[Message, ...], *, by: str
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Return the system messages that come first, and the rest.

    Raises:
        InvalidInputError: A system message comes later.
    """
    count = next(
        (at for at, message in enumerate(messages) if message.role is not Role.SYSTEM),
        len(messages),
    )
    if any(message.role is Role.SYSTEM for message in messages[count:]):
        raise InvalidInputError(
            f"{by} takes system messages only at the beginning.",
            hint="Move the system message to the top, or make it a message of the user.",
        )
    return messages[:count], messages[count:]


def data_url(part: BlobPart) -> str:
    """Return a file as an address that contains it."""
    return f"data:{part.mime_type};base64,{part.content}"


def schema_name(schema: JsonObject) -> str:
    """Return the name under which a response schema is sent."""
    title = schema.get("title")
    fits = isinstance(title, str) and title.isidentifier() and title.isascii()
    return str(title) if fits else "answer"


def arguments_of(part: ToolCallPart) -> JsonObject:
    """Return the arguments of a call as the object that they are.

    Raises:
        InvalidInputError: They are none.
    """
    try:
        value = orjson.loads(part.arguments or "{}")
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise InvalidInputError(
            f"The arguments of the call of {part.name} are no JSON object.",
            hint="Correct them in the assistant's message.",
        )
    return value


def signed(interface: Interface, value: str) -> str:
    """Return what a provider wants back, marked with the interface that may have it."""
    return f"{interface.value}:{value}" if value else ""


def signature_for(interface: Interface, part: ReasoningPart | ToolCallPart) -> str:
    """Return what this interface signed; nothing if another one did."""
    mark = f"{interface.value}:"
    return part.signature.removeprefix(mark) if part.signature.startswith(mark) else ""


def encoded(body: JsonObject) -> bytes:
    """Return the body of a request.

    Raises:
        InvalidInputError: A text has characters that cannot be sent.
    """
    try:
        return orjson.dumps(body)
    except TypeError:
        raise InvalidInputError(
            "The prompt has characters or numbers that cannot be sent.",
            hint="Look for damaged characters in its text and values.",
        ) from None
