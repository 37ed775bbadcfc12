"""Token counts, in the many shapes that servers send."""

from __future__ import annotations

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.usage import Usage, UsageSource

_IMPOSSIBLE = 100_000_000
"""No call has this many tokens."""

_BYTES_PER_TOKEN = 4
_TOLERATED_FACTOR = 10
_TOLERATED_TOKENS = 1000


def judged(
    usage: Usage | None, *, request_size: int, answer_size: int, final: bool = True
) -> tuple[Usage | None, UsageSource]:
    """Return the counts and how far they can be trusted.

    Counts that cannot be true (none, below zero, zero for a text that is there) are
    missing. Counts far above what the texts can have are kept, since the bill may follow
    them, and marked as doubtful; reasoning that is not shown is allowed for.

    Args:
        usage: The counts as they were reported.
        request_size: Bytes that were sent.
        answer_size: Characters that came back.
        final: Whether nothing was counted after them.
    """
    if usage is None or not usage.input_tokens or (answer_size and not usage.output_tokens):
        return None, UsageSource.MISSING
    if not final:
        return usage, UsageSource.DOUBTFUL
    shown = usage.output_tokens - usage.reasoning_output_tokens
    likely = _likely(usage.input_tokens, request_size) and _likely(shown, answer_size)
    return usage, UsageSource.REPORTED if likely else UsageSource.DOUBTFUL


def _likely(tokens: int, size: int) -> bool:
    return tokens <= _TOLERATED_FACTOR * (size / _BYTES_PER_TOKEN) + _TOLERATED_TOKENS


def openai_counts(raw: Json) -> Usage | None:
    """Return the counts of chat completions and of Responses."""
    if not isinstance(raw, dict):
        return None
    given = _count(raw, "prompt_tokens", "input_tokens")
    made = _count(raw, "completion_tokens", "output_tokens")
    if given is None or made is None:
        return None
    inside, outside = _details(raw, "prompt"), _details(raw, "completion")
    read = _part({**raw, **inside}, "cached_tokens", "prompt_cache_hit_tokens")
    created = _part(inside, "cache_write_tokens", "cache_creation_tokens")
    reasoning = _part(outside, "reasoning_tokens")
    if read is None or created is None or reasoning is None:
        return None
    # xAI and Gemini count reasoning beside the completion, not inside it; their total shows it.
    made = max(made, (_count(raw, "total_tokens") or 0) - given)
    return _nested(given, made, read, created, reasoning)


def anthropic_counts(raw: Json) -> Usage | None:
    """Return the counts of Anthropic messages, which leave cached tokens out of the input."""
    if not isinstance(raw, dict):
        return None
    given, made = _count(raw, "input_tokens"), _count(raw, "output_tokens")
    read = _part(raw, "cache_read_input_tokens")
    created = _part(raw, "cache_creation_input_tokens")
    thinking = _part(raw.get("output_tokens_details"), "thinking_tokens")
    if given is None or made is None or read is None or created is None or thinking is None:
        return None
    return _nested(given + read + created, made, read, created, thinking)


def gemini_counts(raw: Json) -> Usage | None:
    """Return the counts of Gemini, which leave thoughts out of the output."""
    if not isinstance(raw, dict):
        return None
    prompt, tools = _count(raw, "promptTokenCount"), _part(raw, "toolUsePromptTokenCount")
    shown, thoughts = _part(raw, "candidatesTokenCount"), _part(raw, "thoughtsTokenCount")
    read = _part(raw, "cachedContentTokenCount")
    if prompt is None or tools is None or shown is None or thoughts is None or read is None:
        return None
    given = prompt + tools
    made = max(shown + thoughts, (_count(raw, "totalTokenCount") or 0) - given)
    return _nested(given, made, read, 0, thoughts)


def _nested(given: int, made: int, read: int, created: int, reasoning: int) -> Usage | None:
    """Return the counts, if the inner ones have room in the outer ones."""
    if read + created > given or reasoning > made:
        return None
    return Usage(
        input_tokens=given,
        output_tokens=made,
        cache_read_input_tokens=read,
        cache_creation_input_tokens=created,
        reasoning_output_tokens=reasoning,
    )


def _part(raw: Json, *names: str) -> int | None:
    """Return a count that is left out where it is zero; None where it cannot be true."""
    if not isinstance(raw, dict):
        return 0
    name = next((name for name in names if raw.get(name) is not None), None)
    return 0 if name is None else _count(raw, name)


def _details(raw: JsonObject, of: str) -> JsonObject:
    names = {"prompt": "input", "completion": "output"}
    for name in (f"{of}_tokens_details", f"{names[of]}_tokens_details"):
        details = raw.get(name)
        if isinstance(details, dict):
            return details
    return {}


def _count(raw: JsonObject, *names: str) -> int | None:
    for name in names:
        value = raw.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _IMPOSSIBLE:
            return value
    return None
