"""Chat completions as OpenAI defined them, and as all compatible servers speak them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError, ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import (
    Answer,
    FormRefusedError,
    OnText,
    PreparedRequest,
    Timeouts,
)
from prompt_workbench.providers.errors import (
    BODY_LIMIT,
    error_of_bytes,
    error_of_event,
    error_of_response,
)
from prompt_workbench.providers.http import Exchange, HttpClient
from prompt_workbench.providers.origins import host_of, may_carry_key, origin_of
from prompt_workbench.providers.sse import ServerEvent, SseParser
from prompt_workbench.providers.text import plain
from prompt_workbench.providers.wire.chat_answer import ChatAnswer, parsed_json
from prompt_workbench.providers.wire.chat_request import USAGE_OPTION, prepared
from prompt_workbench.providers.wire.usage import read_usage

ANSWER_LIMIT = 8 << 20
"""An answer is stopped at this many characters."""

_PATH = "/chat/completions"
_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "cf-ray")
_ENVELOPE = 1 << 20
"""What may surround the text of an answer that is not streamed, in bytes."""
_JSON_STARTS = (b"{", b"[")
_END_WITHIN_S = 0.5
_BLANK = b"\xef\xbb\xbf \t\r\n"


class OpenAIChat:
    """A server that speaks OpenAI's chat completions. Streams every answer."""

    def __init__(
        self,
        http: HttpClient,
        base_url: str,
        *,
        key: str | None = None,
        answer_limit: int = ANSWER_LIMIT,
    ) -> None:
        """Bind the adapter to a server.

        Raises:
            InvalidInputError: The key cannot be sent there.
        """
        check_key(key, base_url)
        self._http = http
        self._url = base_url.rstrip("/").removesuffix(_PATH) + _PATH
        self._key = key
        self._answer_limit = answer_limit
        self._headers = _request_headers(key)
        self._limit_name = (
            "max_completion_tokens" if host_of(base_url) == "api.openai.com" else "max_tokens"
        )
        self._asks_for_usage = True

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return origin_of(self._url)

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request in wire format."""
        return prepared(request, limit_name=self._limit_name, ask_for_usage=self._asks_for_usage)

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once and return the answer.

        A server that refuses to be asked for usage is not asked for it any more.

        Raises:
            FormRefusedError: The server takes the request only without asking for usage.
            ProviderError: The call failed before any of the answer arrived.
        """
        try:
            return await self._send(request, on_text, timeouts)
        except ProviderError as error:
            if error.status not in (400, 422) or "stream_options" not in error.message:
                raise
            shorter = request.body.replace(USAGE_OPTION, b"", 1)
            if shorter == request.body:
                raise
            self._asks_for_usage = False
            raise FormRefusedError(
                error, replace(request, body=shorter), change="It is sent without stream_options."
            ) from None

    async def _send(self, request: PreparedRequest, on_text: OnText, timeouts: Timeouts) -> Answer:
        if not request.streamed:
            # The whole answer is written before its first byte is sent.
            timeouts = replace(timeouts, first_chunk_s=timeouts.total_s)
        body = request.body
        reception = _Reception(on_text, key=self._key, answer_limit=self._answer_limit)
        failure: ProviderError | None = None
        exchange = self._http.post(self._url, headers=self._headers, body=body, timeouts=timeouts)
        try:
            async with exchange:
                if not 200 <= exchange.status < 300:
                    said = await exchange.read(BODY_LIMIT)
                    raise error_of_response(exchange.status, exchange.headers, said, key=self._key)
                await reception.receive(exchange)
        except ProviderError as error:
            if not reception.worth_keeping:
                raise
            failure = error
        return reception.answer(exchange, failure, request_size=len(body))


class _Reception:
    """What is received of one answer."""

    def __init__(self, on_text: OnText, *, key: str | None, answer_limit: int) -> None:
        self._on_text = on_text
        self._key = key
        self._answer_limit = answer_limit
        self._answer = ChatAnswer()
        self._done = False
        self._first_at: float | None = None
        self._ended_at: float | None = None

    @property
    def worth_keeping(self) -> bool:
        """Whether enough arrived to be an answer, if only part of one."""
        answer = self._answer
        return answer.has_content or bool(answer.finish_reason) or answer.usage_raw is not None

    async def receive(self, exchange: Exchange) -> None:
        """Read the body: a stream, or one JSON object from servers that do not stream.

        Raises:
            ProviderError: The body breaks off or is no answer; what came before is kept.
        """
        data = b""
        while not data:
            arrived = await exchange.receive()
            if not arrived:
                break
            data = arrived.lstrip(_BLANK)
        if data.startswith(_JSON_STARTS):
            self._take_whole(data + await exchange.read(self._answer_limit + _ENVELOPE))
        elif data.startswith(b"<"):
            raise error_of_bytes("The server sent a web page.", data, key=self._key)
        else:
            await self._take_stream(exchange, data)
        self._ended_at = self._ended_at or time.perf_counter()
        if self._answer.finish_reason is None:
            raise _unfinished(self._answer)

    def answer(
        self, exchange: Exchange, failure: ProviderError | None, *, request_size: int
    ) -> Answer:
        """Return the answer; after its finish reason, failures of the stream do not matter."""
        found = self._answer
        usage, source = read_usage(
            found.usage_raw, request_size=request_size, answer_size=found.size
        )
        ended_at = self._ended_at or time.perf_counter()
        first_at, started_at = self._first_at, exchange.started_at
        return Answer(
            text=found.text,
            parts=found.parts(),
            finish_reason=found.finish_reason,
            usage=usage,
            usage_source=source,
            usage_raw=found.usage_raw,
            response_id=found.response_id,
            response_model=found.response_model,
            request_id=_request_id(exchange.headers),
            status=exchange.status,
            time_to_first_chunk_s=None if first_at is None else first_at - started_at,
            duration_s=ended_at - started_at,
            repaired=found.repaired,
            error=failure if found.finish_reason is None else None,
        )

    def _take_whole(self, body: bytes) -> None:
        if len(body) > self._answer_limit + _ENVELOPE:
            raise _too_long(self._answer_limit)
        text = self._answer.add(self._object(body))
        if text:
            self._on_text(text)

    async def _take_stream(self, exchange: Exchange, data: bytes) -> None:
        parser = SseParser()
        while data and not self._done:
            self._take_events(parser.feed(data))
            data = b"" if self._done else await exchange.receive()
        if not self._done:
            self._take_events(parser.finish())
        self._ended_at = time.perf_counter()
        if self._done and self._answer.finish_reason is not None:
            # A connection is used again only after the end of its answer was read.
            exchange.hurry(_END_WITHIN_S)
            while await exchange.receive():
                pass

    def _take_events(self, events: Iterable[ServerEvent]) -> None:
        texts: list[str] = []
        try:
            for event in events:
                if event.data == b"[DONE]":
                    self._done = True
                    break
                if event.data:
                    texts.append(self._answer.add(self._object(event.data, event.name)))
            if self._answer.size > self._answer_limit:
                raise _too_long(self._answer_limit)
        finally:
            if self._first_at is None and self._answer.has_content:
                self._first_at = time.perf_counter()
            if text := "".join(texts):
                self._on_text(text)

    def _object(self, data: bytes, name: bytes = b"") -> JsonObject:
        """Return the JSON object of an event or of a whole answer.

        Raises:
            ProviderError: The data is no JSON object, or it reports an error.
        """
        try:
            value, replaced = parsed_json(data)
        except ValueError:
            raise error_of_bytes("The server sent bad JSON.", data, key=self._key) from None
        if not isinstance(value, dict):
            raise error_of_bytes("The server sent no JSON object.", data, key=self._key)
        self._answer.repaired = self._answer.repaired or replaced
        if value.get("error"):
            raise error_of_event(value["error"], key=self._key)
        if name == b"error" or value.get("object") == "error":
            raise error_of_event(value, key=self._key)
        return value


def _request_headers(key: str | None) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "text/event-stream, application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "prompt-workbench",
    }
    return {**headers, "Authorization": f"Bearer {key}"} if key else headers


def check_key(key: str | None, base_url: str) -> None:
    """Refuse a key that would not stay secret, or that cannot be one.

    Raises:
        InvalidInputError: The key cannot be sent to this address.
    """
    if not key:
        return
    if not may_carry_key(base_url):
        raise InvalidInputError(
            f"The key for {origin_of(base_url)} would travel unencrypted.",
            hint="Give the endpoint an https address, or remove its key.",
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidInputError(
            f"The key for {origin_of(base_url)} has characters that no key has.",
            hint="Copy the key again, without spaces and line ends.",
        )


def _request_id(headers: Mapping[str, str]) -> str | None:
    return next((plain(headers[name]) for name in _REQUEST_IDS if name in headers), None)


def _unfinished(answer: ChatAnswer) -> ProviderError:
    """Return the error of a body that ended properly, but without a finish reason."""
    if answer.has_content:
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
