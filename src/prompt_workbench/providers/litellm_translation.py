"""The body of an answer, read by litellm where it is in a form that only litellm reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Protocol

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.providers.errors import error_of_bytes, error_of_event
from prompt_workbench.providers.http import Exchange
from prompt_workbench.providers.litellm_host import LitellmCall
from prompt_workbench.providers.litellm_messages import Failed, Pieces
from prompt_workbench.providers.litellm_witness import Witness
from prompt_workbench.providers.sse import ServerEvent, SseParser
from prompt_workbench.providers.text import repaired_json

_EVENT_STREAM = "text/event-stream"
_BINARY_STREAM = "application/vnd.amazon.eventstream"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_DONE = b"[DONE]"
_REPLACED = "\N{REPLACEMENT CHARACTER}".encode()
_WHOLE_LIMIT = 9 << 20
"""An answer in one piece that has more bytes is not given to litellm."""


class Restart(Protocol):
    """Makes a call whose answer litellm expects in one piece."""

    async def __call__(self) -> LitellmCall:
        """Return it, its request written."""
        ...


class Translation:
    """Stands for the exchange whose body it reads: what it gives is chat completions.

    Events that already are chat completions, that report an error, or that are no JSON, stay as
    they are: our own reader knows what to make of them.
    """

    def __init__(
        self,
        exchange: Exchange,
        call: LitellmCall,
        restart: Restart,
        witness: Witness,
        *,
        line: bytes,
        key: str | None,
    ) -> None:
        """Read the body of an exchange.

        Args:
            exchange: The exchange.
            call: What litellm wrote its request in.
            restart: What begins anew, where the answer turns out to be in one piece.
            witness: What sees all that litellm is fed.
            line: How litellm expects an event, with ``%b`` for its data.
            key: What no error may show.
        """
        self._exchange = exchange
        self._call = call
        self._restart = restart
        self._witness = witness
        self._line = line
        self._key = key
        self._parser = SseParser()
        self._has_begun = self._has_ended = self._is_fed = False
        self._failure: ProviderError | None = None

    async def receive(self) -> bytes:
        """Return more of the answer; nothing at its end.

        Raises:
            ProviderError: The connection broke off, or litellm cannot read what came.
        """
        while not self._has_ended and self._failure is None:
            data = await self._exchange.receive()
            if not self._has_begun and data:
                data = data if self._is_binary else data.lstrip(_BLANK)
                if not data:
                    continue
                self._has_begun = True
                if not self._is_binary and data.startswith((b"{", b"[", b"<")):
                    return await self._whole(data)
            given = await (self._more(data) if data else self._end())
            if given:
                return given
        if self._failure is not None:
            raise self._failure
        return b""

    async def read(self, limit: int) -> bytes:
        """Return the rest of the answer, or a little more than the limit."""
        found = bytearray()
        while len(found) <= limit and (data := await self.receive()):
            found += data
        return bytes(found)

    def hurry(self, seconds: float) -> None:
        """Give what is left of the answer only so long."""
        self._exchange.hurry(seconds)

    @property
    def _is_binary(self) -> bool:
        return _BINARY_STREAM in self._exchange.headers.get("content-type", "")

    async def _more(self, data: bytes) -> bytes:
        if self._is_binary:
            return await self._fed([data])
        return await self._taken(self._parser.feed(data))

    async def _end(self) -> bytes:
        self._has_ended = True
        given = b"" if self._is_binary else await self._taken(self._parser.finish())
        return given + await self._finished()

    async def _taken(self, events: Iterable[ServerEvent]) -> bytes:
        """Return the events, those for litellm in its translation."""
        given: list[bytes] = []
        waiting: list[bytes] = []
        for event in events:
            value = None if event.data in (b"", _DONE) else _parsed(event.data)
            if _is_foreign(value, event.name):
                waiting.append(self._sound(value, event.data))
                continue
            if waiting:
                given.append(await self._fed(waiting))
                waiting = []
            if event.data == _DONE:
                given.append(await self._finished())
            given.append(_event(event.data, event.name))
        if waiting:
            given.append(await self._fed(waiting))
        return b"".join(given)

    async def _fed(self, parts: Sequence[bytes]) -> bytes:
        """Return what litellm makes of events, or of more of a binary stream."""
        if self._failure is not None:
            return b""
        self._is_fed = True
        seen = b"".join(parts)
        self._witness.see(seen)
        if self._is_binary:
            reply = await self._call.feed(seen, content_type=_BINARY_STREAM)
        else:
            lines = b"".join(self._line % part for part in parts)
            reply = await self._call.feed(lines, content_type=_EVENT_STREAM)
        return _stream(self._pieces(reply, seen))

    async def _finished(self) -> bytes:
        if not self._is_fed or self._failure is not None:
            return b""
        self._is_fed = False
        pieces = self._pieces(await self._call.finish(), b"")
        return _stream([*pieces, *self._witness.missed()])

    async def _whole(self, start: bytes) -> bytes:
        """Return an answer in one piece; litellm may have expected a stream, and begins anew."""
        self._has_ended = True
        body = start + await self._exchange.read(_WHOLE_LIMIT)
        value = _parsed(body) if len(body) <= _WHOLE_LIMIT else None
        if not _is_foreign(value):
            return body
        sound = self._sound(value, body)
        self._witness.see(sound)
        call = await self._restart()
        made = await call.feed(sound, content_type="application/json")
        if isinstance(made, Pieces):
            made = await call.finish()
        pieces = self._pieces(made, sound)
        if self._failure is not None:
            raise self._failure
        return orjson.dumps(pieces[0]) if pieces else b"{}"

    def _sound(self, value: Json, data: bytes) -> bytes:
        """Return a part of the answer as litellm can read it."""
        sound = repaired_json(value)
        if not isinstance(sound, dict):
            return b"{}"
        self._witness.note(sound)
        text = orjson.dumps(_with_counts(sound))
        if _REPLACED in text and _REPLACED not in data:
            self._witness.repaired = True
        return text

    def _pieces(self, reply: Pieces | Failed, data: bytes) -> list[JsonObject]:
        """Return what litellm made; where it failed, that is raised after this was taken."""
        if isinstance(reply, Failed):
            self._failure = self._error(reply, data)
        return [self._witness.corrected(piece, data) for piece in reply.pieces]

    def _error(self, reply: Failed, data: bytes) -> ProviderError:
        # Where litellm itself stumbles it says 500, too.
        if self._is_binary and reply.status is not None and reply.status >= 400:
            return error_of_event({"message": reply.message, "status": reply.status}, key=self._key)
        shown = b"" if self._is_binary else data
        return error_of_bytes("litellm cannot read this answer.", shown, key=self._key)


def _is_foreign(value: Json, name: bytes = b"") -> bool:
    """Whether only litellm can read this: it is neither a chat completion nor an error."""
    if not isinstance(value, dict) or isinstance(value.get("choices"), list):
        return False
    kinds = (value.get("type"), value.get("object"))
    return not value.get("error") and name != b"error" and "error" not in kinds


def _with_counts(value: JsonObject) -> JsonObject:
    """Return the value with no counts where they are odd, which litellm stumbles over."""
    found = dict(value)
    if "usage" in found and not isinstance(found["usage"], dict):
        found["usage"] = {}
    message = found.get("message")
    if isinstance(message, dict):
        found["message"] = _with_counts(message)
    return found


def _stream(pieces: Iterable[JsonObject]) -> bytes:
    return b"".join(_event(orjson.dumps(piece)) for piece in pieces)


def _event(data: bytes, name: bytes = b"") -> bytes:
    head = b"event: %b\n" % name if name else b""
    return head + b"data: %b\n\n" % data.replace(b"\n", b"\ndata: ")


def _parsed(data: bytes) -> Json:
    """Return what a JSON text says; None where it is none, or lies too deep."""
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(data.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None
    return value
