"""What a model can do besides answering with text."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """One thing that a model can do."""

    VISION = "vision"
    FILES = "files"
    TOOLS = "tools"
    JSON_SCHEMA = "json_schema"
    REASONING = "reasoning"
    CACHING = "caching"

    @property
    def words(self) -> str:
        """The capability in a word or two."""
        return _WORDS[self]


_WORDS = {
    Capability.VISION: "images",
    Capability.FILES: "PDF",
    Capability.TOOLS: "tools",
    Capability.JSON_SCHEMA: "JSON schema",
    Capability.REASONING: "reasoning",
    Capability.CACHING: "prompt cache",
}
