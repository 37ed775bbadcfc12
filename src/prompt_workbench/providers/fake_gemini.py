"""How Gemini's generateContent says something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

import orjson
from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_forms import Form, Reason, Speech, last_of, texts_in
from prompt_workbench.providers.fake_replies import FakeRequest

_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


class GeminiForm(Form):
    """generateContent and streamGenerateContent."""

    path = re.compile(r":(?:streamG|g)enerateContent(?:\?alt=sse)?$")
    reasons: ClassVar[Mapping[Reason, str]] = {
        Reason.STOP: "STOP",
        Reason.LENGTH: "MAX_TOKENS",
        Reason.TOOL_CALLS: "STOP",
        Reason.FILTERED: "SAFETY",
    }
    named = False

    @override
    def wants_stream(self, request: FakeRequest) -> bool:
        return ":stream" in request.path

    @override
    def stream_events(self, speech: Speech) -> list[Json]:
        pieces = [[part] for part in _parts(speech)] or [[]]
        found: list[Json] = [self._chunk(speech, parts) for parts in pieces[:-1]]
        found.append(self._chunk(speech, pieces[-1], reason=self.reason(speech)))
        return found

    @override
    def whole_json(self, speech: Speech) -> JsonObject:
        return self._chunk(speech, _parts(speech), reason=self.reason(speech))

    def _chunk(
        self, speech: Speech, parts: list[JsonObject], *, reason: str | None = None
    ) -> JsonObject:
        content: JsonObject = (
            {"role": "model", "parts": list(parts)} if parts else {"role": "model"}
        )
        candidate: JsonObject = {"content": content, "index": 0}
        if reason is not None:
            candidate["finishReason"] = reason
        found: JsonObject = {
            "candidates": [candidate],
            "modelVersion": speech.model,
            "responseId": "gemini-fake",
        }
        counted = self.counted(speech)
        return found if counted is None else {**found, "usageMetadata": counted}

    @override
    def error(self, status: int, message: str) -> JsonObject:
        name = _STATUSES.get(status, "INTERNAL")
        return {"error": {"code": status, "message": message, "status": name}}

    @override
    def error_event(self, status: int, message: str) -> Json:
        return self.error(status, message)

    @override
    def counts(self, usage: Usage) -> JsonObject:
        thoughts = usage.reasoning_output_tokens
        return {
            "promptTokenCount": usage.input_tokens,
            "cachedContentTokenCount": usage.cache_read_input_tokens,
            "candidatesTokenCount": usage.output_tokens - thoughts,
            "thoughtsTokenCount": thoughts,
            "totalTokenCount": usage.input_tokens + usage.output_tokens,
        }

    @override
    def last_text(self, request: JsonObject) -> str:
        return texts_in(last_of(request, "contents").get("parts"))


def _parts(speech: Speech) -> list[JsonObject]:
    parts: list[JsonObject] = [{"text": text, "thought": True} for text in speech.reasoning]
    parts += [{"text": text} for text in (*speech.texts, speech.refusal) if text]
    for call in speech.calls:
        asked: JsonObject = {
            "id": call.id,
            "name": call.name,
            "args": orjson.loads(call.arguments),
        }
        proof: JsonObject = {"thoughtSignature": speech.signature} if speech.signature else {}
        parts.append({"functionCall": asked, **proof})
    return parts
