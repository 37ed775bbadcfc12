"""A generation request in the wire format of chat completions."""

from __future__ import annotations

from prompt_workbench.domain.canonical import Json, JsonObject, without_absent
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolCallResponsePart,
)
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import PreparedRequest
from prompt_workbench.providers.wire.parts import (
    check_blobs,
    data_url,
    encoded,
    refuse,
    refuse_blob,
    refuse_uncached,
    schema_name,
)

USAGE_OPTION = b',"stream_options":{"include_usage":true}'
"""What asks for usage in the body of a request."""

_NAME = "The chat completions interface"
_AUDIO = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3"}


def prepared(
    request: GenerationRequest, *, limit_name: str = "max_tokens", ask_for_usage: bool = True
) -> PreparedRequest:
    """Return the request in wire format; servers differ in the name of the output limit.

    Raises:
        InvalidInputError: The interface cannot express the request.
    """
    settings = request.settings
    refuse(settings, ("reasoning_budget",), by=_NAME)
    refuse_uncached(settings, by=_NAME)
    streamed = settings.stream is not False
    body = without_absent(
        {
            "model": request.model.model,
            "messages": [one for message in request.messages for one in _messages(message)],
            "stream": streamed or None,
            "stream_options": {"include_usage": True} if streamed and ask_for_usage else None,
            limit_name: settings.max_tokens,
            **_settings(settings),
            "tools": [_tool(tool) for tool in request.tools] or None,
            "response_format": _format(request.response_schema),
        }
    )
    return PreparedRequest(body=encoded(body), streamed=streamed)


def _settings(settings: ModelSettings) -> dict[str, Json | None]:
    return {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "top_k": settings.top_k,
        "seed": settings.seed,
        "stop": list(settings.stop_sequences) or None,
        "frequency_penalty": settings.frequency_penalty,
        "presence_penalty": settings.presence_penalty,
        "reasoning_effort": settings.reasoning_effort,
    }


def _messages(message: Message) -> list[JsonObject]:
    """Return the wire messages of one message; every tool response is its own."""
    check_blobs(message)
    responses: list[JsonObject] = []
    calls: list[Json] = []
    content: list[Json] = []
    texts: list[str] = []
    for part in message.parts:
        match part:
            case TextPart():
                texts.append(part.content)
                content.append({"type": "text", "text": part.content})
            case BlobPart():
                content.append(_file(part))
            case ToolCallPart():
                function: JsonObject = {"name": part.name, "arguments": part.arguments}
                calls.append({"id": part.id, "type": "function", "function": function})
            case ToolCallResponsePart():
                response: JsonObject = {"tool_call_id": part.id, "content": part.response}
                responses.append({"role": Role.TOOL.value, **response})
            case ReasoningPart():
                pass  # A server makes its own reasoning and refuses or ignores that of others.
    if responses and not content and not calls:
        return responses
    # Many servers take a list only where there is a file.
    plain: Json = content if len(content) > len(texts) else "".join(texts)
    whole: JsonObject = {"role": message.role.value, "content": plain or (None if calls else "")}
    return [{**whole, "tool_calls": calls} if calls else whole, *responses]


def _file(part: BlobPart) -> JsonObject:
    if part.modality == "image":
        return {"type": "image_url", "image_url": {"url": data_url(part)}}
    if part.mime_type == "application/pdf":
        file: JsonObject = {"filename": part.name or "file.pdf", "file_data": data_url(part)}
        return {"type": "file", "file": file}
    if part.mime_type in _AUDIO:
        audio: JsonObject = {"data": part.content, "format": _AUDIO[part.mime_type]}
        return {"type": "input_audio", "input_audio": audio}
    raise refuse_blob(part, by=_NAME)


def _tool(tool: JsonObject) -> Json:
    """Return a tool definition; one already in wire format stays as it is."""
    return tool if tool.get("type") == "function" else {"type": "function", "function": tool}


def _format(schema: JsonObject | None) -> JsonObject | None:
    if schema is None:
        return None
    inner: JsonObject = {"name": schema_name(schema), "schema": schema, "strict": True}
    return {"type": "json_schema", "json_schema": inner}
