"""One request of the product's transport, read to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.http import HttpClient

PATIENT = Timeouts(connect_s=60, first_chunk_s=60, idle_s=60, total_s=60)
HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Found:
    """An answer and, where it broke off, why."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    error: ProviderError | None


async def post(
    http: HttpClient,
    url: str,
    body: bytes = b"{}",
    *,
    headers: Mapping[str, str] = HEADERS,
    timeouts: Timeouts = PATIENT,
) -> Found:
    """Return an answer as far as it came.

    Raises:
        ProviderError: Not even its head came.
    """
    found, error = bytearray(), None
    async with http.post(url, headers=headers, body=body, timeouts=timeouts) as exchange:
        try:
            while data := await exchange.receive():
                found += data
        except ProviderError as failure:
            error = failure
    return Found(exchange.status, exchange.headers, bytes(found), error)


async def failure(http: HttpClient, url: str, *, timeouts: Timeouts = PATIENT) -> ProviderError:
    """Return why a request fails, at its head or later."""
    with pytest.raises(ProviderError) as caught:
        async with http.post(url, headers=HEADERS, body=b"{}", timeouts=timeouts) as exchange:
            await exchange.read(1 << 30)
    return caught.value
