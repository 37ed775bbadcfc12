"""What all adapters share: sending one request and receiving its answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import ClassVar

from prompt_workbench.domain.errors import InvalidInputError, ProviderError
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Timeouts
from prompt_workbench.providers.errors import BODY_LIMIT, error_of_response
from prompt_workbench.providers.http import Exchange, HttpClient
from prompt_workbench.providers.origins import may_carry_key, origin_of
from prompt_workbench.providers.wire.draft import Draft
from prompt_workbench.providers.wire.reception import ANSWER_LIMIT, Body, Reception

_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream, application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "prompt-workbench",
}


class WireAdapter(ABC):
    """A server that is called over HTTP; each interface says how it is asked and read."""

    path: ClassVar[str]
    """What follows the base address of the server."""

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
        self._base_url = base_url.rstrip("/").removesuffix(self.path)
        self._key = key
        self._answer_limit = answer_limit
        self._headers = {**_HEADERS, **self._fixed_headers(key)}

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return origin_of(self._base_url)

    @abstractmethod
    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request in wire format.

        Raises:
            InvalidInputError: The interface cannot express the request.
        """

    @abstractmethod
    def _draft(self) -> Draft:
        """Return an empty answer that reads this interface."""

    def _fixed_headers(self, key: str | None) -> Mapping[str, str]:
        """Return the headers of this interface that go with every request."""
        return {"Authorization": f"Bearer {key}"} if key else {}

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once, without retries, and return the answer.

        Raises:
            ProviderError: The call failed before any of the answer arrived.
        """
        if not request.streamed:
            timeouts = patient(timeouts)
        reception = Reception(self._draft(), on_text, key=self._key, limit=self._answer_limit)
        exchange = self._http.post(
            f"{self._base_url}{request.path or self.path}",
            headers=self._headers,
            body=request.body,
            timeouts=timeouts,
        )
        failure = await received(exchange, reception, key=self._key)
        return reception.answer(exchange, failure, request_size=len(request.body))


async def received(
    exchange: Exchange,
    reception: Reception,
    *,
    key: str | None,
    read: Callable[[Exchange], Body] | None = None,
) -> ProviderError | None:
    """Send a request and receive its answer; return why only a part of it came.

    Args:
        exchange: The request.
        reception: Where the answer goes.
        key: What no error may show.
        read: How the body is read, where it is not as it comes.

    Raises:
        ProviderError: Nothing of the answer came.
    """
    try:
        async with exchange:
            if not 200 <= exchange.status < 300:
                said = await exchange.read(BODY_LIMIT)
                raise error_of_response(exchange.status, exchange.headers, said, key=key)
            await reception.receive(exchange if read is None else read(exchange))
    except ProviderError as error:
        if not reception.worth_keeping:
            raise
        return error
    return None


@cache
def patient(timeouts: Timeouts) -> Timeouts:
    """Return the limits for an answer that is written before its first byte is sent."""
    return replace(timeouts, first_chunk_s=timeouts.total_s)


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
