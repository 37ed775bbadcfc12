"""Gemini's generateContent, as Google defined it."""

from __future__ import annotations

from collections.abc import Mapping

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.requests import GenerationRequest, Interface
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.base import PreparedRequest
from prompt_workbench.providers.text import repaired
from prompt_workbench.providers.wire.adapter import WireAdapter
from prompt_workbench.providers.wire.draft import Block, Draft, Kind, written
from prompt_workbench.providers.wire.gemini_request import MADE_UP, prepared
from prompt_workbench.providers.wire.parts import signed
from prompt_workbench.providers.wire.usage import gemini_counts


class Gemini(WireAdapter):
    """A server that speaks Gemini's generateContent."""

    path = "/models"

    @override
    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        return prepared(request)

    @override
    def _draft(self) -> GeminiAnswer:
        return GeminiAnswer()

    @override
    def _fixed_headers(self, key: str | None) -> Mapping[str, str]:
        return {"x-goog-api-key": key} if key else {}


class GeminiAnswer(Draft):
    """An answer that grows with every chunk; only the first candidate counts."""

    def __init__(self) -> None:
        super().__init__()
        self._last: Block | None = None

    @override
    def usage(self) -> Usage | None:
        return gemini_counts(self.usage_raw)

    @property
    @override
    def usage_is_final(self) -> bool:
        # Every chunk counts what came before it.
        return self.finish_reason is not None

    @override
    def add(self, piece: JsonObject) -> str:
        if self.response_id is None:
            self._identify(piece.get("responseId"), piece.get("modelVersion"))
        if piece.get("usageMetadata") is not None:
            self.usage_raw = piece["usageMetadata"]
        feedback = piece.get("promptFeedback")
        if isinstance(feedback, dict):
            # A prompt that is blocked has no candidate; the reason is all that comes.
            self._finish(feedback.get("blockReason"))
        candidates = piece.get("candidates")
        first = candidates[0] if isinstance(candidates, list) and candidates else None
        return self._take(first) if isinstance(first, dict) else ""

    def _take(self, candidate: JsonObject) -> str:
        self._finish(candidate.get("finishReason"))
        content = candidate.get("content")
        parts = content.get("parts") if isinstance(content, dict) else None
        if not isinstance(parts, list):
            return ""
        return "".join(self._take_part(part) for part in parts if isinstance(part, dict))

    def _take_part(self, part: JsonObject) -> str:
        text, call = part.get("text"), part.get("functionCall")
        if isinstance(call, dict):
            self._take_call(call, part.get("thoughtSignature"))
        elif isinstance(text, str) and text:
            kind: Kind = "reasoning" if part.get("thought") is True else "text"
            sound = self._grow(self._current(kind), text)
            return sound if kind == "text" else ""
        return ""

    def _take_call(self, call: JsonObject, signature: Json) -> None:
        place = len(self._blocks)
        block = self._last = self._block((place, 0), "tool_call")
        found = call.get("id")
        block.id = repaired(found) if isinstance(found, str) and found else f"{MADE_UP}{place}"
        self._name(block, call.get("name"))
        self._grow(block, written(call.get("args") or {}))
        if isinstance(signature, str):
            block.signature = signed(Interface.GEMINI, repaired(signature))

    def _current(self, kind: Kind) -> Block:
        """Return the block that is being written; one of another kind begins a new one."""
        if self._last is None or self._last.kind != kind:
            self._last = self._block((len(self._blocks), 0), kind)
        return self._last
