"""A generation request in the wire format of Gemini's generateContent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import orjson

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
    refuse_uncached,
    said,
    signature_for,
    split_system,
)

MADE_UP = "call-"
"""How ids begin that stand for those that Gemini leaves out."""

_NAME = "Gemini's interface"
_WHOLE, _STREAM = "generateContent", "streamGenerateContent?alt=sse"


def prepared(request: GenerationRequest) -> PreparedRequest:
    """Return the request in wire format; the model stands in its path.

    Raises:
        InvalidInputError: The interface cannot express the request.
    """
    settings = request.settings
    refuse_uncached(settings, by=_NAME)
    first, rest = split_system(request.messages, by=_NAME)
    names = {
        part.id: part.name
        for message in rest
        for part in message.parts
        if isinstance(part, ToolCallPart)
    }
    system: list[Json] = [
        {"text": part.content}
        for message in first
        for part in message.parts
        if isinstance(part, TextPart)
    ]
    body = without_absent(
        {
            "systemInstruction": {"parts": system} if system else None,
            "contents": [_content(message, names) for message in rest],
            "generationConfig": _config(settings, request.response_schema) or None,
            "tools": _tools(request.tools),
        }
    )
    streamed = settings.stream is not False
    model = quote(request.model.model.removeprefix("models/"), safe="")
    return PreparedRequest(
        body=encoded(body),
        path=f"/models/{model}:{_STREAM if streamed else _WHOLE}",
        streamed=streamed,
    )


def _content(message: Message, names: Mapping[str, str]) -> JsonObject:
    check_blobs(message)
    role = "model" if message.role is Role.ASSISTANT else "user"
    # Reasoning is not sent back: what it proves is in the signatures of the calls.
    sent = [part for part in said(message) if not isinstance(part, ReasoningPart)]
    return {"role": role, "parts": [_part(part, names) for part in sent]}


def _part(part: Part, names: Mapping[str, str]) -> JsonObject:
    match part:
        case BlobPart():
            return {"inlineData": {"mimeType": part.mime_type, "data": part.content}}
        case ToolCallPart():
            call: JsonObject = {"name": part.name, "args": arguments_of(part), **_id(part.id)}
            signature = signature_for(Interface.GEMINI, part)
            proof: JsonObject = {"thoughtSignature": signature} if signature else {}
            return {"functionCall": call, **proof}
        case ToolCallResponsePart():
            return {"functionResponse": _response(part, names)}
        case TextPart() | ReasoningPart():
            return {"text": part.content}


def _id(found: str) -> JsonObject:
    return {} if not found or found.startswith(MADE_UP) else {"id": found}


def _response(part: ToolCallResponsePart, names: Mapping[str, str]) -> JsonObject:
    if part.id not in names:
        raise InvalidInputError(
            f"The answer of a tool belongs to no call: {part.id}.",
            hint="Put the assistant's message with that call before it.",
        )
    return {"name": names[part.id], "response": _output(part.response), **_id(part.id)}


def _output(response: str) -> JsonObject:
    """Return what a tool answered as an object, which Gemini wants."""
    try:
        value = orjson.loads(response)
    except orjson.JSONDecodeError:
        value = None
    return value if isinstance(value, dict) else {"output": response}


def _config(settings: ModelSettings, schema: JsonObject | None) -> JsonObject:
    return without_absent(
        {
            "temperature": settings.temperature,
            "topP": settings.top_p,
            "topK": settings.top_k,
            "maxOutputTokens": settings.max_tokens,
            "seed": _seed(settings.seed),
            "stopSequences": list(settings.stop_sequences) or None,
            "frequencyPenalty": settings.frequency_penalty,
            "presencePenalty": settings.presence_penalty,
            "thinkingConfig": _thinking(settings),
            "responseMimeType": "application/json" if schema else None,
            "responseJsonSchema": schema,
        }
    )


def _seed(seed: int | None) -> int | None:
    if seed is not None and not -(2**31) <= seed < 2**31:
        raise InvalidInputError(
            "Gemini's seed has at most 31 bits.", hint="Set seed to less than 2147483648."
        )
    return seed


def _thinking(settings: ModelSettings) -> JsonObject | None:
    effort, budget = settings.reasoning_effort, settings.reasoning_budget
    if effort and budget is not None:
        raise InvalidInputError(
            "Gemini takes either reasoning_effort or reasoning_budget.",
            hint="Remove one of them from the settings.",
        )
    if effort == "none" or budget == 0:
        return {"thinkingBudget": 0}
    if effort:
        return {"thinkingLevel": effort.upper(), "includeThoughts": True}
    return None if budget is None else {"thinkingBudget": budget, "includeThoughts": True}


def _tools(tools: tuple[JsonObject, ...]) -> list[Json] | None:
    declared: list[Json] = []
    for tool in tools:
        found = function_of(tool)
        declared.append(
            without_absent(
                {
                    "name": found.name,
                    "description": found.description,
                    "parametersJsonSchema": found.parameters,
                }
            )
        )
    return [{"functionDeclarations": declared}] if declared else None
