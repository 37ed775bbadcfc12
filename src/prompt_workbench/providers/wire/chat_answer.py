"""Puts the answer of a chat completion together from the pieces on the wire."""

from __future__ import annotations

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.text import repaired
from prompt_workbench.providers.wire.draft import Draft, Place, written
from prompt_workbench.providers.wire.usage import openai_counts

_REASONING: Place = (0, 0)
_TEXT: Place = (1, 0)
_TOOLS = 2


class ChatAnswer(Draft):
    """An answer that grows with every chunk; only the first choice counts."""

    @override
    def usage(self) -> Usage | None:
        return openai_counts(self.usage_raw)

    @override
    def add(self, piece: JsonObject) -> str:
        if self.response_id is None:
            self._identify(piece.get("id"), piece.get("model"))
        usage = piece.get("usage")
        if usage is not None:
            self.usage_raw = usage
        choices = piece.get("choices")
        if not isinstance(choices, list) or not choices:
            self._take_stray_usage(piece)
            return ""
        choice = choices[0]
        if not isinstance(choice, dict) or choice.get("index", 0) not in (0, None):
            return ""
        reason = choice.get("finish_reason")
        if reason is not None:
            self._finish(reason)
            self._take_stray_usage(piece)
            if self.usage_raw is None and choice.get("usage") is not None:
                self.usage_raw = choice["usage"]
        message = choice.get("delta") or choice.get("message")
        return self._take(message) if isinstance(message, dict) else ""

    def _take(self, message: JsonObject) -> str:
        content = message.get("content")
        text = ""
        if type(content) is str:
            if len(message) == 1:
                # Nearly every piece of a stream.
                return self._grow(self._block(_TEXT, "text"), content)
            text = content
        elif isinstance(content, list):
            text = self._from_list(content)
        refusal = message.get("refusal")
        if isinstance(refusal, str):
            text += refusal
        reasoning = message.get("reasoning_content") or message.get("reasoning")
        if isinstance(reasoning, str):
            self._think(reasoning)
        tools = message.get("tool_calls")
        if isinstance(tools, list):
            for place, tool in enumerate(tools):
                if isinstance(tool, dict):
                    self._take_tool(tool, place)
        return self._grow(self._block(_TEXT, "text"), text) if text else ""

    def _think(self, text: str) -> None:
        self._grow(self._block(_REASONING, "reasoning"), text)

    def _from_list(self, content: list[Json]) -> str:
        """Return the text of content that is a list of parts; keep its reasoning."""
        texts = []
        for part in content:
            match part:
                case {"type": "text", "text": str(text)}:
                    texts.append(text)
                case {"type": "thinking", "thinking": str(thought)}:
                    self._think(thought)
                case {"type": "thinking", "thinking": [*thoughts]}:
                    for item in thoughts:
                        if isinstance(item, dict):
                            self._think(str(item.get("text", "")))
        return "".join(texts)

    def _take_tool(self, tool: JsonObject, place: int) -> None:
        index = tool.get("index")
        block = self._block((_TOOLS, index if isinstance(index, int) else place), "tool_call")
        found, function = tool.get("id"), tool.get("function")
        if isinstance(found, str):
            block.id = repaired(found)
        if isinstance(function, dict):
            self._name(block, function.get("name"))
            arguments = function.get("arguments")
            if isinstance(arguments, str | dict):
                self._grow(block, written(arguments))

    def _take_stray_usage(self, piece: JsonObject) -> None:
        """Take the usage from where Groq puts it in a stream."""
        extra = piece.get("x_groq")
        if self.usage_raw is None and isinstance(extra, dict) and extra.get("usage") is not None:
            self.usage_raw = extra["usage"]
