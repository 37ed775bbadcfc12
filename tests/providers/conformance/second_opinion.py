"""What a recorded answer used and costs, worked out without any of the adapters' code.

It knows the three ways of counting from their documents, takes whatever stands last in the
bytes, and sums in fractions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

_NAMES = {"usage", "usageMetadata"}


class Opinion(NamedTuple):
    """Tokens as they are billed."""

    given: int
    made: int
    read: int
    created: int
    thought: int

    def cost_usd(self, given: str, made: str, read: str, created: str, thought: str) -> Fraction:
        """Return what that costs at prices in US dollars per million tokens."""
        fresh = self.given - self.read - self.created
        spoken = self.made - self.thought
        return (
            fresh * Fraction(given)
            + self.read * Fraction(read)
            + self.created * Fraction(created)
            + spoken * Fraction(made)
            + self.thought * Fraction(thought)
        ) / 1_000_000


def opinion(body: bytes) -> Opinion | None:
    """Return what a recorded body says was used; None if it does not say it."""
    usage: dict[str, Any] = {}
    for value in _values(body.decode("utf-8", "replace")):
        for found in _usages(value):
            usage |= {name: count for name, count in found.items() if count is not None}
    if "promptTokenCount" in usage:
        return _gemini(usage)
    if "cache_creation_input_tokens" in usage:
        return _anthropic(usage)
    given = usage.get("prompt_tokens", usage.get("input_tokens"))
    return None if given is None else _openai(usage, given)


def _gemini(usage: dict[str, Any]) -> Opinion:
    given = usage["promptTokenCount"] + usage.get("toolUsePromptTokenCount", 0)
    return Opinion(
        given=given,
        made=usage["totalTokenCount"] - given,
        read=usage.get("cachedContentTokenCount", 0),
        created=0,
        thought=usage.get("thoughtsTokenCount", 0),
    )


def _anthropic(usage: dict[str, Any]) -> Opinion:
    read, created = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
    return Opinion(
        given=usage["input_tokens"] + read + created,
        made=usage["output_tokens"],
        read=read,
        created=created,
        thought=(usage.get("output_tokens_details") or {}).get("thinking_tokens", 0),
    )


def _openai(usage: dict[str, Any], given: int) -> Opinion:
    inner = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    outer = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    return Opinion(
        given=given,
        made=usage["total_tokens"] - given,
        read=inner.get("cached_tokens") or 0,
        created=inner.get("cache_write_tokens") or 0,
        thought=outer.get("reasoning_tokens") or 0,
    )


def _values(text: str) -> Iterator[Any]:
    lines = re.findall(r"^data: ?(\{.*\})\s*$", text, flags=re.MULTILINE)
    for line in lines or [text]:
        yield json.loads(line)


def _usages(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the usage objects in their order; what is inside of one belongs to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in _NAMES and isinstance(inner, dict):
                yield inner
            else:
                yield from _usages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _usages(inner)
