"""What litellm makes of an answer, in the form of chat completions; it has several of its own."""

from __future__ import annotations

from typing import Any

from prompt_workbench.domain.canonical import Json, JsonObject


def chunk_of(chunk: Any) -> JsonObject:
    """Return a chunk of a stream in the form of chat completions."""
    if not isinstance(chunk, dict):
        return _dumped(chunk, "delta")
    delta: JsonObject = {"content": chunk.get("text") or None}
    if (tool := chunk.get("tool_use")) is not None:
        delta["tool_calls"] = [_plain(tool)]
    reason = chunk.get("finish_reason") or None
    usage = _plain(chunk.get("usage"))
    choice: JsonObject = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"choices": [choice], "usage": usage}


def whole_of(answer: Any) -> JsonObject:
    """Return a whole answer in the form of chat completions."""
    return _dumped(answer, "message")


def _dumped(value: Any, part: str) -> JsonObject:
    found = _plain(value)
    if not isinstance(found, dict):
        raise TypeError(f"litellm gave {type(value).__name__}, which is no answer.")
    choices = found.get("choices")
    kept: list[Json] = [
        {name: choice.get(name) for name in ("index", part, "finish_reason")}
        for choice in (choices if isinstance(choices, list) else [])
        if isinstance(choice, dict)
    ]
    return {"choices": kept} | {name: found.get(name) for name in ("id", "model", "usage")}


def _plain(value: Any) -> Json:
    if hasattr(value, "model_dump"):
        dumped: Json = value.model_dump(mode="json", exclude_none=True)
        return dumped
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
