"""Asks a server which models it has, and which local servers are running."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx
import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.errors import BODY_LIMIT, error_of_bytes, error_of_response
from prompt_workbench.providers.http_address import address_of
from prompt_workbench.providers.http_way import STRAIGHT, Way
from prompt_workbench.providers.httpx_way import client_by
from prompt_workbench.providers.known import KNOWN, KnownProvider
from prompt_workbench.providers.listings import Listings
from prompt_workbench.providers.model_lists import models_in
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.providers.wire.adapter import check_key
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.system.egress import announced

_TIMEOUT_S = 10
_LOCAL_TIMEOUT_S = 2
_LIST_LIMIT = 16 << 20
_WHOLE_LIST = {
    Interface.ANTHROPIC_MESSAGES: {"limit": "1000"},
    Interface.GEMINI: {"pageSize": "1000"},
}
"""What asks an interface that gives its list in pages for all of it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A local server that answers, and what it has."""

    provider: KnownProvider
    models: Listings


async def listed_models(
    endpoint: Endpoint, *, key: str | None, way: Way = STRAIGHT, timeout_s: float = _TIMEOUT_S
) -> Listings:
    """Return the models at an endpoint by their names, in alphabetical order.

    No redirect is followed, so the key reaches the endpoint's own address only.

    Raises:
        ProviderError: The server does not answer, or does not list its models.
        InvalidInputError: The key cannot be sent there.
    """
    check_key(key, endpoint.base_url)
    address = address_of(endpoint.base_url)
    try:
        with announced(address.host, Purpose.MODELS, port=address.port):
            response, body = await _asked(endpoint, key, way, timeout_s)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise ProviderError(
            f"The server at {origin_of(endpoint.base_url)} does not answer.",
            kind=ProviderErrorKind.CONNECTION,
            hint="Check that it runs, that its address is right and that you are online.",
        ) from None
    if response.status_code != 200:
        raise error_of_response(response.status_code, response.headers, body[:BODY_LIMIT], key=key)
    models = models_in(_parsed(body), endpoint.interface)
    if models is None:
        raise error_of_bytes("The server does not list its models.", body, key=key)
    return models


async def _asked(
    endpoint: Endpoint, key: str | None, way: Way, timeout_s: float
) -> tuple[httpx.Response, bytes]:
    async with (
        client_by(way, timeout=timeout_s) as client,
        client.stream(
            "GET",
            f"{endpoint.base_url.rstrip('/')}/models",
            params=_WHOLE_LIST.get(endpoint.interface),
            headers=_headers(endpoint.interface, key),
        ) as response,
    ):
        return response, await _body(response)


async def find_local_servers(
    candidates: Iterable[KnownProvider] = KNOWN,
) -> tuple[FoundServer, ...]:
    """Return those of the local servers that answer at their usual ports on this computer."""
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_found(each)) for each in candidates if each.is_local]
    return tuple(found for task in asked if (found := task.result()) is not None)


async def _found(provider: KnownProvider) -> FoundServer | None:
    try:
        models = await listed_models(provider.endpoint(), key=None, timeout_s=_LOCAL_TIMEOUT_S)
    except ProviderError:
        return None
    return FoundServer(provider=provider, models=models)


def _headers(interface: Interface, key: str | None) -> Mapping[str, str]:
    match interface:
        case Interface.ANTHROPIC_MESSAGES:
            return {"anthropic-version": "2023-06-01", **({"x-api-key": key} if key else {})}
        case Interface.GEMINI:
            return {"x-goog-api-key": key} if key else {}
    return {"Authorization": f"Bearer {key}"} if key else {}


async def _body(response: httpx.Response) -> bytes:
    found = bytearray()
    async for data in response.aiter_bytes():
        found += data
        if len(found) > _LIST_LIMIT:
            break
    return bytes(found)


def _parsed(body: bytes) -> Json:
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value
