"""Messages as Anthropic defined them."""

from __future__ import annotations

from collections.abc import Mapping

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.requests import GenerationRequest, Interface
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.base import PreparedRequest
from prompt_workbench.providers.text import repaired
from prompt_workbench.providers.wire.adapter import WireAdapter
from prompt_workbench.providers.wire.anthropic_request import REDACTED, prepared
from prompt_workbench.providers.wire.draft import Block, Draft, Kind, written
from prompt_workbench.providers.wire.parts import signed
from prompt_workbench.providers.wire.usage import anthropic_counts

_VERSION = "2023-06-01"
"""The version of the interface; Anthropic wants it named in each request."""


class AnthropicMessages(WireAdapter):
    """A server that speaks Anthropic's messages."""

    path = "/messages"

    @override
    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        return prepared(request)

    @override
    def _draft(self) -> AnthropicAnswer:
        return AnthropicAnswer()

    @override
    def _fixed_headers(self, key: str | None) -> Mapping[str, str]:
        return key_headers(key)


def key_headers(key: str | None) -> Mapping[str, str]:
    """Return the headers that go with every request."""
    version = {"anthropic-version": _VERSION}
    return {**version, "x-api-key": key} if key else version


class AnthropicAnswer(Draft):
    """An answer that grows with every event; its blocks are numbered on the wire."""

    def __init__(self) -> None:
        super().__init__()
        self._counted = False

    @override
    def usage(self) -> Usage | None:
        # The counts at the beginning hold only the first tokens of the output.
        return anthropic_counts(self.usage_raw) if self._counted else None

    @override
    def add(self, piece: JsonObject) -> str:
        match piece.get("type"):
            case "content_block_delta":
                return self._take_delta(piece.get("index"), piece.get("delta"))
            case "content_block_start":
                return self._take_block(piece.get("index"), piece.get("content_block"))
            case "content_block_stop":
                self._close(piece.get("index"))
            case "message_start":
                self._take_head(piece.get("message"))
            case "message_delta":
                self._take_end(piece.get("delta"), piece.get("usage"))
            case "message_stop":
                self.ended = True
            case "message":
                return self._take_whole(piece)
        return ""

    def _take_whole(self, message: JsonObject) -> str:
        self._take_head(message)
        self._take_end(message, message.get("usage"))
        content = message.get("content")
        blocks = content if isinstance(content, list) else []
        texts = [self._take_block(index, block) for index, block in enumerate(blocks)]
        for index in range(len(blocks)):
            self._close(index)
        return "".join(texts)

    def _take_head(self, message: Json) -> None:
        if isinstance(message, dict):
            self._identify(message.get("id"), message.get("model"))
            self._count(message.get("usage"))

    def _take_end(self, delta: Json, usage: Json) -> None:
        if isinstance(delta, dict):
            self._finish(delta.get("stop_reason"))
        self._count(usage)
        self._counted = isinstance(usage, dict)

    def _count(self, usage: Json) -> None:
        """Take counts; those at the end replace those at the beginning."""
        if isinstance(usage, dict) and isinstance(self.usage_raw, dict):
            given = {name: value for name, value in usage.items() if value is not None}
            self.usage_raw = {**self.usage_raw, **given}
        elif usage is not None:
            self.usage_raw = usage

    def _take_block(self, index: Json, block: Json) -> str:
        if not isinstance(index, int) or not isinstance(block, dict):
            return ""
        place = (index, 0)
        match block.get("type"):
            case "text":
                return self._text(self._block(place, "text"), block.get("text"))
            case "thinking":
                thought = self._block(place, "reasoning")
                self._text(thought, block.get("thinking"))
                self._sign(thought, block.get("signature"))
            case "redacted_thinking":
                self._sign(self._block(place, "reasoning"), block.get("data"), mark=REDACTED)
            case "tool_use":
                call = self._block(place, "tool_call")
                call.id = repaired(str(block.get("id", "")))
                self._name(call, block.get("name"))
                # In a stream the arguments follow, and an empty object stands in their place.
                if given := block.get("input"):
                    self._grow(call, written(given))
        return ""

    def _take_delta(self, index: Json, delta: Json) -> str:
        if not isinstance(delta, dict):
            return ""
        match delta.get("type"):
            case "text_delta":
                return self._more(index, "text", delta.get("text"))
            case "thinking_delta":
                self._more(index, "reasoning", delta.get("thinking"))
            case "input_json_delta":
                self._more(index, "tool_call", delta.get("partial_json"))
            case "signature_delta" if thought := self._begun(index, "reasoning"):
                self._sign(thought, delta.get("signature"))
        return ""

    def _begun(self, index: Json, kind: Kind) -> Block | None:
        return self._blocks.get(((index, 0), kind)) if isinstance(index, int) else None

    def _more(self, index: Json, kind: Kind, text: Json) -> str:
        block = self._begun(index, kind)
        return "" if block is None else self._text(block, text)

    def _close(self, index: Json) -> None:
        """End a block; a call for which no arguments came has none."""
        call = self._begun(index, "tool_call")
        if call is not None and not call.pieces:
            self._grow(call, "{}")

    def _text(self, block: Block, text: Json) -> str:
        return self._grow(block, text) if isinstance(text, str) else ""

    def _sign(self, block: Block, value: Json, *, mark: str = "") -> None:
        if isinstance(value, str) and value:
            block.signature = signed(Interface.ANTHROPIC_MESSAGES, mark + repaired(value))
