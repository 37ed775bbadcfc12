"""A generation request in the wire format of Anthropic's messages."""

from __future__ import annotations

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
    arguments_of,
    check_blobs,
    encoded,
    function_of,
    refuse,
    refuse_blob,
    said,
    signature_for,
    split_system,
)

DEFAULT_MAX_TOKENS = 4096
"""Sent where the prompt sets no limit, since Anthropic wants one; thinking comes on top."""

REDACTED = "redacted:"
"""Marks the signature of reasoning that is encrypted as a whole."""

_NAME = "Anthropic's messages interface"
_LACKS = ("seed", "frequency_penalty", "presence_penalty")
_REASONING = ("thinking", "redacted_thinking")
_KEPT: JsonObject = {"type": "ephemeral"}


def prepared(request: GenerationRequest) -> PreparedRequest:
    """Return the request in wire format.

    Raises:
        InvalidInputError: The interface cannot express the request.
    """
    settings = request.settings
    refuse(settings, _LACKS, by=_NAME)
    _check_temperature(settings)
    first, rest = split_system(request.messages, by=_NAME)
    system: list[Json] = [_block(part) for message in first for part in message.parts]
    messages = [_message(message) for message in rest]
    tools = [_tool(tool) for tool in request.tools]
    if settings.prompt_cache:
        _mark(system, tools, messages)
    streamed = settings.stream is not False
    body = without_absent(
        {
            "model": request.model.model,
            "max_tokens": settings.max_tokens or _default_limit(settings),
            "system": system or None,
            "messages": list(messages),
            "stream": streamed or None,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "top_k": settings.top_k,
            "stop_sequences": list(settings.stop_sequences) or None,
            "thinking": _thinking(settings),
            "output_config": _output(settings, request.response_schema),
            "tools": list(tools) or None,
        }
    )
    return PreparedRequest(body=encoded(body), streamed=streamed)


def _default_limit(settings: ModelSettings) -> int:
    return DEFAULT_MAX_TOKENS + (settings.reasoning_budget or 0)


def _check_temperature(settings: ModelSettings) -> None:
    if settings.temperature is not None and settings.temperature > 1:
        raise InvalidInputError(
            "Anthropic's temperature goes from 0 to 1.", hint="Set temperature to 1 or less."
        )


def _message(message: Message) -> JsonObject:
    check_blobs(message)
    role = Role.ASSISTANT if message.role is Role.ASSISTANT else Role.USER
    blocks: list[Json] = [_block(part) for part in said(message) if not _is_foreign(part)]
    return {"role": role.value, "content": blocks}


def _is_foreign(part: Part) -> bool:
    """Whether it is reasoning of another interface, which cannot be continued here."""
    return isinstance(part, ReasoningPart) and not signature_for(Interface.ANTHROPIC_MESSAGES, part)


def _block(part: Part) -> JsonObject:
    match part:
        case TextPart():
            return {"type": "text", "text": part.content}
        case BlobPart():
            return _file(part)
        case ToolCallPart():
            call: JsonObject = {"id": part.id, "name": part.name, "input": arguments_of(part)}
            return {"type": "tool_use", **call}
        case ToolCallResponsePart():
            return {"type": "tool_result", "tool_use_id": part.id, "content": part.response}
        case ReasoningPart():
            signature = signature_for(Interface.ANTHROPIC_MESSAGES, part)
            if signature.startswith(REDACTED):
                return {"type": "redacted_thinking", "data": signature.removeprefix(REDACTED)}
            return {"type": "thinking", "thinking": part.content, "signature": signature}


def _file(part: BlobPart) -> JsonObject:
    source: JsonObject = {
        "type": "base64",
        "media_type": part.mime_type,
        "data": part.content,
    }
    if part.modality == "image":
        return {"type": "image", "source": source}
    if part.mime_type == "application/pdf":
        document: JsonObject = {"type": "document", "source": source}
        return {**document, "title": part.name} if part.name else document
    raise refuse_blob(part, by=_NAME)


def _tool(tool: JsonObject) -> JsonObject:
    found = function_of(tool)
    return without_absent(
        {
            "name": found.name,
            "description": found.description,
            "input_schema": found.parameters,
            "strict": found.strict or None,
        }
    )


def _mark(system: list[Json], tools: list[JsonObject], messages: list[JsonObject]) -> None:
    """Mark where the cache may end: after tools and system, and before the last message.

    What comes before those places is mostly the same for all cases of a dataset; the last
    message is not, and writing it to the cache costs more than sending it.
    """
    places = [system or list(tools)]
    if len(messages) > 1:
        places.append(_content(messages[-2]))
    for blocks in places:
        last = blocks[-1] if blocks else None
        # Reasoning cannot be marked.
        if isinstance(last, dict) and last.get("type") not in _REASONING:
            last["cache_control"] = _KEPT


def _content(message: JsonObject) -> list[Json]:
    blocks = message["content"]
    return blocks if isinstance(blocks, list) else []


def _thinking(settings: ModelSettings) -> JsonObject | None:
    if settings.reasoning_budget is not None:
        if settings.reasoning_budget == 0:
            return {"type": "disabled"}
        return {"type": "enabled", "budget_tokens": settings.reasoning_budget}
    if settings.reasoning_effort == "none":
        return {"type": "disabled"}
    return {"type": "adaptive"} if settings.reasoning_effort else None


def _output(settings: ModelSettings, schema: JsonObject | None) -> JsonObject | None:
    effort = settings.reasoning_effort if settings.reasoning_effort != "none" else None
    form: JsonObject | None = {"type": "json_schema", "schema": schema} if schema else None
    return without_absent({"effort": effort, "format": form}) or None
