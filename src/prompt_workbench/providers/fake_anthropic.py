"""How Anthropic's messages say something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

import orjson
from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_forms import Form, Reason, Speech, last_of, texts_in

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class AnthropicForm(Form):
    """Messages."""

    path = re.compile(r"/messages$")
    reasons: ClassVar[Mapping[Reason, str]] = {
        Reason.STOP: "end_turn",
        Reason.LENGTH: "max_tokens",
        Reason.TOOL_CALLS: "tool_use",
        Reason.FILTERED: "refusal",
    }

    @override
    def stream_events(self, speech: Speech) -> list[Json]:
        counted = self.counted(speech)
        begun: Json = {**counted, "output_tokens": 1} if isinstance(counted, dict) else counted
        message = {**self._message(speech), "content": [], "stop_reason": None, "usage": begun}
        found: list[Json] = [{"type": "message_start", "message": message}, {"type": "ping"}]
        for index, (block, deltas) in enumerate(_blocks(speech)):
            at: JsonObject = {"index": index}
            found.append({"type": "content_block_start", "content_block": block, **at})
            found += [{"type": "content_block_delta", "delta": delta, **at} for delta in deltas]
            if speech.reason is not None:
                found.append({"type": "content_block_stop", **at})
        if reason := self.reason(speech):
            end: JsonObject = {"stop_reason": reason, "stop_sequence": None}
            found.append({"type": "message_delta", "delta": end, "usage": counted})
            found.append({"type": "message_stop"})
        return found

    @override
    def whole_json(self, speech: Speech) -> JsonObject:
        return self._message(speech)

    def _message(self, speech: Speech) -> JsonObject:
        content: list[Json] = []
        if speech.reasoning or speech.signature:
            thought: JsonObject = {"thinking": "".join(speech.reasoning)}
            content.append({"type": "thinking", **thought, "signature": speech.signature})
        if text := speech.text + speech.refusal:
            content.append({"type": "text", "text": text})
        for call in speech.calls:
            asked: JsonObject = {"name": call.name, "input": orjson.loads(call.arguments)}
            content.append({"type": "tool_use", "id": call.id, **asked})
        return {
            "id": "msg_fake",
            "type": "message",
            "role": "assistant",
            "model": speech.model,
            "content": content,
            "stop_reason": self.reason(speech),
            "stop_sequence": None,
            "usage": self.counted(speech),
        }

    @override
    def error(self, status: int, message: str) -> JsonObject:
        inner: JsonObject = {"type": _TYPES.get(status, "api_error"), "message": message}
        return {"type": "error", "error": inner, "request_id": "req_fake"}

    @override
    def error_event(self, status: int, message: str) -> Json:
        return self.error(status, message)

    @override
    def counts(self, usage: Usage) -> JsonObject:
        read, created = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
        return {
            "input_tokens": usage.input_tokens - read - created,
            "cache_creation_input_tokens": created,
            "cache_read_input_tokens": read,
            "output_tokens": usage.output_tokens,
            "output_tokens_details": {"thinking_tokens": usage.reasoning_output_tokens},
        }

    @override
    def last_text(self, request: JsonObject) -> str:
        return texts_in(last_of(request, "messages").get("content"))


def _blocks(speech: Speech) -> list[tuple[JsonObject, list[JsonObject]]]:
    """Return the blocks as a stream begins them, with what follows."""
    found: list[tuple[JsonObject, list[JsonObject]]] = []
    if speech.reasoning or speech.signature:
        thoughts: list[JsonObject] = [
            {"type": "thinking_delta", "thinking": text} for text in speech.reasoning
        ]
        thoughts.append({"type": "signature_delta", "signature": speech.signature})
        found.append(({"type": "thinking", "thinking": "", "signature": ""}, thoughts))
    texts = [*speech.texts, speech.refusal] if speech.refusal else speech.texts
    if texts:
        deltas: list[JsonObject] = [{"type": "text_delta", "text": text} for text in texts]
        found.append(({"type": "text", "text": ""}, deltas))
    for call in speech.calls:
        half = len(call.arguments) // 2
        halves = (call.arguments[:half], call.arguments[half:])
        block: JsonObject = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
        found.append(
            (block, [{"type": "input_json_delta", "partial_json": half} for half in halves])
        )
    return found
