"""A generation request in the wire format of chat completions."""

from __future__ import annotations

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject, without_absent
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import (
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

USAGE_OPTION = b',"stream_options":{"include_usage":true}'
"""What asks for usage in the body of a request."""


def prepared(
    request: GenerationRequest, *, limit_name: str = "max_tokens", ask_for_usage: bool = True
) -> PreparedRequest:
    """Return the request in wire format; servers differ in the name of the output limit.

    Raises:
        InvalidInputError: A text has characters that cannot be sent.
    """
    streamed = request.settings.stream is not False
    body = without_absent(
        {
            "model": request.model.model,
            "messages": [one for message in request.messages for one in _messages(message)],
            "stream": streamed or None,
            "stream_options": {"include_usage": True} if streamed and ask_for_usage else None,
            limit_name: request.settings.max_tokens,
            **_settings(request.settings),
            "tools": [_tool(tool) for tool in request.tools] or None,
            "response_format": _format(request.response_schema),
        }
    )
    try:
        return PreparedRequest(body=orjson.dumps(body), streamed=streamed)
    except TypeError:
        raise InvalidInputError(
            "The prompt has characters or numbers that cannot be sent.",
            hint="Look for damaged characters in its text and values.",
        ) from None


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
    responses: list[JsonObject] = []
    calls: list[Json] = []
    texts: list[str] = []
    for part in message.parts:
        match part:
            case TextPart():
                texts.append(part.content)
            case ToolCallPart():
                function: JsonObject = {"name": part.name, "arguments": part.arguments}
                calls.append({"id": part.id, "type": "function", "function": function})
            case ToolCallResponsePart():
                response: JsonObject = {"tool_call_id": part.id, "content": part.response}
                responses.append({"role": Role.TOOL.value, **response})
            case ReasoningPart():
                pass  # A server makes its own reasoning and refuses or ignores that of others.
    if responses and not texts and not calls:
        return responses
    content = "".join(texts)
    plain: JsonObject = {"role": message.role.value, "content": content or (None if calls else "")}
    return [{**plain, "tool_calls": calls} if calls else plain, *responses]


def _tool(tool: JsonObject) -> Json:
    """Return a tool definition; one already in wire format stays as it is."""
    return tool if tool.get("type") == "function" else {"type": "function", "function": tool}


def _format(schema: JsonObject | None) -> JsonObject | None:
    if schema is None:
        return None
    title = schema.get("title")
    name = (
        title if isinstance(title, str) and title.isidentifier() and title.isascii() else "answer"
    )
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}
