"""One request and its answer: large, early, slow, broken, or no longer wanted."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from tests.support.post import HEADERS, PATIENT, failure, post
from tests.support.raw_server import (
    Line,
    chunked,
    raw_server,
    repeating,
    saying,
    with_length,
)

from prompt_workbench.domain.errors import InvalidInputError, ProviderError, ProviderErrorKind
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.http_connection import HIGH_WATER

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = bytes(range(256)) * (50 << 12)
"""50 MB."""
SHORT_S = 0.1


async def test_the_request_is_on_the_wire_as_it_was_given(http: HttpClient) -> None:
    async with raw_server(saying(with_length(b"Hello"))) as server:
        found = await post(http, server.url, b'{"a": 1}', headers={"X-Key": "secret"})
        assert server.requests == [
            b"POST /v1/chat HTTP/1.1\r\n"
            b"Host: 127.0.0.1:%d\r\n"
            b"X-Key: secret\r\n"
            b"Content-Length: 8\r\n"
            b"\r\n"
            b'{"a": 1}' % server.port
        ]
    assert (found.status, found.body, found.error) == (200, b"Hello", None)
    assert found.headers["CONTENT-length"] == "5"


async def test_what_cannot_be_said_is_not_sent(http: HttpClient) -> None:
    async with raw_server(saying(with_length(b""))) as server:
        with pytest.raises(InvalidInputError):
            await post(http, server.url, headers={"X-Key": "a\r\nX-Other: b"})
        assert not server.lines


async def test_50_mb_arrive_whole(http: HttpClient) -> None:
    async with raw_server(repeating(with_length(LARGE))) as server:
        assert (await post(http, server.url)).body == LARGE
        assert (await post(http, server.url)).body == LARGE
        assert len(server.lines) == 1


async def test_50_mb_leave_whole(http: HttpClient) -> None:
    async with raw_server(repeating(with_length(b"Thanks"))) as server:
        assert (await post(http, server.url, LARGE)).body == b"Thanks"
        assert server.requests[0].endswith(b"\r\n\r\n" + LARGE)


async def test_a_slow_reader_holds_the_server_up(http: HttpClient) -> None:
    piece = bytes(HIGH_WATER)

    async def serve(line: Line) -> None:
        await line.request()
        await line.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * len(piece)))
        for _ in range(200):
            await line.say(piece)

    async with (
        raw_server(serve) as server,
        http.post(server.url, headers=HEADERS, body=b"{}", timeouts=PATIENT) as exchange,
    ):
        [line] = server.lines
        said = -1
        while said < line.said:
            said = line.said
            await asyncio.sleep(SHORT_S)
        # What is in between are the buffers of the operating system.
        assert said < 100 * len(piece)
        assert len(await exchange.read(200 * len(piece))) == 200 * len(piece)


async def test_an_answer_may_come_before_the_request_has_left(http: HttpClient) -> None:
    async def serve(line: Line) -> None:
        await line.head()
        await line.say(with_length(b"Too much", status="413 Content Too Large"))
        await asyncio.Event().wait()

    async with raw_server(serve) as server:
        for _ in range(2):
            found = await post(http, server.url, LARGE)
            assert (found.status, found.body) == (413, b"Too much")
        assert len(server.lines) == 2


@pytest.mark.parametrize("size", range(0, 120, 7))
async def test_what_came_before_a_break_is_not_lost(http: HttpClient, size: int) -> None:
    pieces = [b"%d," % number for number in range(20)]
    answer = (HEAD + chunked(*pieces))[:size]

    async def serve(line: Line) -> None:
        await line.request()
        await line.say(answer)

    async with raw_server(serve) as server:
        if size < len(HEAD):
            found = await failure(http, server.url)
            assert "closed the connection before" in found.message
        else:
            broken = await post(http, server.url)
            assert broken.error is not None
            assert "broke off in the middle" in broken.error.message
            assert b"".join(pieces).startswith(broken.body)
            assert len(broken.body) >= (size - len(HEAD)) // 8
            found = broken.error
        assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, True)
        assert len(server.requests) == 1, "nothing may be sent again"


@pytest.mark.parametrize("said", [b"", HEAD, HEAD + b"5\r\nHello\r\n"])
async def test_a_reset_is_a_break(http: HttpClient, said: bytes) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(said)
        line.reset()

    async with raw_server(serve) as server:
        found = await failure(http, server.url)
    assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, True)


async def test_what_breaks_on_a_connection_that_was_used_is_not_sent_again(
    http: HttpClient,
) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(with_length(b"First"))
        await line.request()

    async with raw_server(serve) as server:
        assert (await post(http, server.url)).body == b"First"
        found = await failure(http, server.url)
        assert (found.kind, found.sent) == (ProviderErrorKind.CONNECTION, True)
        assert len(server.requests) == 2


async def test_a_bad_end_comes_after_the_good_beginning(http: HttpClient) -> None:
    async with raw_server(saying(HEAD + b"5\r\nHello\r\nnonsense\r\n")) as server:
        found = await post(http, server.url)
        await server.lines[0].ended.wait()
    assert found.body == b"Hello"
    assert found.error is not None
    assert found.error.kind is ProviderErrorKind.PROTOCOL


@pytest.mark.parametrize("said", [b"", HEAD, HEAD + b"5\r\nHello\r\n"])
async def test_what_nobody_wants_any_more_is_closed(http: HttpClient, said: bytes) -> None:
    answered = asyncio.Event()

    async def serve(line: Line) -> None:
        await line.request()
        await line.say(said)
        answered.set()
        await line.gone()

    async with raw_server(serve) as server:
        begun = asyncio.create_task(post(http, server.url))
        await answered.wait()
        begun.cancel()
        with pytest.raises(asyncio.CancelledError):
            await begun
        await server.lines[0].ended.wait()


async def test_an_answer_that_is_left_early_is_closed(http: HttpClient) -> None:
    async with raw_server(saying(with_length(b"Hello"))) as server:
        async with http.post(server.url, headers=HEADERS, body=b"", timeouts=PATIENT) as exchange:
            assert exchange.status == 200
        await server.lines[0].ended.wait()


async def test_an_answer_of_no_length_is_read_to_its_end(http: HttpClient) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(b"HTTP/1.0 200 OK\r\n\r\nHello")

    async with raw_server(serve) as server:
        for _ in range(2):
            found = await post(http, server.url)
            assert (found.body, found.error) == (b"Hello", None)
        assert len(server.lines) == 2


async def drip(line: Line, data: bytes) -> None:
    await line.request()
    for at in range(len(data)):
        await line.say(data[at : at + 1])
        await asyncio.sleep(SHORT_S / 10)
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"first_chunk_s": SHORT_S}, "sent nothing within 0.1 s"),
        ({"first_chunk_s": SHORT_S, "total_s": 1}, "sent nothing within 0.1 s"),
        ({"total_s": SHORT_S}, "was not done within 0.1 s"),
        ({"total_s": SHORT_S, "idle_s": SHORT_S / 2}, "was not done within 0.1 s"),
    ],
)
async def test_a_head_that_drips_is_given_up(
    http: HttpClient, limits: dict[str, float], message: str
) -> None:
    async with raw_server(lambda line: drip(line, HEAD * 10)) as server:
        found = await failure(http, server.url, timeouts=replace(PATIENT, **limits))
    assert message in found.message
    assert (found.kind, found.sent) == (ProviderErrorKind.TIMEOUT, True)


async def test_a_body_that_never_waits_is_given_up_in_the_end(http: HttpClient) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(HEAD)
        while True:
            await line.say(b"5\r\nHello\r\n" * 10_000)

    async with raw_server(serve) as server:
        found = await failure(http, server.url, timeouts=replace(PATIENT, total_s=SHORT_S))
    assert "was not done within 0.1 s" in found.message


async def test_a_pause_is_measured_from_the_last_piece(http: HttpClient) -> None:
    async def serve(line: Line) -> None:
        await line.request()
        await line.say(HEAD)
        for _ in range(6):
            await line.say(b"5\r\nHello\r\n")
            await asyncio.sleep(SHORT_S)
        await asyncio.Event().wait()

    limits = replace(PATIENT, first_chunk_s=2, idle_s=4 * SHORT_S)
    async with raw_server(serve) as server:
        found = await post(http, server.url, timeouts=limits)
    assert found.body == b"Hello" * 6
    assert found.error is not None
    assert "stopped sending for 0.4 s" in found.error.message


async def test_a_reader_that_takes_its_time_is_not_the_servers_fault(http: HttpClient) -> None:
    limits = replace(PATIENT, first_chunk_s=SHORT_S, idle_s=SHORT_S)
    async with (
        raw_server(saying(with_length(b"Hello"))) as server,
        http.post(server.url, headers=HEADERS, body=b"", timeouts=limits) as exchange,
    ):
        await asyncio.sleep(3 * SHORT_S)
        assert await exchange.receive() == b"Hello"
        await asyncio.sleep(3 * SHORT_S)
        assert await exchange.receive() == b""


async def test_what_is_left_can_be_hurried(http: HttpClient) -> None:
    async with (
        raw_server(saying(HEAD + b"5\r\nHello\r\n")) as server,
        http.post(server.url, headers=HEADERS, body=b"", timeouts=PATIENT) as exchange,
    ):
        assert await exchange.receive() == b"Hello"
        exchange.hurry(SHORT_S)
        with pytest.raises(ProviderError) as caught:
            await exchange.receive()
    assert caught.value.kind is ProviderErrorKind.TIMEOUT


@pytest.mark.parametrize(
    ("limits", "message", "kind"),
    [
        ({"connect_s": SHORT_S}, "does not answer", ProviderErrorKind.CONNECTION),
        ({"first_chunk_s": SHORT_S}, "sent nothing within 0.1 s", ProviderErrorKind.TIMEOUT),
        ({"total_s": SHORT_S}, "was not done within 0.1 s", ProviderErrorKind.TIMEOUT),
    ],
)
async def test_a_server_that_accepts_nobody_is_given_up_and_got_nothing(
    http: HttpClient, limits: dict[str, float], message: str, kind: ProviderErrorKind
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(4)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        url = f"http://127.0.0.1:{port}/v1"
        found = await failure(http, url, timeouts=replace(PATIENT, **limits))
        for one in held:
            one.close()
    assert message in found.message
    assert (found.kind, found.sent) == (kind, False)
