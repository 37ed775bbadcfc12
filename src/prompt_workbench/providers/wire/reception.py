"""Receives the body of one answer: a stream of events, or one JSON object."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Protocol

import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Answer, OnText
from prompt_workbench.providers.errors import error_of_bytes, error_of_event
from prompt_workbench.providers.http import Exchange
from prompt_workbench.providers.sse import ServerEvent, SseParser
from prompt_workbench.providers.text import plain, repaired_json
from prompt_workbench.providers.wire.draft import Draft
from prompt_workbench.providers.wire.usage import judged

ANSWER_LIMIT = 8 << 20
"""An answer is stopped at this many characters."""

_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "cf-ray")
_ENVELOPE = 1 << 20
"""What may surround the text of an answer that is not streamed, in bytes."""
_JSON_STARTS = (b"{", b"[")
_END_WITHIN_S = 0.5
_BLANK = b"\xef\xbb\xbf \t\r\n"


class Body(Protocol):
    """The body of an answer while it arrives."""

    async def receive(self) -> bytes:
        """Return what has arrived; nothing at the end."""
        ...

    async def read(self, limit: int) -> bytes:
        """Return the rest, or a little more than the limit where it is longer."""
        ...

    def hurry(self, seconds: float) -> None:
        """Give what is left only so long."""
        ...


class Reception:
    """What is received of one answer."""

    def __init__(self, draft: Draft, on_text: OnText, *, key: str | None, limit: int) -> None:
        self._draft = draft
        self._on_text = on_text
        self._key = key
        self._limit = limit
        self._first_at: float | None = None
        self._ended_at: float | None = None

    @property
    def worth_keeping(self) -> bool:
        """Whether enough arrived to be an answer, if only part of one."""
        draft = self._draft
        return draft.has_content or bool(draft.finish_reason) or draft.usage_raw is not None

    async def receive(self, body: Body) -> None:
        """Read the body: a stream, or one JSON object from servers that do not stream.

        Raises:
            ProviderError: The body breaks off or is no answer; what came before is kept.
        """
        data = b""
        while not data:
            arrived = await body.receive()
            if not arrived:
                break
            data = arrived.lstrip(_BLANK)
        if data.startswith(_JSON_STARTS):
            self._take_whole(data + await body.read(self._limit + _ENVELOPE))
        elif data.startswith(b"<"):
            raise error_of_bytes("The server sent a web page.", data, key=self._key)
        else:
            await self._take_stream(body, data)
        self._ended_at = self._ended_at or time.perf_counter()
        if self._draft.finish_reason is None:
            raise _unfinished(self._draft)

    def answer(
        self, exchange: Exchange, failure: ProviderError | None, *, request_size: int
    ) -> Answer:
        """Return the answer; after its finish reason, failures of the stream do not matter."""
        found = self._draft
        usage, source = judged(
            found.usage(),
            request_size=request_size,
            answer_size=found.size,
            final=found.usage_is_final,
        )
        ended_at = self._ended_at or time.perf_counter()
        first_at, started_at = self._first_at, exchange.started_at
        return Answer(
            text=found.text,
            parts=found.parts(),
            finish_reason=found.finish_reason,
            usage=usage,
            usage_source=source,
            usage_raw=repaired_json(found.usage_raw),
            response_id=found.response_id,
            response_model=found.response_model,
            request_id=_request_id(exchange.headers),
            status=exchange.status,
            time_to_first_chunk_s=None if first_at is None else first_at - started_at,
            duration_s=ended_at - started_at,
            repaired=found.repaired,
            error=failure if found.finish_reason is None else None,
        )

    def _take_whole(self, data: bytes) -> None:
        if len(data) > self._limit + _ENVELOPE:
            raise _too_long(self._limit)
        text = self._take(data)
        if text:
            self._on_text(text)

    async def _take_stream(self, body: Body, data: bytes) -> None:
        parser, draft = SseParser(), self._draft
        while data and not draft.ended:
            self._take_events(parser.feed(data))
            data = b"" if draft.ended else await body.receive()
        if not draft.ended:
            self._take_events(parser.finish())
        self._ended_at = time.perf_counter()
        if draft.ended and draft.finish_reason is not None:
            # A connection is used again only after the end of its answer was read.
            body.hurry(_END_WITHIN_S)
            while await body.receive():
                pass

    def _take_events(self, events: Iterable[ServerEvent]) -> None:
        texts: list[str] = []
        draft = self._draft
        try:
            for event in events:
                if event.data == b"[DONE]":
                    draft.ended = True
                elif event.data:
                    texts.append(self._take(event.data, event.name))
                if draft.ended:
                    break
            if draft.size > self._limit:
                raise _too_long(self._limit)
        finally:
            if self._first_at is None and draft.has_content:
                self._first_at = time.perf_counter()
            if text := "".join(texts):
                self._on_text(text)

    def _take(self, data: bytes, name: bytes = b"") -> str:
        """Give an event, or a whole answer, to the draft; return the text it brought.

        Raises:
            ProviderError: The data is no JSON object, or it reports an error.
        """
        try:
            value: Json = orjson.loads(data)
        except orjson.JSONDecodeError:
            value = self._odd_json(data)
        if not isinstance(value, dict):
            raise error_of_bytes("The server sent no JSON object.", data, key=self._key)
        if value.get("error"):
            raise error_of_event(value["error"], key=self._key)
        if name == b"error" or value.get("type") == "error" or value.get("object") == "error":
            raise error_of_event(value, key=self._key)
        try:
            text = self._draft.add(value)
        except RecursionError:
            raise error_of_bytes("The server sent bad JSON.", data, key=self._key) from None
        if self._draft.failure is not None:
            raise error_of_event(self._draft.failure, key=self._key)
        return text

    def _odd_json(self, data: bytes) -> Json:
        """Read bad UTF-8, lone surrogates and NaN, which orjson refuses and some servers send."""
        text = data.decode("utf-8", "replace")
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError):
            raise error_of_bytes("The server sent bad JSON.", data, key=self._key) from None
        self._draft.repaired = self._draft.repaired or "\N{REPLACEMENT CHARACTER}" in text
        return value


def _request_id(headers: Mapping[str, str]) -> str | None:
    return next((plain(headers[name]) for name in _REQUEST_IDS if name in headers), None)


def _unfinished(draft: Draft) -> ProviderError:
    """Return the error of a body that ended properly, but without a finish reason."""
    if draft.has_content:
        message = "The answer ended without a finish reason, so it may not be complete."
    else:
        message = "The server sent no answer."
    return ProviderError(
        message,
        kind=ProviderErrorKind.PROTOCOL,
        hint="Retry the cell; if it happens again, look at the log of the server.",
    )


def _too_long(limit: int) -> ProviderError:
    return ProviderError(
        f"The answer was stopped at {limit / 1_000_000:.3g} million characters.",
        kind=ProviderErrorKind.TOO_LARGE,
        hint="Set max_tokens in the prompt's settings.",
    )
