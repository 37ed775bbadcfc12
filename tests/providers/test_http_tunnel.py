"""Calls through a proxy: it passes on what it cannot read, or says why it does not."""

from __future__ import annotations

import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from tests.support.post import failure, post
from tests.support.proxy import http_proxy
from tests.support.raw_server import Line, RawServer, raw_server, repeating, with_length

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.http_address import address_of
from prompt_workbench.providers.http_way import Way
from prompt_workbench.system.egress_log import contacts

HOST = "api.example"
"""A name that only the proxy knows; a test that looks it up fails."""
URL = f"https://{HOST}/v1/chat"
HELLO = with_length(b"Hello")
KEY = {"Authorization": "Bearer sk-canary"}
ASKS = f"Basic {base64.b64encode(b'ada:secret pass').decode()}"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    file = tmp_path / "organisation.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


def certified(authority: trustme.CA, name: str = HOST) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@asynccontextmanager
async def client(way: Way) -> AsyncIterator[HttpClient]:
    made = HttpClient(way=way)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def encrypted(authority: trustme.CA, name: str = HOST) -> AsyncIterator[RawServer]:
    async with raw_server(repeating(HELLO), tls=certified(authority, name)) as server:
        yield server


async def test_a_proxy_passes_calls_on_and_reads_nothing_of_them(
    authority: trustme.CA, ca_file: str
) -> None:
    async with encrypted(authority) as server, http_proxy({HOST: server.port}) as proxy:
        way = Way(proxy=address_of(proxy.url), ca_file=ca_file)
        async with client(way) as http:
            for _ in range(2):
                assert (await post(http, URL, b"question", headers=KEY)).body == b"Hello"
        (head,) = proxy.heads
        assert head == f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
        assert b"canary" not in proxy.seen
        assert b"question" not in proxy.seen
        assert [b"Bearer sk-canary" in request for request in server.requests] == [True, True]
    reached = {(each.host, each.purpose, each.count) for each in contacts()}
    assert reached == {(HOST, Purpose.CALL, 2), ("127.0.0.1", Purpose.PROXY, 1)}


async def test_the_proxy_is_told_who_asks_and_the_server_is_not(
    authority: trustme.CA, ca_file: str
) -> None:
    async with (
        encrypted(authority) as server,
        http_proxy({HOST: server.port}, authorization=ASKS) as proxy,
        client(Way(proxy=address_of(proxy.url), authorization=ASKS, ca_file=ca_file)) as http,
    ):
        assert (await post(http, URL)).body == b"Hello"
        assert all(b"Basic" not in request for request in server.requests)


async def test_a_proxy_that_wants_a_password_says_so() -> None:
    async with (
        http_proxy({HOST: 1}, authorization=ASKS) as proxy,
        client(Way(proxy=address_of(proxy.url), authorization="Basic bm8=")) as http,
    ):
        error = await failure(http, URL)
        assert (error.kind, error.sent) == (ProviderErrorKind.AUTHENTICATION, False)
        assert "wants a user name and a password" in error.message
        assert "bm8=" not in error.message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("403 Forbidden", ProviderErrorKind.PERMISSION),
        ("503 Busy", ProviderErrorKind.CONNECTION),
    ],
)
async def test_a_proxy_that_refuses_is_named_with_its_reason(
    status: str, kind: ProviderErrorKind
) -> None:
    answer = f"HTTP/1.1 {status}\r\n\r\n<h1>Blocked</h1>".encode()
    async with (
        http_proxy({}, answer=answer) as proxy,
        client(Way(proxy=address_of(proxy.url))) as http,
    ):
        error = await failure(http, URL)
        assert (error.kind, error.sent) == (kind, False)
        assert f"127.0.0.1:{proxy.port} did not connect" in error.message
        assert status[:3] in error.message


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nand more",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
    ],
    ids=["another protocol", "speaks for the server", "never ends"],
)
async def test_what_is_no_proxy_is_not_trusted_with_a_call(answer: bytes) -> None:
    async with (
        http_proxy({}, answer=answer) as proxy,
        client(Way(proxy=address_of(proxy.url))) as http,
    ):
        error = await failure(http, URL)
        assert (error.kind, error.sent) == (ProviderErrorKind.PROTOCOL, False)
        assert "does not answer as a proxy" in error.message


async def test_a_proxy_that_is_not_there_is_named_not_the_server(unused_tcp_port: int) -> None:
    async with client(Way(proxy=address_of(f"http://127.0.0.1:{unused_tcp_port}"))) as http:
        error = await failure(http, URL)
        assert (error.kind, error.sent) == (ProviderErrorKind.CONNECTION, False)
        assert error.message == f"The proxy 127.0.0.1:{unused_tcp_port} cannot be reached."


async def test_a_proxy_that_says_nothing_is_given_up() -> None:
    async def silent(line: Line) -> None:
        await line.head()
        await line.gone()

    async with (
        raw_server(silent) as server,
        client(Way(proxy=address_of(f"http://127.0.0.1:{server.port}"))) as http,
    ):
        limits = Timeouts(connect_s=0.2, first_chunk_s=60, idle_s=60, total_s=60)
        error = await failure(http, URL, timeouts=limits)
        assert error.sent is False


async def test_a_proxy_cannot_stand_in_for_the_server(ca_file: str) -> None:
    other = trustme.CA()
    async with encrypted(other) as server, http_proxy({HOST: server.port}) as proxy:
        async with client(Way(proxy=address_of(proxy.url), ca_file=ca_file)) as http:
            error = await failure(http, URL)
        assert error.sent is False
        assert server.requests == []


async def test_without_encryption_the_proxy_is_told_the_whole_address() -> None:
    async with (
        raw_server(repeating(HELLO)) as server,
        http_proxy({"plain.example": server.port}, authorization=ASKS) as proxy,
        client(Way(proxy=address_of(proxy.url), authorization=ASKS)) as http,
    ):
        found = await post(http, "http://plain.example:8080/v1/chat")
        assert found.body == b"Hello"
        assert proxy.heads[0].startswith(b"POST http://plain.example:8080/v1/chat HTTP/1.1\r\n")
        (request,) = server.requests
        assert request.startswith(b"POST /v1/chat HTTP/1.1\r\nHost: plain.example:8080\r\n")


async def test_certificates_of_an_organisation_are_trusted_for_its_server_alone(
    authority: trustme.CA, ca_file: str
) -> None:
    async with encrypted(authority, "localhost") as server:
        url = f"https://localhost:{server.port}/v1/chat"
        async with client(Way(ca_file=ca_file)) as http:
            assert (await post(http, url)).body == b"Hello"
        async with client(Way()) as http:
            assert (await failure(http, url)).sent is False
