"""The stream parser: every form the standard allows, in any cutting, within limits."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.sse import SseParser

RECORDED = sorted((Path(__file__).parents[1] / "fixtures" / "recorded").glob("*.sse"))
GOLDEN = [
    b"data: one\n\ndata: two\n\n",
    b"data: one\r\n\r\ndata: two\r\n\r\n",
    b"data: one\r\rdata: two\r\r",
    b"\xef\xbb\xbfdata: after a byte order mark\n\n",
    ": comment\n\nevent: error\ndata: ä€😀\nid: 7\nretry: 10\n\n".encode(),
    b"data\ndata:\ndata: \ndata:  two spaces\n\n",
    b"event: lost\n\ndata: unnamed\n\n",
    b"data: {\ndata: }\n\ndata: [DONE]\n\n",
    b"data: no empty line at the end\n",
    b"data: not even a line end",
    b"\n\n\r\n\rdata: \xff\xfe\x00\n\n",
    b"nonsense\nfield: value\n\n",
    *[path.read_bytes() for path in RECORDED],
]


def parsed(stream: bytes, cuts: list[int] | None = None) -> list[tuple[bytes, bytes]]:
    parser = SseParser()
    found = []
    edges = [0, *sorted(cuts or []), len(stream)]
    for start, end in pairwise(edges):
        found += parser.feed(stream[start:end])
    return [tuple(event) for event in [*found, *parser.finish()]]


def test_the_standard_forms_are_understood() -> None:
    assert parsed(GOLDEN[0]) == [(b"", b"one"), (b"", b"two")]
    assert parsed(GOLDEN[4]) == [(b"error", "ä€😀".encode())]
    assert parsed(GOLDEN[5]) == [(b"", b"\n\n\n two spaces")]
    assert parsed(GOLDEN[6]) == [(b"", b"unnamed")]
    assert parsed(GOLDEN[7]) == [(b"", b"{\n}"), (b"", b"[DONE]")]


@pytest.mark.parametrize("same", [1, 2])
def test_all_line_ends_mean_the_same(same: int) -> None:
    assert parsed(GOLDEN[same]) == parsed(GOLDEN[0])


def test_an_event_without_its_empty_line_is_not_lost() -> None:
    assert parsed(GOLDEN[8]) == [(b"", b"no empty line at the end")]
    assert parsed(GOLDEN[9]) == [(b"", b"not even a line end")]


@pytest.mark.parametrize("stream", GOLDEN)
def test_single_bytes_give_the_same_events(stream: bytes) -> None:
    assert parsed(stream, list(range(len(stream)))) == parsed(stream)


@given(data=st.data())
def test_any_cutting_gives_the_same_events(data: st.DataObject) -> None:
    stream = data.draw(st.sampled_from(GOLDEN) | st.binary(max_size=200))
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=20))
    assert parsed(stream, cuts) == parsed(stream)


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"data:", b"data: x", b":", b" "])))
def test_any_mix_of_line_ends_is_cut_anywhere(pieces: list[bytes]) -> None:
    stream = b"".join(pieces)
    assert parsed(stream, list(range(len(stream)))) == parsed(stream)


@pytest.mark.parametrize("piece", [1 << 10, 1 << 16, 1 << 22])
@pytest.mark.parametrize(
    ("stream", "what"),
    [(b"data: " + b"x" * (2 << 20), "line"), ((b"data: " + b"x" * 1000 + b"\n") * 6000, "event")],
)
def test_lines_and_events_have_a_limit(stream: bytes, what: str, piece: int) -> None:
    with pytest.raises(ProviderError, match=f"a stream {what} of more than") as caught:
        parsed(stream, list(range(0, len(stream), piece)))
    assert caught.value.kind is ProviderErrorKind.PROTOCOL


def test_what_came_before_a_line_that_is_too_long_is_not_lost() -> None:
    parser = SseParser(line_limit=10)
    events = parser.feed(b"data: a\n\ndata: " + b"x" * 20)
    assert next(events).data == b"a"
    with pytest.raises(ProviderError):
        next(events)
