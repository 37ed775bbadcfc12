"""Asks a server which models it has."""

from __future__ import annotations

import httpx
import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.errors import BODY_LIMIT, error_of_bytes, error_of_response
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.providers.text import plain
from prompt_workbench.providers.wire.adapter import check_key

_TIMEOUT_S = 10
_LIST_LIMIT = 16 << 20


async def listed_models(base_url: str, *, key: str | None) -> tuple[str, ...]:
    """Return the names of the models at an address, in alphabetical order.

    Raises:
        ProviderError: The server does not answer, or does not list its models.
        InvalidInputError: The key cannot be sent there.
    """
    check_key(key, base_url)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    url = f"{base_url.rstrip('/')}/models"
    try:
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            body = await _body(response)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ProviderError(
            f"The server at {origin_of(base_url)} does not answer.",
            kind=ProviderErrorKind.CONNECTION,
            hint="Check that it runs, that its address is right and that you are online.",
        ) from None
    if response.status_code != 200:
        raise error_of_response(response.status_code, response.headers, body[:BODY_LIMIT], key=key)
    return _names(body, key)


async def _body(response: httpx.Response) -> bytes:
    found = bytearray()
    async for data in response.aiter_bytes():
        found += data
        if len(found) > _LIST_LIMIT:
            break
    return bytes(found)


def _names(body: bytes, key: str | None) -> tuple[str, ...]:
    """Return the ids in a list of models; some servers put it into an object."""
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    models = value.get("data") if isinstance(value, dict) else value
    if not isinstance(models, list):
        raise error_of_bytes("The server does not list its models.", body, key=key)
    names = (model.get("id") for model in models if isinstance(model, dict))
    return tuple(sorted({plain(name) for name in names if isinstance(name, str) and name}))
