"""httpx by the way that a person chose; for what is asked for now and then."""

from __future__ import annotations

import httpx

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.providers.http_way import Way, trusted
from prompt_workbench.system.egress import BOOK


def client_by(way: Way, *, timeout: float | httpx.Timeout) -> httpx.AsyncClient:
    """Return a client that takes nothing from the environment and follows no redirect.

    Raises:
        ProviderError: The file with further certificates cannot be used.
    """
    proxy = None
    if way.proxy is not None:
        BOOK.note(way.proxy.host, Purpose.PROXY, port=way.proxy.port)
        told = {"Proxy-Authorization": way.authorization} if way.authorization else {}
        proxy = httpx.Proxy(f"http://{way.proxy.authority}", headers=told)
    return httpx.AsyncClient(
        timeout=timeout, trust_env=False, verify=trusted(way.ca_file), proxy=proxy
    )
