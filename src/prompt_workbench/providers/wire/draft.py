"""An answer that grows with every piece on the wire, whatever the interface."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.messages import Part, ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.text import repaired

Kind: TypeAlias = Literal["reasoning", "text", "tool_call"]

Place: TypeAlias = tuple[int, int]
"""Where a block stands in the answer; blocks are put in this order."""


@dataclass(slots=True)
class Block:
    """A part of the answer that grows."""

    kind: Kind
    pieces: list[str] = field(default_factory=list)
    id: str = ""
    name: str = ""
    signature: str = ""

    def part(self) -> Part | None:
        """Return the part; None while there is nothing in it."""
        content = "".join(self.pieces)
        if self.kind == "tool_call":
            return ToolCallPart(
                id=self.id, name=self.name, arguments=content, signature=self.signature
            )
        if self.kind == "reasoning":
            empty = not (content or self.signature)
            return None if empty else ReasoningPart(content=content, signature=self.signature)
        return TextPart(content=content) if content else None


class Draft(ABC):
    """What has arrived of an answer; each interface reads its own pieces into it."""

    def __init__(self) -> None:
        self.finish_reason: str | None = None
        """As it was on the wire."""
        self.usage_raw: Json = None
        self.response_id: str | None = None
        self.response_model: str | None = None
        self.repaired = False
        self.size = 0
        """Characters of text, reasoning and tool calls so far."""
        self.ended = False
        """Whether the stream said that nothing more follows."""
        self.failure: Json = None
        """The error that the provider reported in place of the rest."""
        self._blocks: dict[tuple[Place, Kind], Block] = {}

    @abstractmethod
    def add(self, piece: JsonObject) -> str:
        """Take one event of a stream, or a whole answer; return the text it brought."""

    @abstractmethod
    def usage(self) -> Usage | None:
        """Return the counts as they were reported; None if they are missing or cannot be true."""

    @property
    def usage_is_final(self) -> bool:
        """Whether the counts are those of the whole answer."""
        return True

    @property
    def has_content(self) -> bool:
        """Whether anything of the answer has arrived."""
        return self.size > 0

    @property
    def text(self) -> str:
        """The text, a refusal included."""
        return "".join(
            piece for block in self._ordered() if block.kind == "text" for piece in block.pieces
        )

    def parts(self) -> tuple[Part, ...]:
        """Return reasoning, text and tool calls, those that there are."""
        found = (block.part() for block in self._ordered())
        return tuple(part for part in found if part is not None)

    def _ordered(self) -> list[Block]:
        return [self._blocks[place] for place in sorted(self._blocks)]

    def _block(self, place: Place, kind: Kind) -> Block:
        block = self._blocks.get((place, kind))
        if block is None:
            block = self._blocks[place, kind] = Block(kind)
        return block

    def _grow(self, block: Block, text: str) -> str:
        """Append the text to the block, repaired, and return it."""
        if not text:
            return ""
        text = self._sound(text)
        block.pieces.append(text)
        self.size += len(text)
        return text

    def _name(self, block: Block, name: Json) -> None:
        """Append to the name of a tool, which some servers send in pieces."""
        if isinstance(name, str):
            block.name += self._sound(name)
            self.size += len(name)

    def _identify(self, found: Json, model: Json) -> None:
        if isinstance(found, str) and found:
            self.response_id = repaired(found)
        if isinstance(model, str) and model:
            self.response_model = repaired(model)

    def _finish(self, reason: Json) -> None:
        if isinstance(reason, str) and reason:
            self.finish_reason = repaired(reason)

    def _sound(self, text: str) -> str:
        sound = repaired(text)
        if sound is not text and sound != text:
            self.repaired = True
        return sound


def written(arguments: Json) -> str:
    """Return the arguments of a tool call as text; some interfaces send them as an object."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
