"""What the fake model server can be told to send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TypeAlias

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject

EVENT_STREAM = "text/event-stream"


class End(Enum):
    """How a reply ends."""

    WHOLE = auto()
    CUT = auto()
    """The connection breaks after the last piece."""
    CLOSED = auto()
    """The reply is whole, and the connection is closed after it without a word."""
    SILENT = auto()
    """The connection stays open, and nothing more comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server sends for one request."""

    pieces: tuple[bytes, ...] = ()
    """The body; with a gap, each piece is written by itself."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0
    """Before the first byte of the head; infinite for a server that never answers."""
    gap_s: float = 0
    """Before every piece of the body."""
    end: End = End.WHOLE

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.pieces)

    def cut(self, size: int, *, end: End = End.CUT) -> Reply:
        """Return the reply with only the first bytes of its body."""
        return replace(self, pieces=(self.body[:size],), end=end)

    def in_pieces_of(self, size: int, *, gap_s: float) -> Reply:
        """Return the reply with its body in pieces of so many bytes."""
        body = self.body
        pieces = tuple(body[at : at + size] for at in range(0, len(body), size))
        return replace(self, pieces=pieces, gap_s=gap_s)

    def after(self, delay_s: float) -> Reply:
        """Return the reply, sent so much later."""
        return replace(self, delay_s=delay_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRequest:
    """A request as the server received it."""

    number: int
    """Counts from 0."""
    headers: Mapping[str, str]
    """With names in small letters."""
    body: bytes
    arrived_at: float
    """On the clock of `time.monotonic`."""
    path: str = "/v1/chat/completions"

    @property
    def json(self) -> JsonObject:
        """The body as a JSON object; empty when it is none."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return value if isinstance(value, dict) else {}


Script: TypeAlias = Reply | Sequence[Reply] | Callable[[FakeRequest], Reply]
"""One reply for all requests, one for each in turn (the last repeats), or a function."""


def completion(
    text: str, *, usage: Json = None, finish_reason: str | None = "stop", model: str = "fake"
) -> Reply:
    """Return a completion that is not streamed."""
    message: JsonObject = {"role": "assistant", "content": text}
    return json_reply(
        {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
            "usage": usage or usage_of(10, max(1, len(text.split()))),
        }
    )


def stream(
    texts: Sequence[str],
    *,
    usage: Json = None,
    finish_reason: str | None = "stop",
    model: str = "fake",
    gap_s: float = 0,
) -> Reply:
    """Return a streamed completion with one event a text.

    Without a finish reason it ends after the last text, as a broken server's does.
    """
    deltas: list[JsonObject] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text} for text in texts]
    chunks = [chunk(delta, model=model) for delta in deltas]
    if finish_reason is None:
        return events(chunks, gap_s=gap_s, done=False)
    chunks.append(chunk({}, model=model, finish_reason=finish_reason))
    counts = usage or usage_of(10, max(1, len(texts)))
    chunks.append({**chunk({}, model=model), "choices": [], "usage": counts})
    return events(chunks, gap_s=gap_s)


def chunk(
    delta: JsonObject, *, model: str = "fake", finish_reason: str | None = None
) -> JsonObject:
    """Return one chunk of a streamed completion."""
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion.chunk",
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


def events(
    values: Iterable[Json], *, gap_s: float = 0, done: bool = True, named: bool = False
) -> Reply:
    """Return JSON values as a stream of events, with the closing mark of chat completions.

    Events that are named carry their type as a name, too.
    """
    pieces = [_event(value, named=named) for value in values]
    if done:
        pieces.append(b"data: [DONE]\n\n")
    return Reply(pieces=tuple(pieces), headers={"Content-Type": EVENT_STREAM}, gap_s=gap_s)


def _event(value: Json, *, named: bool) -> bytes:
    data = b"data: " + orjson.dumps(value) + b"\n\n"
    if not named or not isinstance(value, dict):
        return data
    return f"event: {value.get('type')}\n".encode() + data


def json_reply(
    value: Json, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return a JSON value as a reply."""
    return Reply(
        pieces=(orjson.dumps(value),),
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
    )


def refusal(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error in the form that OpenAI gives it."""
    error: JsonObject = {"message": message, "type": "fake_error", "code": None}
    return json_reply({"error": error}, status=status, headers=headers)


def usage_of(input_tokens: int, output_tokens: int) -> JsonObject:
    """Return a usage object as it is on the wire."""
    return {
        "prompt_tokens": input_tokens,
        "completion_tokens": output_tokens,
        "total_tokens": input_tokens + output_tokens,
    }
