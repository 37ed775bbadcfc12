"""A generation request in the wire format of OpenAI's Responses."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from prompt_workbench.domain.canonical import Json, JsonObject, without_absent
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
)
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, Interface
from prompt_workbench.providers.base import PreparedRequest
from prompt_workbench.providers.wire.parts import (
    check_blobs,
    data_url,
    encoded,
    function_of,
    refuse,
    refuse_blob,
    refuse_uncached,
    schema_name,
    signature_for,
)

_NAME = "OpenAI's Responses interface"
_LACKS = (
    "top_k",
    "seed",
    "stop_sequences",
    "frequency_penalty",
    "presence_penalty",
    "reasoning_budget",
)
_ENCRYPTED = "reasoning.encrypted_content"
_LEAST_TOKENS = 16


def prepared(request: GenerationRequest) -> PreparedRequest:
    """Return the request in wire format; nothing is kept at the provider.

    Raises:
        InvalidInputError: The interface cannot express the request.
    """
    settings = request.settings
    refuse(settings, _LACKS, by=_NAME)
    refuse_uncached(settings, by=_NAME)
    _check_limit(settings)
    streamed = settings.stream is not False
    effort = settings.reasoning_effort
    body = without_absent(
        {
            "model": request.model.model,
            "input": [item for message in request.messages for item in _items(message)],
            "store": False,
            "stream": streamed or None,
            "max_output_tokens": settings.max_tokens,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "reasoning": {"effort": effort} if effort else None,
            # Models that do not reason refuse to be asked for their reasoning.
            "include": [_ENCRYPTED] if effort and effort != "none" else None,
            "text": _format(request.response_schema),
            "tools": [_tool(tool) for tool in request.tools] or None,
        }
    )
    return PreparedRequest(body=encoded(body), streamed=streamed)


def _check_limit(settings: ModelSettings) -> None:
    if settings.max_tokens is not None and settings.max_tokens < _LEAST_TOKENS:
        raise InvalidInputError(
            f"OpenAI's Responses interface takes no max_tokens below {_LEAST_TOKENS}.",
            hint=f"Set max_tokens to {_LEAST_TOKENS} or more.",
        )


def _items(message: Message) -> list[Json]:
    """Return the items of one message; calls, their answers and reasoning stand by themselves."""
    check_blobs(message)
    items: list[Json] = []
    for kind, group in groupby(message.parts, key=_is_content):
        if kind:
            content = _contents(message.role, group)
            items.append({"type": "message", "role": message.role.value, "content": content})
        else:
            items += [item for part in group if (item := _item(part)) is not None]
    return items


def _is_content(part: Part) -> bool:
    return isinstance(part, TextPart | BlobPart)


def _contents(role: Role, parts: Iterable[Part]) -> Json:
    """Return content; that of the model is a text, since a list of it would need ids."""
    if role is Role.ASSISTANT:
        return "".join(part.content for part in parts if isinstance(part, TextPart))
    return [_content(part) for part in parts if isinstance(part, TextPart | BlobPart)]


def _content(part: TextPart | BlobPart) -> JsonObject:
    if isinstance(part, TextPart):
        return {"type": "input_text", "text": part.content}
    if part.modality == "image":
        return {"type": "input_image", "detail": "auto", "image_url": data_url(part)}
    if part.mime_type == "application/pdf":
        name = part.name or "file.pdf"
        return {"type": "input_file", "filename": name, "file_data": data_url(part)}
    raise refuse_blob(part, by=_NAME)


def _item(part: Part) -> JsonObject | None:
    match part:
        case ToolCallPart():
            call: JsonObject = {"name": part.name, "arguments": part.arguments}
            return {"type": "function_call", "call_id": part.id, **call}
        case ToolCallResponsePart():
            return {"type": "function_call_output", "call_id": part.id, "output": part.response}
        case ReasoningPart():
            return _reasoning(part)
    return None


def _reasoning(part: ReasoningPart) -> JsonObject | None:
    """Return reasoning as the provider signed it; that of others cannot be continued."""
    signature = signature_for(Interface.OPENAI_RESPONSES, part)
    if not signature:
        return None
    found, _, encrypted = signature.partition(":")
    summary: list[Json] = []
    if part.content:
        summary.append({"type": "summary_text", "text": part.content})
    return {
        "type": "reasoning",
        "id": found,
        "summary": summary,
        "encrypted_content": encrypted,
    }


def _tool(tool: JsonObject) -> JsonObject:
    found = function_of(tool)
    return without_absent(
        {
            "type": "function",
            "name": found.name,
            "description": found.description,
            "parameters": found.parameters,
            # Left out, it would be true, and parameters that are not strict would be changed.
            "strict": found.strict,
        }
    )


def _format(schema: JsonObject | None) -> JsonObject | None:
    if schema is None:
        return None
    inner: JsonObject = {"name": schema_name(schema), "schema": schema, "strict": True}
    return {"format": {"type": "json_schema", **inner}}
