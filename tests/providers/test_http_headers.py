"""What is said of a request, byte by byte, and how the headers of its answer are found."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.providers.http_address import address_of
from prompt_workbench.providers.http_headers import AnswerHeaders, RequestHead

KEY = "sk-canary-5f2c9e1b7a"


def head() -> RequestHead:
    return RequestHead(address_of("http://me:secret@127.0.0.1:8000/v1/chat?a=b"))


def test_the_head_of_a_request() -> None:
    headers = {"Content-Type": "application/json", "X-Key": "a b\tc"}
    assert head().of(headers, size=1234, keep=True) == (
        b"POST /v1/chat?a=b HTTP/1.1\r\n"
        b"Host: 127.0.0.1:8000\r\n"
        b"Content-Type: application/json\r\n"
        b"X-Key: a b\tc\r\n"
        b"Content-Length: 1234\r\n"
        b"\r\n"
    )


def test_a_connection_for_one_use_is_announced_as_that() -> None:
    found = head()
    assert b"Connection" not in found.of({}, size=0, keep=True)
    assert b"\r\nConnection: close\r\n" in found.of({}, size=0, keep=False)


def test_other_headers_are_sent_the_next_time() -> None:
    found, headers = head(), {"X-Key": "first"}
    assert b"X-Key: first\r\n" in found.of(headers, size=0, keep=True)
    headers["X-Key"] = "second"
    assert b"X-Key: second\r\n" in found.of(headers, size=0, keep=True)


@pytest.mark.parametrize("value", ["\r\nX-Own: 1", "\n", "\r", "\0", "\x7f", "\u010a", "schlüssel"])
def test_no_header_can_become_two(value: str) -> None:
    found = head()
    for headers in ({"X-Key": KEY + value}, {f"X-{KEY}{value}": "1"}):
        for _ in range(2):
            with pytest.raises(InvalidInputError) as caught:
                found.of(headers, size=0, keep=True)
            assert KEY not in repr(caught.value)


@pytest.mark.parametrize("name", ["", "X Key", "X-Key:", "Content-Length", "host", "CONNECTION"])
def test_what_the_transport_says_itself_nobody_else_can_say(name: str) -> None:
    with pytest.raises(InvalidInputError):
        head().of({name: "5"}, size=0, keep=True)


def test_headers_of_an_answer_are_found_in_any_case() -> None:
    found = AnswerHeaders({b"x-request-id": b"req_1", b"x-odd": b"M\xc3\xbcller \xff"})
    assert found["X-Request-ID"] == found.get("x-request-id") == "req_1"
    assert found["x-odd"] == "Müller \ufffd"
    assert "X-REQUEST-ID" in found
    assert "x-none" not in found
    assert 5 not in found
    assert found.get("x-none") is None
    assert dict(found) == {"x-request-id": "req_1", "x-odd": "Müller \ufffd"}
    assert len(found) == 2
