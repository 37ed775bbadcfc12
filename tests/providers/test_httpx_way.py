"""What is asked for now and then takes the same way as calls."""

from __future__ import annotations

import base64
from pathlib import Path

import trustme
from tests.providers.test_http_tunnel import HOST, certified
from tests.support.proxy import http_proxy
from tests.support.raw_server import raw_server, repeating, with_length

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.providers.http_address import address_of
from prompt_workbench.providers.http_way import Way
from prompt_workbench.providers.httpx_way import client_by
from prompt_workbench.system.egress_log import contacts

ASKS = f"Basic {base64.b64encode(b'ada:secret').decode()}"


async def test_it_goes_through_the_proxy_and_trusts_the_organisation(tmp_path: Path) -> None:
    authority = trustme.CA()
    file = tmp_path / "organisation.pem"
    authority.cert_pem.write_to_path(file)
    async with (
        raw_server(repeating(with_length(b"{}")), tls=certified(authority)) as server,
        http_proxy({HOST: server.port}, authorization=ASKS) as proxy,
    ):
        way = Way(proxy=address_of(proxy.url), authorization=ASKS, ca_file=str(file))
        async with client_by(way, timeout=60) as client:
            headers = {"Authorization": "Bearer sk-canary"}
            answer = await client.get(f"https://{HOST}/v1/models", headers=headers)
        assert answer.content == b"{}"
        assert proxy.heads[0].startswith(f"CONNECT {HOST}:443".encode())
        assert b"canary" not in proxy.heads[0] + proxy.seen
        assert b"Proxy-Authorization" not in server.requests[0]
    assert [each.purpose for each in contacts()] == [Purpose.PROXY]
