"""Every form that HTTP/1.1 gives an answer, cut anywhere, and what follows no rules."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.raw_server import chunked, with_length
from typing_extensions import override

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.providers.http_connection import BARREN_LIMIT, HIGH_WATER, Connection
from prompt_workbench.providers.http_failures import Break
from prompt_workbench.system.egress import EgressBook

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = {
    "length": with_length(b"Hello"),
    "empty": with_length(b""),
    "chunks": CHUNKED + chunked(b"Hel", b"lo"),
    "no chunks": CHUNKED + chunked(),
    "extensions": CHUNKED + b'5;name=value;other="a;b"\r\nHello\r\n0;last\r\n\r\n',
    "trailers": CHUNKED + b"5\r\nHello\r\n0\r\nX-Cost: 3\r\nX-More: 4\r\n\r\n",
    "big letters, zeros": CHUNKED + b"0000A\r\nHelloHello\r\n000\r\n\r\n",
    "padded sizes": CHUNKED + b"5  \r\nHello\r\n0\r\n\r\n",
    "line feeds alone": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nHello",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nHello",
    "old and kept": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nHello",
    "nothing said, nothing sent": b"HTTP/1.1 204 No Content\r\n\r\n",
    "go on": b"HTTP/1.1 100 Continue\r\n\r\n" + with_length(b"Hello"),
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + CHUNKED + chunked(b"Hello"),
    "odd letters": with_length(b"Hello", "X-Name: Müller"),
}
LAST = {
    "closing": with_length(b"Hello", "Connection: close"),
    "old": b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nHello",
}
ENDED_BY_CLOSING = {
    "no length": OK + b"\r\nHello",
    "old without length": b"HTTP/1.0 200 OK\r\n\r\nHello",
}
LAWLESS = {
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "no status": b"HTTP/1.1 abc\r\n\r\n",
    "no number": b"HTTP/1.1 20x OK\r\n\r\n",
    "status 0": b"HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n",
    "a page": b"<html>Hello</html>",
    "zeros": b"\0" * 20,
    "an encrypted greeting": b"\x15\x03\x01\x00\x02\x02\x46",
    "another version": b"HTTP/3.1 200 OK\r\n\r\n",
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nHello",
    "length and chunks": OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nHello",
    "no length": OK + b"Content-Length: many\r\n\r\nHello",
    "a negative length": OK + b"Content-Length: -5\r\n\r\nHello",
    "an endless length": OK + b"Content-Length: 99999999999999999999999\r\n\r\nHello",
    "no chunk size": CHUNKED + b"xyz\r\nHello\r\n0\r\n\r\n",
    "a chunk too long": CHUNKED + b"3\r\nHello\r\n0\r\n\r\n",
    "a line folded": OK + b"X-Long: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    "a space in a name": OK + b"X Name: a\r\nContent-Length: 0\r\n\r\n",
    "a zero in a value": OK + b"X-Name: a\0b\r\nContent-Length: 0\r\n\r\n",
    "another language from now on": (
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nPRI"
    ),
    "switching without a word": b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + with_length(b""),
}


class Wire(asyncio.Transport):
    """The other side of a connection in a test."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.left = 0
        """How much of what was sent has not left yet."""
        self.aborted = False
        self.reading = True

    @override
    def writelines(self, pieces: object) -> None:
        self.sent += b"".join(pieces)  # type: ignore[arg-type]

    @override
    def get_write_buffer_size(self) -> int:
        return self.left

    @override
    def is_closing(self) -> bool:
        return self.aborted

    @override
    def abort(self) -> None:
        self.aborted = True

    @override
    def pause_reading(self) -> None:
        self.reading = False

    @override
    def resume_reading(self) -> None:
        self.reading = True


def asked() -> tuple[Connection, Wire]:
    """Return a connection on which a request was sent."""
    connection, wire = Connection(EgressBook().traffic("a", 80, Purpose.CALL)), Wire()
    connection.connection_made(wire)
    connection.send(b"head", b"body")
    return connection, wire


def fed(connection: Connection, data: bytes, cuts: list[int] | None = None) -> bytes:
    """Let bytes arrive in pieces and return the body that they bring."""
    found = b""
    for start, end in pairwise([0, *sorted(cuts or []), len(data)]):
        if start < end and connection.broken is None:
            connection.data_received(data[start:end])
            found += connection.take()
    return found


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE)
async def test_an_answer_is_read_however_it_is_framed_and_cut(answer: bytes) -> None:
    for cuts in [[], range(len(answer)), *([at] for at in range(len(answer)))]:
        connection, wire = asked()
        found = fed(connection, answer, list(cuts))
        assert found in {b"Hello", b"HelloHello", b""}
        assert bool(found) == (b"Hel" in answer)
        assert connection.complete
        assert connection.status in {200, 204}
        assert connection.reusable
        assert not wire.aborted


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE)
async def test_an_answer_that_ends_early_is_never_taken_for_a_whole_one(answer: bytes) -> None:
    for size in range(len(answer)):
        connection, _ = asked()
        fed(connection, answer[:size])
        connection.connection_lost(None)
        assert not connection.complete
        assert connection.broken is (Break.CUT if connection.status else Break.CLOSED)


@pytest.mark.parametrize("answer", LAST.values(), ids=LAST)
async def test_a_connection_is_not_used_again_where_the_server_says_so(answer: bytes) -> None:
    connection, _ = asked()
    assert fed(connection, answer) == b"Hello"
    assert connection.complete
    assert not connection.reusable


@pytest.mark.parametrize("answer", ENDED_BY_CLOSING.values(), ids=ENDED_BY_CLOSING)
async def test_a_body_without_a_length_ends_with_its_connection(answer: bytes) -> None:
    connection, _ = asked()
    assert fed(connection, answer) == b"Hello"
    assert not connection.complete
    connection.connection_lost(None)
    assert connection.complete
    assert not connection.reusable
    connection, _ = asked()
    fed(connection, answer)
    connection.connection_lost(ConnectionResetError())
    assert connection.broken is Break.CUT


@pytest.mark.parametrize("answer", LAWLESS.values(), ids=LAWLESS)
async def test_what_follows_no_rules_is_called_that(answer: bytes) -> None:
    for cuts in [[], list(range(len(answer)))]:
        connection, wire = asked()
        fed(connection, answer, cuts)
        assert connection.broken is Break.NOT_HTTP
        assert not connection.complete
        assert wire.aborted


@given(data=st.binary(max_size=400) | st.sampled_from([*WHOLE.values(), *LAWLESS.values()]))
async def test_nothing_that_arrives_makes_it_stumble(data: bytes) -> None:
    connection, _ = asked()
    fed(connection, OK + data)
    fed(connection, data)
    connection.connection_lost(None)
    assert connection.complete or connection.broken
    assert not connection.reusable


async def test_the_headers_of_an_answer_are_its_own() -> None:
    connection, _ = asked()
    fed(connection, with_length(b"", "X-First: 1", "Set-Cookie: a", "Set-Cookie: b"))
    first = connection.headers
    connection.send(b"head", b"body")
    assert connection.status == 0
    fed(connection, WHOLE["trailers"])
    assert first == {b"content-length": b"0", b"x-first": b"1", b"set-cookie": b"a"}
    assert connection.headers == {b"transfer-encoding": b"chunked"}
    connection.send(b"head", b"body")
    fed(connection, WHOLE["hints"])
    assert connection.headers == {b"transfer-encoding": b"chunked"}


@pytest.mark.parametrize("more", [with_length(b"Forged"), b"HTTP/1.1 200 OK\r\nX-Fo", b"\0"])
async def test_what_follows_an_answer_is_neither_read_nor_left_to_the_next(more: bytes) -> None:
    connection, wire = asked()
    assert fed(connection, WHOLE["length"] + more) == b"Hello"
    assert connection.complete
    assert connection.broken is None
    assert not connection.reusable
    connection, wire = asked()
    assert fed(connection, WHOLE["length"]) == b"Hello"
    assert connection.reusable
    connection.data_received(more)
    assert wire.aborted
    assert not connection.reusable
    assert connection.take() == b""


async def test_a_body_where_none_may_be_is_not_that_of_the_answer() -> None:
    connection, _ = asked()
    interim = b"HTTP/1.1 100 Continue\r\nContent-Length: 6\r\n\r\nForged"
    assert b"Forged" not in fed(connection, interim + WHOLE["length"])


@pytest.mark.parametrize(
    ("start", "endless"),
    [
        (OK, b"X-Long: "),
        (OK, b"X-Name: value\r\n" * 100),
        (CHUNKED + b"0\r\n", b"X-Name: value\r\n" * 100),
        (CHUNKED, b"5;name="),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10),
        (b"HTTP/1.1 200 ", b"OK"),
    ],
)
async def test_what_brings_nothing_has_a_limit(start: bytes, endless: bytes) -> None:
    connection, wire = asked()
    connection.data_received(start + endless)
    piece = endless if b"\n" in endless else b"x" * 1000
    fed_so_far = 0
    while connection.broken is None:
        connection.data_received(piece)
        fed_so_far += len(piece)
        assert fed_so_far <= BARREN_LIMIT + len(piece)
    assert connection.broken is Break.NOT_HTTP
    assert wire.aborted


async def test_long_answers_have_none() -> None:
    connection, _ = asked()
    connection.data_received(CHUNKED)
    for _ in range(100):
        connection.data_received(b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n")
        assert len(connection.take()) == 0xFFFF
    assert connection.broken is None


async def test_no_more_is_read_than_can_be_taken() -> None:
    connection, wire = asked()
    connection.data_received(OK + b"Content-Length: %d\r\n\r\n" % (4 * HIGH_WATER))
    for _ in range(2):
        assert wire.reading
        connection.data_received(b"x" * (HIGH_WATER // 2))
        assert wire.reading
        connection.data_received(b"x" * (HIGH_WATER // 2))
        assert not wire.reading
        assert len(connection.take()) == HIGH_WATER


async def test_an_answer_before_the_request_has_left_ends_the_connection() -> None:
    connection, wire = asked()
    wire.left = 100
    assert fed(connection, with_length(b"Too long", status="413 Content Too Large"))
    assert connection.complete
    assert not connection.reusable


async def test_an_answer_that_was_not_taken_ends_the_connection() -> None:
    connection, _ = asked()
    connection.data_received(WHOLE["length"])
    assert connection.complete
    assert not connection.reusable


async def test_whoever_waits_is_told_of_everything() -> None:
    connection, _ = asked()
    head, body, end = connection.arrival(), None, None
    connection.data_received(OK)
    assert not head.done()
    connection.data_received(b"Content-Length: 10\r\n\r\n")
    assert head.done()
    body = connection.arrival()
    connection.data_received(b"Hello")
    assert body.done()
    end = connection.arrival()
    connection.connection_lost(None)
    assert end.done()
    assert connection.broken is Break.CUT
    assert connection.lost.done()
    connection.fail(ValueError("nobody waits for it"))
    failed = connection.arrival()
    connection.fail(ValueError("too late"))
    with pytest.raises(ValueError, match="too late"):
        await failed
