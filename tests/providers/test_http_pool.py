"""Connections: used again, closed when nobody needs them, and only to who a server says it is."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from tests.support.engine import until
from tests.support.post import PATIENT, failure, post
from tests.support.raw_server import Line, raw_server, repeating, saying, with_length

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.providers import http_way
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.http_address import address_of
from prompt_workbench.providers.http_pool import Pool
from prompt_workbench.system.egress_log import contacts

HELLO = with_length(b"Hello")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Make the authority one of those that this computer trusts."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    http_way.trusted.cache_clear()
    yield
    http_way.trusted.cache_clear()


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


async def test_connections_are_used_again_by_all_paths_of_a_server(http: HttpClient) -> None:
    async with raw_server(repeating(HELLO)) as server:
        for path in ("chat", "responses", "chat", "messages?beta=true"):
            assert (await post(http, f"{server.url}/{path}")).body == b"Hello"
        assert len(server.lines) == 1


async def test_as_many_are_open_as_there_are_calls_at_once(http: HttpClient) -> None:
    arrived = asyncio.Barrier(64)

    async def serve(line: Line) -> None:
        while True:
            await line.request()
            await arrived.wait()
            await line.say(HELLO)

    async with raw_server(serve) as server:
        for _ in range(3):
            async with asyncio.TaskGroup() as group:
                for _ in range(64):
                    group.create_task(post(http, server.url))
        assert len(server.lines) == 64


async def test_a_connection_that_nobody_uses_is_closed_after_a_while() -> None:
    http = HttpClient(keep_alive_s=0.05)
    async with raw_server(saying(HELLO, HELLO)) as server:
        for _ in range(2):
            await post(http, server.url)
            await server.lines[-1].ended.wait()
        assert len(server.lines) == 2
    await http.close()


async def test_those_not_needed_are_closed_while_others_are_used() -> None:
    http = HttpClient(keep_alive_s=0.2)
    async with raw_server(repeating(HELLO)) as server:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(post(http, server.url))
        async with asyncio.timeout(20):
            while sum(line.ended.is_set() for line in server.lines) < 2:
                await post(http, server.url)
        assert len(server.lines) == 3
    await http.close()


async def test_a_connection_that_was_closed_meanwhile_is_not_used(http: HttpClient) -> None:
    closed = asyncio.Event()

    async def serve(line: Line) -> None:
        await line.request()
        await line.say(HELLO)
        await closed.wait()

    async with raw_server(serve) as server:
        pool, _ = http._route(server.url)
        for _ in range(3):
            await post(http, server.url)
            [connection] = pool._open
            closed.set()
            await connection.lost
            closed.clear()
            assert not pool._open
        assert len(server.requests) == 3


async def test_a_server_that_said_more_than_it_was_asked_is_not_asked_again_there(
    http: HttpClient,
) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(HELLO + with_length(b"Forged"))
        await line.gone()

    async with raw_server(serve) as server:
        for _ in range(3):
            assert (await post(http, server.url)).body == b"Hello"
        assert len(server.lines) == 3


async def test_a_server_that_closes_silently_is_told_not_to_keep_connections(
    http: HttpClient,
) -> None:
    async with raw_server(repeating(with_length(b"Hello", "Server: llama.cpp"))) as server:
        for _ in range(3):
            await post(http, server.url)
        assert len(server.lines) == 3
        told = [b"\r\nConnection: close\r\n" in request for request in server.requests]
        assert told == [False, True, True]


async def test_closing_ends_what_is_open_and_what_is_in_use() -> None:
    http = HttpClient()
    async with raw_server(saying(HELLO)) as server:
        assert (await post(http, server.url)).body == b"Hello"
        begun = asyncio.create_task(failure(http, server.url))
        await asyncio.sleep(0)
        assert not begun.done()
        await http.close()
        found = await begun
        assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, True)
        for line in server.lines:
            await line.ended.wait()


async def test_after_closing_it_can_be_used_again() -> None:
    http = HttpClient()
    async with raw_server(repeating(HELLO)) as server:
        for _ in range(2):
            assert (await post(http, server.url)).body == b"Hello"
            await http.close()
        assert len(server.lines) == 2


async def test_those_who_ask_at_once_share_one_look_up() -> None:
    pool = Pool(address_of("http://localhost:1/"))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(pool._places()) for _ in range(64)]
    places = tasks[0].result()
    assert places
    assert all(task.result() is places for task in tasks)
    assert await pool._places() is not places


async def test_a_look_up_outlives_one_who_does_not_want_it_any_more() -> None:
    pool = Pool(address_of("http://localhost:1/"))
    first, second = (asyncio.create_task(pool._places()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    assert first.cancelled()


async def test_a_name_with_two_addresses_is_reached_at_the_one_that_answers(
    http: HttpClient,
) -> None:
    async with raw_server(saying(HELLO)) as server:
        found = await post(http, server.url.replace("127.0.0.1", "localhost"))
        assert found.body == b"Hello"
        assert b"\r\nHost: localhost:%d\r\n" % server.port in server.requests[0]


@pytest.mark.skipif(not socket.has_ipv6, reason="this computer has no IPv6")
async def test_ipv6(http: HttpClient) -> None:
    async with raw_server(saying(HELLO), host="::1") as server:
        assert (await post(http, server.url)).body == b"Hello"
        assert b"\r\nHost: [::1]:%d\r\n" % server.port in server.requests[0]


@pytest.mark.usefixtures("trusted")
async def test_a_server_that_proves_who_it_is_gets_the_request(
    http: HttpClient, authority: trustme.CA
) -> None:
    context, asked_for = certified(authority, "localhost"), []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    body = bytes(range(256)) * 40_000
    async with raw_server(repeating(with_length(body)), tls=context) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        for _ in range(3):
            found = await post(http, url, body)
            assert found.body == body
        assert len(server.lines) == 1
    assert asked_for == ["localhost"]


@pytest.mark.usefixtures("trusted")
async def test_an_encrypted_answer_that_breaks_is_no_whole_one(
    http: HttpClient, authority: trustme.CA
) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nHello")
        line.reset()

    async with raw_server(serve, tls=certified(authority, "127.0.0.1")) as server:
        found = await post(http, server.url)
    assert found.error is not None
    assert b"Hello".startswith(found.body)


@pytest.mark.usefixtures("trusted")
async def test_a_server_with_the_name_of_another_gets_nothing(
    http: HttpClient, authority: trustme.CA
) -> None:
    async with raw_server(saying(HELLO), tls=certified(authority, "example.com")) as server:
        found = await failure(http, server.url)
        assert not server.requests
    assert found.message == f"https://127.0.0.1:{server.port} could not prove who it is."
    assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, False)


async def test_a_server_that_nobody_vouches_for_gets_nothing(
    http: HttpClient, authority: trustme.CA
) -> None:
    async with raw_server(saying(HELLO), tls=certified(authority, "127.0.0.1")) as server:
        found = await failure(http, server.url)
        assert not server.requests
    assert "could not prove who it is" in found.message
    assert not found.sent


async def test_a_server_that_never_greets_back_is_given_up(http: HttpClient) -> None:
    async with raw_server(Line.gone) as server:
        url = server.url.replace("http:", "https:")
        found = await failure(http, url, timeouts=replace(PATIENT, connect_s=0.1))
        await server.lines[0].ended.wait()
    assert "does not answer" in found.message
    assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, False)


async def test_a_greeting_that_nobody_wants_any_more_is_closed(http: HttpClient) -> None:
    greeted = asyncio.Event()

    async def serve(line: Line) -> None:
        await line.reader.read(10)
        greeted.set()
        await line.gone()

    async with raw_server(serve) as server:
        begun = asyncio.create_task(failure(http, server.url.replace("http:", "https:")))
        await greeted.wait()
        begun.cancel()
        with pytest.raises(asyncio.CancelledError):
            await begun
        await server.lines[0].ended.wait()


async def test_a_server_that_breaks_off_the_greeting_gets_nothing(http: HttpClient) -> None:
    async def serve(line: Line) -> None:
        await line.reader.read(10)
        line.reset()

    async with raw_server(serve) as server:
        found = await failure(http, server.url.replace("http:", "https:"))
    assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, False)


async def test_the_egress_log_has_every_byte_of_requests_and_answers(http: HttpClient) -> None:
    async with raw_server(saying(HELLO, HELLO, HELLO)) as server:
        for _ in range(3):
            await post(http, server.url, body=b"x" * 5000)
        sent = sum(map(len, server.requests))
        received = sum(line.said for line in server.lines)
    await http.close()
    (found,) = contacts()
    assert (found.host, found.purpose, found.local) == ("127.0.0.1", Purpose.CALL, True)
    assert (found.count, found.sent, found.received) == (3, sent, received)


async def test_a_server_that_is_not_there_is_in_the_log_all_the_same(http: HttpClient) -> None:
    async with raw_server(saying()) as server:
        url = server.url
    await failure(http, url)
    (found,) = contacts()
    assert (found.host, found.count, found.sent) == ("127.0.0.1", 0, 0)


async def test_what_is_being_exchanged_is_written_before_the_end() -> None:
    http = HttpClient(purpose=Purpose.TRY, keep_alive_s=0.05)
    async with raw_server(saying(HELLO)) as server:
        await post(http, server.url)
        await until(lambda: [each.received for each in contacts()] == [len(HELLO)])
        assert contacts()[0].purpose is Purpose.TRY
    await http.close()
