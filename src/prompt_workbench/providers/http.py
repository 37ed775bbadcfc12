"""HTTP for model calls: one connection pool, four time limits, no cookies, no redirects."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from functools import cache
from types import TracebackType

import aiohttp
import certifi
from yarl import URL

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.origins import origin_of

_KEEP_ALIVE_S = 30
_CLOSES_SILENTLY = "llama.cpp"
"""This server promises to keep a connection and closes it; the next request would be lost."""

_SKIPPED_HEADERS = ("User-Agent",)


class HttpClient:
    """Sends requests; bound to the event loop of its first use.

    Nothing is sent twice, no redirect is followed, no cookie is kept, and neither proxy
    settings nor passwords are taken from the environment or from a file.
    """

    def __init__(self) -> None:
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._single_use: set[str] = set()

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeouts: Timeouts
    ) -> Exchange:
        """Return the exchange of one request, to be entered with ``async with``."""
        return Exchange(self, url, headers=headers, body=body, timeouts=timeouts)

    async def close(self) -> None:
        """Close all connections."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    def session_for(self, url: str) -> aiohttp.ClientSession:
        """Return the session that sends to an address."""
        single_use = url in self._single_use
        if single_use not in self._sessions:
            self._sessions[single_use] = _new_session(single_use=single_use)
        return self._sessions[single_use]

    def note_server(self, url: str, name: str) -> None:
        """Stop using connections again where the server of that name closes them silently."""
        if name.startswith(_CLOSES_SILENTLY):
            self._single_use.add(url)


class Exchange:
    """One request and its answer; leaving it early closes the connection."""

    def __init__(
        self,
        client: HttpClient,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeouts: Timeouts,
    ) -> None:
        self._client = client
        self._url = url
        self._headers = headers
        self._body = body
        self._timeouts = timeouts
        self._timer = asyncio.timeout(None)
        self._alarm: asyncio.TimerHandle | None = None
        self._limit = ""
        self._due_at = 0.0
        self._ends_at = 0.0
        self._response: aiohttp.ClientResponse | None = None
        self.started_at = 0.0
        """When sending began, on the clock of `time.perf_counter`."""

    async def __aenter__(self) -> Exchange:
        await self._timer.__aenter__()
        try:
            await self._send()
        except BaseException as error:
            await self.__aexit__(type(error), error, error.__traceback__)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        if self._response is not None:
            # Gives the connection back to the pool if the answer was read to its end.
            self._response.release()
        try:
            await self._timer.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise self._too_slow() from None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer; their names are found in any case."""
        return self._answer.headers

    async def receive(self) -> bytes:
        """Return what has arrived of the body; nothing at its end.

        Bytes that arrive at the very moment when the connection breaks are lost with it.

        Raises:
            ProviderError: The connection broke off.
        """
        try:
            data = await self._answer.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            raise _failure(error, self._url) from None
        self._allow("idle", self._timeouts.idle_s)
        return data

    async def read(self, limit: int) -> bytes:
        """Return the rest of the body, or a little more than the limit where it is longer."""
        found = bytearray()
        while len(found) <= limit and (data := await self.receive()):
            found += data
        return bytes(found)

    def hurry(self, seconds: float) -> None:
        """Give what is left of the answer only so long."""
        loop = asyncio.get_running_loop()
        self._ends_at = min(self._ends_at, loop.time() + seconds)
        self._expect("total", self._ends_at)

    @property
    def _answer(self) -> aiohttp.ClientResponse:
        if self._response is None:
            raise RuntimeError("The exchange was not entered.")
        return self._response

    async def _send(self) -> None:
        url = _parsed(self._url)
        trusted = _trusted() if url.scheme == "https" else True
        self._ends_at = asyncio.get_running_loop().time() + self._timeouts.total_s
        self._allow("first_chunk", self._timeouts.first_chunk_s)
        self.started_at = time.perf_counter()
        try:
            self._response = await self._client.session_for(self._url).post(
                url,
                data=self._body,
                headers=self._headers,
                allow_redirects=False,
                timeout=_connect_timeout(self._timeouts.connect_s),
                ssl=trusted,
            )
        except (aiohttp.ClientError, OSError) as error:
            raise _failure(error, self._url) from None
        self._client.note_server(self._url, self._response.headers.get("Server", ""))

    def _allow(self, limit: str, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        if until < self._ends_at:
            self._expect(limit, until)
        else:
            self._expect("total", self._ends_at)

    def _expect(self, limit: str, due_at: float) -> None:
        """Give up at that moment; an alarm that was set for an earlier one is left to ring.

        Every piece of a stream puts the moment off, and setting an alarm anew costs more than
        looking at the clock when one rings.
        """
        self._limit, self._due_at = limit, due_at
        if self._alarm is None or due_at < self._alarm.when():
            self._set_alarm()

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_at(self._due_at, self._look)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._due_at:
            self._set_alarm()
        else:
            self._timer.reschedule(now)

    def _too_slow(self) -> ProviderError:
        origin, limits = origin_of(self._url), self._timeouts
        message = {
            "first_chunk": f"{origin} sent nothing within {limits.first_chunk_s:g} s.",
            "idle": f"{origin} stopped sending for {limits.idle_s:g} s.",
            "total": f"{origin} was not done within {limits.total_s:g} s.",
        }[self._limit]
        return ProviderError(
            message,
            kind=ProviderErrorKind.TIMEOUT,
            hint="Try again later, or with a shorter prompt or a lower max_tokens.",
        )


def _new_session(*, single_use: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0,
        limit_per_host=0,
        force_close=single_use,
        keepalive_timeout=None if single_use else _KEEP_ALIVE_S,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=_SKIPPED_HEADERS,
        trust_env=False,
        raise_for_status=False,
        requote_redirect_url=False,
        timeout=aiohttp.ClientTimeout(total=None),
    )


@cache
def _parsed(url: str) -> URL:
    return URL(url)


@cache
def _connect_timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=seconds)


@cache
def _trusted() -> ssl.SSLContext:
    """Return the system's certificates, and certifi's for systems without any."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _failure(error: BaseException, url: str) -> ProviderError:
    """Return what a failure of the transport means to a person."""
    origin = origin_of(url)
    kind, sent, hint = ProviderErrorKind.CONNECTION, True, "Try again."
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            message, sent = f"{origin} could not prove who it is.", False
            hint = "Check the address, the clock of this computer and its certificates."
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            message, sent = f"The server at {origin} does not answer.", False
            hint = "Check that it runs, that its address is right and that you are online."
        case aiohttp.InvalidURL():
            message, sent = f"{origin} is not a usable address.", False
            kind, hint = ProviderErrorKind.BAD_REQUEST, "Correct the address of the endpoint."
        case aiohttp.ClientPayloadError():
            message = f"{origin} broke off in the middle of its answer."
        case aiohttp.ClientResponseError():
            message, kind = f"{origin} does not speak proper HTTP.", ProviderErrorKind.PROTOCOL
            hint = "Check that the address is that of a model server."
        case _:
            message = f"{origin} closed the connection before its answer was complete."
    return ProviderError(message, kind=kind, sent=sent, hint=hint)
