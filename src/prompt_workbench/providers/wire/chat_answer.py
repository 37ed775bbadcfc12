"""Puts the answer of a chat completion together from the pieces on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.messages import Part, ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.providers.text import repaired, repaired_json


@dataclass(slots=True)
class _ToolCall:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class ChatAnswer:
    """An answer that grows with every piece; only the first choice counts."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self.usage_raw: Json = None
        self.response_id: str | None = None
        self.response_model: str | None = None
        self.repaired = False
        self.size = 0
        """Characters of text, reasoning and tool arguments so far."""
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._tools: dict[int, _ToolCall] = {}

    @property
    def has_content(self) -> bool:
        """Whether anything of the answer has arrived."""
        return bool(self._text or self._reasoning or self._tools)

    @property
    def text(self) -> str:
        """The text, a refusal included."""
        return "".join(self._text)

    def parts(self) -> tuple[Part, ...]:
        """Return reasoning, text and tool calls, those that there are."""
        found: list[Part] = []
        if self._reasoning:
            found.append(ReasoningPart(content="".join(self._reasoning)))
        if self._text:
            found.append(TextPart(content=self.text))
        for _, call in sorted(self._tools.items()):
            arguments = "".join(call.arguments)
            found.append(ToolCallPart(id=call.id, name=call.name, arguments=arguments))
        return tuple(found)

    def add(self, piece: JsonObject) -> str:
        """Take one chunk of a stream, or a whole completion; return the text it brought."""
        if self.response_id is None:
            self._identify(piece)
        usage = piece.get("usage")
        if usage is not None:
            self.usage_raw = repaired_json(usage)
        choices = piece.get("choices")
        if not isinstance(choices, list) or not choices:
            self._take_stray_usage(piece)
            return ""
        choice = choices[0]
        if not isinstance(choice, dict) or choice.get("index", 0) not in (0, None):
            return ""
        reason = choice.get("finish_reason")
        if reason is not None:
            self._finish(reason, piece, choice)
        message = choice.get("delta") or choice.get("message")
        return self._take(message) if isinstance(message, dict) else ""

    def _take(self, message: JsonObject) -> str:
        content = message.get("content")
        text = ""
        if type(content) is str:
            text = content
        elif isinstance(content, list):
            text = self._from_list(content)
        refusal = message.get("refusal")
        if isinstance(refusal, str):
            text += refusal
        reasoning = message.get("reasoning_content") or message.get("reasoning")
        if isinstance(reasoning, str):
            self._keep(self._reasoning, reasoning)
        tools = message.get("tool_calls")
        if isinstance(tools, list):
            for place, tool in enumerate(tools):
                if isinstance(tool, dict):
                    self._take_tool(tool, place)
        return self._keep(self._text, text)

    def _keep(self, pieces: list[str], text: str) -> str:
        """Append the text, repaired, and return it."""
        if not text:
            return ""
        # isascii is a flag of the string: most text costs nothing more than the search for NUL.
        if "\0" in text or not text.isascii():
            sound = repaired(text)
            self.repaired = self.repaired or sound != text
            text = sound
        pieces.append(text)
        self.size += len(text)
        return text

    def _from_list(self, content: list[Json]) -> str:
        """Return the text of content that is a list of parts; keep its reasoning."""
        texts = []
        for part in content:
            match part:
                case {"type": "text", "text": str(text)}:
                    texts.append(text)
                case {"type": "thinking", "thinking": str(thought)}:
                    self._keep(self._reasoning, thought)
                case {"type": "thinking", "thinking": [*thoughts]}:
                    for item in thoughts:
                        if isinstance(item, dict):
                            self._keep(self._reasoning, str(item.get("text", "")))
        return "".join(texts)

    def _take_tool(self, tool: JsonObject, place: int) -> None:
        index = tool.get("index")
        call = self._tools.setdefault(index if isinstance(index, int) else place, _ToolCall())
        function = tool.get("function")
        if isinstance(tool.get("id"), str):
            call.id = repaired(str(tool["id"]))
        if isinstance(function, dict):
            if isinstance(function.get("name"), str):
                call.name += repaired(str(function["name"]))
            arguments = function.get("arguments")
            if isinstance(arguments, str):
                self._keep(call.arguments, arguments)
            elif isinstance(arguments, dict):
                self._keep(call.arguments, json.dumps(arguments, ensure_ascii=False))

    def _identify(self, piece: JsonObject) -> None:
        found, model = piece.get("id"), piece.get("model")
        if isinstance(found, str) and found:
            self.response_id = repaired(found)
        if isinstance(model, str) and model:
            self.response_model = repaired(model)

    def _finish(self, reason: Json, piece: JsonObject, choice: JsonObject) -> None:
        if isinstance(reason, str) and reason:
            self.finish_reason = repaired(reason)
        self._take_stray_usage(piece)
        if self.usage_raw is None and choice.get("usage") is not None:
            self.usage_raw = repaired_json(choice["usage"])

    def _take_stray_usage(self, piece: JsonObject) -> None:
        """Take the usage from where Groq puts it in a stream."""
        extra = piece.get("x_groq")
        if self.usage_raw is None and isinstance(extra, dict) and extra.get("usage") is not None:
            self.usage_raw = repaired_json(extra["usage"])


def parsed_json(data: bytes) -> tuple[Json, bool]:
    """Return a JSON value, and whether bytes that are no valid text were replaced.

    Raises:
        ValueError: The data is not JSON, even so.
    """
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        # orjson refuses bad UTF-8, lone surrogates and NaN, which some servers send.
        text = data.decode("utf-8", "replace")
        try:
            return json.loads(text), "\N{REPLACEMENT CHARACTER}" in text
        except RecursionError:
            raise ValueError("nested too deeply") from None
    return value, False
