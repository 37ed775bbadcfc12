"""Answers that come compressed although nobody asked for it."""

from __future__ import annotations

import gzip
import zlib

import pytest
from tests.support.post import HEADERS, PATIENT, failure, post
from tests.support.raw_server import chunked, raw_server, repeating, saying, with_length

from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.providers.http import HttpClient

TEXT = b"data: Hello\n\n" * 1000


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("identity", TEXT),
    ],
)
async def test_it_is_decompressed(http: HttpClient, encoding: str, body: bytes) -> None:
    answer = with_length(body, f"Content-Encoding: {encoding}")
    async with raw_server(repeating(answer)) as server:
        for _ in range(2):
            assert (await post(http, server.url)).body == TEXT
        assert len(server.lines) == 1


async def test_a_compressed_stream_is_read_as_it_comes(http: HttpClient) -> None:
    deflater = zlib.compressobj(wbits=31)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    events = [b"data: %d\n\n" % number for number in range(3)]
    async with (
        raw_server(saying(head)) as server,
        http.post(server.url, headers=HEADERS, body=b"{}", timeouts=PATIENT) as exchange,
    ):
        for event in events:
            piece = deflater.compress(event) + deflater.flush(zlib.Z_SYNC_FLUSH)
            await server.lines[0].say(b"%x\r\n%b\r\n" % (len(piece), piece))
            assert await exchange.receive() == event
        await server.lines[0].say(chunked(deflater.flush()))
        assert await exchange.receive() == b""


async def test_a_little_that_stands_for_much_takes_little_memory(http: HttpClient) -> None:
    deflater = zlib.compressobj(9, wbits=31)
    bomb = b"".join(deflater.compress(bytes(1 << 20)) for _ in range(200)) + deflater.flush()
    assert len(bomb) < 1 << 18
    answer = with_length(bomb, "Content-Encoding: gzip")
    async with (
        raw_server(saying(answer)) as server,
        http.post(server.url, headers=HEADERS, body=b"{}", timeouts=PATIENT) as exchange,
    ):
        assert len(await exchange.receive()) <= 1 << 20
        assert len(await exchange.read(4 << 20)) <= 5 << 20


async def test_what_is_missing_at_the_end_is_noticed(http: HttpClient) -> None:
    answer = with_length(gzip.compress(TEXT)[:-9], "Content-Encoding: gzip")
    async with raw_server(saying(answer)) as server:
        found = await post(http, server.url)
    assert TEXT.startswith(found.body)
    assert found.error is not None
    assert "broke off" in found.error.message


@pytest.mark.parametrize("body", [b"Hello", gzip.compress(TEXT).replace(b"\x00", b"\x01")])
async def test_what_is_not_compressed_after_all_is_a_protocol_error(
    http: HttpClient, body: bytes
) -> None:
    async with raw_server(saying(with_length(body, "Content-Encoding: gzip"))) as server:
        found = await failure(http, server.url)
    assert found.kind is ProviderErrorKind.PROTOCOL


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "Müll"])
async def test_other_ways_to_compress_are_named(http: HttpClient, encoding: str) -> None:
    answer = with_length(b"\x1b\x03", f"Content-Encoding: {encoding}")
    async with raw_server(saying(answer)) as server:
        found = await failure(http, server.url)
        assert "compressed its answer" in found.message
        assert found.message.isprintable()
        await server.lines[0].ended.wait()
    assert found.kind is ProviderErrorKind.PROTOCOL
    assert found.sent
