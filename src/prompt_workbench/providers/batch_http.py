"""HTTP for batches, which are infrequent and large: httpx, under the rules of model calls.

No redirect is followed, so that the key reaches the provider's own address only, and neither
proxies nor passwords are taken from the environment.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.errors import BODY_LIMIT, error_of_bytes, error_of_response
from prompt_workbench.providers.http_address import address_of
from prompt_workbench.providers.http_way import STRAIGHT, Way
from prompt_workbench.providers.httpx_way import client_by
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.system.egress import announced

_TIMEOUTS = httpx.Timeout(30, read=120, write=120)
_JSON_LIMIT = 16 << 20
_LINE_LIMIT = 32 << 20
_JSON_TYPE = {"Content-Type": "application/json"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


class BatchHttp:
    """One provider's address, with what goes along with each request to it."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        key: str | None,
        check: Callable[[], None],
        way: Way = STRAIGHT,
    ) -> None:
        """Bind it to an address; a check raises what stands in the way of reaching it."""
        self._way = way
        self._base_url = base_url
        self._headers = {"User-Agent": "prompt-workbench", **headers}
        self._key = key
        self._check = check

    async def json(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        json: JsonObject | None = None,
        file: tuple[str, bytes] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """Return the JSON object that answers a request with a body, a file to upload, or neither.

        Raises:
            ProviderError: It was refused, did not arrive, or the answer is none.
        """
        body: dict[str, Any] = {}
        if file is not None:
            body = {"data": {"purpose": "batch"}, "files": {"file": file}}
        elif json is not None or content is not None:
            sent = orjson.dumps(json) if content is None else content
            body = {"content": sent, "headers": {**self._headers, **_JSON_TYPE}}
        async with self._stream(method, path, params=params, **body) as response:
            return self._parsed(await _read(response, _JSON_LIMIT))

    async def lines(self, path: str, take: Callable[[JsonObject], Awaitable[None]]) -> None:
        """Have each JSON object of a file with one to a line taken.

        Raises:
            ProviderError: The file was refused or broke off; what came before was taken.
        """
        rest = b""
        async with self._stream("GET", path) as response:
            async for data in response.aiter_bytes():
                *lines, rest = (rest + data).split(b"\n")
                for line in filter(None, map(bytes.strip, lines)):
                    await take(self._parsed(line))
                if len(rest) > _LINE_LIMIT:
                    raise error_of_bytes("A result is too long.", rest[:200], key=self._key)
            if rest := rest.strip():
                await take(self._parsed(rest))

    @asynccontextmanager
    async def _stream(
        self, method: str, path: str, **options: Any
    ) -> AsyncIterator[httpx.Response]:
        self._check()
        options = {"headers": self._headers, **options}
        address = address_of(self._base_url)
        with announced(address.host, Purpose.CALL, port=address.port):
            try:
                async with (
                    client_by(self._way, timeout=_TIMEOUTS) as client,
                    client.stream(method, f"{self._base_url}{path}", **options) as response,
                ):
                    if not 200 <= response.status_code < 300:
                        said = await _read(response, BODY_LIMIT)
                        raise error_of_response(
                            response.status_code, response.headers, said, key=self._key
                        )
                    yield response
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise self._failure(error) from None

    def _failure(self, error: Exception) -> ProviderError:
        slow = isinstance(error, httpx.TimeoutException)
        return ProviderError(
            f"The server at {origin_of(self._base_url)} "
            f"{'does not answer in time' if slow else 'does not answer, or broke off'}.",
            kind=ProviderErrorKind.TIMEOUT if slow else ProviderErrorKind.CONNECTION,
            sent=not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout),
            hint="Check that you are online.",
        )

    def _parsed(self, data: bytes) -> JsonObject:
        try:
            value: Json = orjson.loads(data)
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise error_of_bytes("The provider sent no JSON object.", data, key=self._key)
        return value


def checked_id(value: Json) -> str:
    """Return an id that may stand in a path.

    Raises:
        ProviderError: It may not.
    """
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise ProviderError(
        "The id of the batch cannot be one.",
        kind=ProviderErrorKind.PROTOCOL,
        hint="Look in the provider's own console for what became of the batch.",
    )


async def _read(response: httpx.Response, limit: int) -> bytes:
    found = bytearray()
    async for data in response.aiter_bytes():
        found += data
        if len(found) > limit:
            break
    return bytes(found)
