"""Four separate time limits, and what a broken connection means."""

from __future__ import annotations

import asyncio
import math
import socket
import time
from dataclasses import replace

import pytest
from tests.support.chat import KEY, PATIENT, chat, request

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import End, Reply, refusal, stream
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.openai_chat import OpenAIChat

LIMITS = Timeouts(connect_s=0.2, first_chunk_s=0.3, idle_s=0.15, total_s=0.6)


async def failure_at(http: HttpClient, url: str) -> ProviderError:
    adapter = OpenAIChat(http, url, key=KEY if url.startswith("http://127") else None)
    with pytest.raises(ProviderError) as caught:
        await adapter.send(adapter.prepare(request()), print, timeouts=LIMITS)
    return caught.value


async def test_a_server_that_never_answers_is_given_up() -> None:
    started = time.monotonic()
    async with chat(Reply(delay_s=math.inf)) as one:
        with pytest.raises(ProviderError, match="sent nothing within") as caught:
            await one.ask(timeouts=LIMITS)
    assert caught.value.kind is ProviderErrorKind.TIMEOUT
    assert caught.value.sent
    assert time.monotonic() - started >= LIMITS.first_chunk_s


async def test_a_head_without_a_body_is_given_up() -> None:
    head = stream(["a"])
    async with chat(Reply(headers=head.headers, pieces=head.pieces, gap_s=5)) as one:
        with pytest.raises(ProviderError, match="sent nothing within"):
            await one.ask(timeouts=LIMITS)


async def test_a_stream_that_stalls_is_given_up_and_keeps_its_text() -> None:
    half = stream(["Half"], finish_reason=None)
    async with chat(Reply(pieces=half.pieces, headers=half.headers, end=End.SILENT)) as one:
        found = await one.ask(timeouts=replace(PATIENT, idle_s=LIMITS.idle_s))
    assert found.text == "Half"
    assert found.finish_reason is None
    assert found.error is not None
    assert found.error.kind is ProviderErrorKind.TIMEOUT
    assert "stopped sending for 0.15 s" in found.error.message


async def test_a_stream_that_drips_is_given_up_in_the_end() -> None:
    started = time.monotonic()
    async with chat(stream(["a", "b"]).in_pieces_of(1, gap_s=0.02)) as one:
        with pytest.raises(ProviderError, match="was not done within"):
            await one.ask(timeouts=replace(PATIENT, total_s=LIMITS.total_s))
    assert time.monotonic() - started >= LIMITS.total_s


async def test_a_server_that_closes_its_connections_silently_is_not_reused() -> None:
    whole = stream(["a"])
    headers = {**whole.headers, "Server": "llama.cpp", "Keep-Alive": "timeout=5, max=100"}
    async with chat(Reply(pieces=whole.pieces, headers=headers, end=End.CLOSED)) as one:
        for _ in range(20):
            assert (await one.ask()).finish_reason == "stop"


async def test_an_error_page_that_drips_is_given_up() -> None:
    async with chat(refusal(500, "x" * 1000).in_pieces_of(1, gap_s=0.02)) as one:
        with pytest.raises(ProviderError) as caught:
            await one.ask(timeouts=LIMITS)
    assert caught.value.kind is ProviderErrorKind.TIMEOUT


async def test_nobody_listens(http: HttpClient) -> None:
    async with FakeProvider() as closed:
        url = closed.base_url
    found = await failure_at(http, url)
    assert found.kind is ProviderErrorKind.CONNECTION
    assert not found.sent
    assert found.message == f"The server at {url.removesuffix('/v1')} does not answer."
    assert found.hint


async def test_a_server_that_accepts_nothing_is_given_up(http: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(4)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        found = await failure_at(http, f"http://127.0.0.1:{port}/v1")
        for one in held:
            one.close()
    assert found.kind is ProviderErrorKind.CONNECTION
    assert not found.sent


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n"])
async def test_a_server_that_speaks_something_else(http: HttpClient, said: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        found = await failure_at(http, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
    assert found.kind in {ProviderErrorKind.CONNECTION, ProviderErrorKind.PROTOCOL}
    assert found.sent
    assert KEY not in repr(found)


async def test_a_server_without_encryption_at_an_https_address(http: HttpClient) -> None:
    async with FakeProvider() as plain:
        found = await failure_at(http, plain.base_url.replace("http://", "https://"))
    assert found.kind is ProviderErrorKind.CONNECTION
    assert not found.sent
