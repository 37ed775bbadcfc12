"""HTTP for model calls: connections that are used again, no cookies, no redirects.

The client is our own because a general one was the largest part of a call's cost: beside each
other (``tests/performance/exchange.py``) a streamed answer takes aiohttp 0.09 ms of processor
time, this client 0.02 ms, and sockets without any HTTP 0.01 ms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.http_address import Address, address_of
from prompt_workbench.providers.http_exchange import Exchange
from prompt_workbench.providers.http_headers import RequestHead
from prompt_workbench.providers.http_pool import KEEP_ALIVE_S, Pool
from prompt_workbench.providers.http_way import STRAIGHT, Way

__all__ = ["Exchange", "HttpClient"]


class HttpClient:
    """Sends requests; bound to the event loop of its first use.

    Nothing is sent twice, no redirect is followed, no cookie is kept, and neither proxy
    settings nor passwords are taken from the environment or from a file.
    """

    def __init__(
        self,
        *,
        purpose: Purpose = Purpose.CALL,
        keep_alive_s: float = KEEP_ALIVE_S,
        way: Way = STRAIGHT,
    ) -> None:
        """Say what for, which the egress log tells the person, and by which way."""
        self._way = way
        self._purpose = purpose
        self._keep_alive_s = keep_alive_s
        self._pools: dict[tuple[bool, str, int], Pool] = {}
        self._routes: dict[str, tuple[Pool, RequestHead]] = {}

    def post(
        self, url: str, *, headers: Mapping[str, str], body: bytes, timeouts: Timeouts
    ) -> Exchange:
        """Return the exchange of one request, to be entered with ``async with``.

        Raises:
            ProviderError: The URL leads to no server.
        """
        pool, head = self._route(url)
        return Exchange(pool, head, url=url, headers=headers, body=body, timeouts=timeouts)

    async def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.close()

    def _route(self, url: str) -> tuple[Pool, RequestHead]:
        """Return the connections to the server of a URL, and how requests to it begin."""
        known = self._routes.get(url)
        if known is None:
            address = address_of(url)
            pool = self._pools.get(address.server)
            if pool is None:
                pool = Pool(
                    address, purpose=self._purpose, keep_alive_s=self._keep_alive_s, way=self._way
                )
                self._pools[address.server] = pool
            known = self._routes[url] = pool, _head_of(address, self._way)
        return known


def _head_of(address: Address, way: Way) -> RequestHead:
    if way.proxy is None or address.encrypted:
        return RequestHead(address)
    # Without encryption the proxy reads the request and passes it on, so it is told whither.
    whole = replace(address, target=f"http://{address.authority}{address.target}")
    return RequestHead(whole, proxy_authorization=way.authorization)
