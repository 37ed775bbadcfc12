"""Responses as OpenAI defined them."""

from __future__ import annotations

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.requests import GenerationRequest, Interface
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.base import PreparedRequest
from prompt_workbench.providers.text import repaired
from prompt_workbench.providers.wire.adapter import WireAdapter
from prompt_workbench.providers.wire.draft import Block, Draft, Kind
from prompt_workbench.providers.wire.parts import signed
from prompt_workbench.providers.wire.responses_request import prepared
from prompt_workbench.providers.wire.usage import openai_counts

_DELTAS: dict[str, Kind] = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "text",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.function_call_arguments.delta": "tool_call",
}
_ENDS = ("response.completed", "response.incomplete", "response.failed")
_PENDING = ("in_progress", "queued")


class OpenAIResponses(WireAdapter):
    """A server that speaks OpenAI's Responses."""

    path = "/responses"

    @override
    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        return prepared(request)

    @override
    def _draft(self) -> ResponsesAnswer:
        return ResponsesAnswer()


class ResponsesAnswer(Draft):
    """An answer that grows with every event; its items are numbered on the wire."""

    @override
    def usage(self) -> Usage | None:
        return openai_counts(self.usage_raw)

    @override
    def add(self, piece: JsonObject) -> str:
        event = piece.get("type")
        if isinstance(event, str):
            if (kind := _DELTAS.get(event)) is not None:
                return self._take_delta(kind, piece)
            if event in ("response.output_item.added", "response.output_item.done"):
                return self._take_item(piece.get("output_index"), piece.get("item"))
            if event in _ENDS:
                self.ended = True
                return self._take_whole(piece.get("response"))
            if event == "response.created":
                self._take_head(piece.get("response"))
            return ""
        return self._take_whole(piece)

    def _take_delta(self, kind: Kind, piece: JsonObject) -> str:
        output, delta = piece.get("output_index"), piece.get("delta")
        inner = piece.get("content_index") or piece.get("summary_index") or 0
        if not isinstance(output, int) or not isinstance(delta, str):
            return ""
        # A message may have several contents; reasoning and calls are one block each.
        place = (output, inner if kind == "text" and isinstance(inner, int) else 0)
        text = self._grow(self._block(place, kind), delta)
        return text if kind == "text" else ""

    def _take_head(self, response: Json) -> None:
        if isinstance(response, dict):
            self._identify(response.get("id"), response.get("model"))

    def _take_whole(self, response: Json) -> str:
        """Take the whole response: what no event brought before, and how it ended."""
        if not isinstance(response, dict):
            return ""
        self._take_head(response)
        if response.get("usage") is not None:
            self.usage_raw = response["usage"]
        output = response.get("output")
        items = output if isinstance(output, list) else []
        text = "".join(self._take_item(place, item) for place, item in enumerate(items))
        self._take_status(response)
        return text

    def _take_status(self, response: JsonObject) -> None:
        status, details = response.get("status"), response.get("incomplete_details")
        if status == "failed" or response.get("error"):
            self.failure = response.get("error") or {"message": "The response failed."}
        elif isinstance(details, dict) and details.get("reason"):
            self._finish(details["reason"])
        elif status not in _PENDING:
            self._finish(status)

    def _take_item(self, place: Json, item: Json) -> str:
        """Take an item, at its beginning or whole; what is known of it is not taken again."""
        if not isinstance(place, int) or not isinstance(item, dict):
            return ""
        match item.get("type"):
            case "message":
                contents = item.get("content")
                parts = contents if isinstance(contents, list) else []
                return "".join(self._take_content((place, at), one) for at, one in enumerate(parts))
            case "function_call":
                call = self._block((place, 0), "tool_call")
                call.id = repaired(str(item.get("call_id") or call.id))
                if not call.name:
                    self._name(call, item.get("name"))
                self._once(call, item.get("arguments"))
            case "reasoning":
                self._take_reasoning(self._block((place, 0), "reasoning"), item)
        return ""

    def _take_content(self, place: tuple[int, int], content: Json) -> str:
        if not isinstance(content, dict):
            return ""
        text = (
            content.get("text") if content.get("type") == "output_text" else content.get("refusal")
        )
        return self._once(self._block(place, "text"), text)

    def _take_reasoning(self, block: Block, item: JsonObject) -> None:
        texts = [
            one["text"]
            for name in ("summary", "content")
            for one in _list(item.get(name))
            if isinstance(one, dict) and isinstance(one.get("text"), str)
        ]
        self._once(block, "\n\n".join(map(str, texts)))
        encrypted = item.get("encrypted_content")
        if isinstance(encrypted, str) and encrypted:
            value = f"{item.get('id', '')}:{encrypted}"
            block.signature = signed(Interface.OPENAI_RESPONSES, repaired(value))

    def _once(self, block: Block, text: Json) -> str:
        """Give the block its text, unless it came in pieces before."""
        if block.pieces or not isinstance(text, str):
            return ""
        return self._grow(block, text)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
