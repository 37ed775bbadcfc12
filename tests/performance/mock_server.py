"""A model server that is faster than any client: raw asyncio, with answers made beforehand.

``python -m tests.performance.mock_server`` prints its address and serves until its standard
input ends. A request with ``"stream": true`` gets a stream, any other a whole completion.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

import orjson
from typing_extensions import override

WORDS = ("The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog,", "again")
TOKENS = 50
MODEL = "mock"
_HEAD, _TAIL = 2, 3
"""How many events there are up to the first words of a stream, and after its last ones."""
_GOLDEN = 0.618034
"""Its multiples, without the whole part, are spread evenly, neighbours far apart."""
_HEAD_END = b"\r\n\r\n"
_STREAMED = (b'"stream":true', b'"stream": true')
_USAGE = {"prompt_tokens": 60, "completion_tokens": TOKENS, "total_tokens": 60 + TOKENS}
_PIECES = tuple(f"{WORDS[n % len(WORDS)]} " for n in range(TOKENS))


@contextmanager
def mock_server(
    *,
    delay_s: float = 0,
    spread_s: float = 0,
    pieces: int = 1,
    gap_s: float = 0,
    stamps: int = 0,
) -> Iterator[str]:
    """Run the server in a process of its own; return its address, which ends with ``/v1``.

    Args:
        delay_s: How long it takes before an answer begins.
        spread_s: Within what time after that answers begin, spread evenly; then the last piece
            of a stream tells after how many seconds the first and the last one left.
        pieces: In how many pieces the text of a stream comes.
        gap_s: How long it waits between pieces; 0 sends all of them at once.
        stamps: Instead of the text, send so many pieces that are each the time when they left.
    """
    arguments = ["--delay", str(delay_s), "--pieces", str(pieces), "--gap", str(gap_s)]
    arguments += ["--stamps", str(stamps), "--spread", str(spread_s)]
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The server has no pipes.")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


class _Answers:
    """What the server says, in the bytes in which it says it."""

    def __init__(
        self, *, delay_s: float, spread_s: float, pieces: int, gap_s: float, stamps: int
    ) -> None:
        self.spread_s = spread_s
        self._delay_s = delay_s
        self._begun = 0
        self.gap_s = gap_s
        self.stamps = stamps
        self.whole = _whole()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        self.head = head + b"Transfer-Encoding: chunked\r\n\r\n"
        self.events = [_framed(event) for event in _events(pieces)]
        self.end = b"0\r\n\r\n"
        self.stream = self.head + b"".join(self.events) + self.end

    def delay_s(self) -> float:
        """Return how long the next answer waits; those that follow each other lie far apart."""
        self._begun += 1
        return self._delay_s + self.spread_s * (self._begun * _GOLDEN % 1)


class _Connection(asyncio.Protocol):
    """One client; its requests are answered one after the other."""

    def __init__(self, answers: _Answers) -> None:
        self._answers = answers
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._arrived_at = self._first_left_at = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None

    @override
    def data_received(self, data: bytes) -> None:
        if not self._received:
            self._arrived_at = time.perf_counter()
        self._received += data
        head, found, body = self._received.partition(_HEAD_END)
        if not found or len(body) < _length(head):
            return
        self._received = b""
        streams = any(mark in body for mark in _STREAMED)
        step = partial(self._begin, streams=streams)
        if delay_s := self._answers.delay_s():
            self._loop.call_later(delay_s, step)
        else:
            step()

    def _begin(self, *, streams: bool) -> None:
        answers = self._answers
        if streams and answers.spread_s:
            self._first_left_at = time.perf_counter()
            self._write(answers.head + b"".join(answers.events[:_HEAD]))
            self._loop.call_later(answers.gap_s, self._timed, _HEAD)
        elif streams and answers.gap_s:
            self._write(answers.head)
            self._piece(0)
        else:
            self._write(answers.stream if streams else answers.whole)

    def _piece(self, at: int) -> None:
        answers = self._answers
        if at < answers.stamps:
            self._write(_framed(_event(choices=_delta(f"{stamp()} "))))
            self._loop.call_later(answers.gap_s, self._piece, at + 1)
            return
        at -= answers.stamps
        if at == len(answers.events):
            self._write(answers.end)
        elif self._transport is not None:
            self._write(answers.events[at])
            self._loop.call_later(answers.gap_s, self._piece, at + answers.stamps + 1)

    def _timed(self, at: int) -> None:
        answers = self._answers
        if at < len(answers.events) - _TAIL:
            self._write(answers.events[at])
            self._loop.call_later(answers.gap_s, self._timed, at + 1)
            return
        times = (self._first_left_at, time.perf_counter())
        words = " ".join(f"{moment - self._arrived_at:.6f}" for moment in times)
        told = _framed(_event(choices=_delta(words)))
        self._write(told + b"".join(answers.events[-_TAIL:]) + answers.end)

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def stamp() -> int:
    """Return the milliseconds of the machine's clock, without the digits that never change."""
    return time.monotonic_ns() // 1_000_000 % 1_000_000


def _delta(text: str) -> list[dict[str, object]]:
    return [{"index": 0, "delta": {"content": text}, "finish_reason": None}]


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _whole() -> bytes:
    message = {"role": "assistant", "content": "".join(_PIECES)}
    body = orjson.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": MODEL,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": _USAGE,
        }
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


def _events(pieces: int) -> Iterator[bytes]:
    """Yield the events of a stream whose text comes in so many pieces."""
    size = -(-TOKENS // pieces)
    deltas: list[dict[str, str]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": "".join(_PIECES[at : at + size])} for at in range(0, TOKENS, size)]
    for delta in deltas:
        yield _event(choices=[{"index": 0, "delta": delta, "finish_reason": None}])
    yield _event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
    yield _event(choices=[], usage=_USAGE)
    yield b"data: [DONE]\n\n"


def _event(**fields: object) -> bytes:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    return b"data: " + orjson.dumps({**head, **fields}) + b"\n\n"


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def _serve(answers: _Answers) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers), "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}/v1\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--spread", type=float, default=0)
    parser.add_argument("--pieces", type=int, default=1)
    parser.add_argument("--gap", type=float, default=0)
    parser.add_argument("--stamps", type=int, default=0)
    found = parser.parse_args()
    answers = _Answers(
        delay_s=found.delay,
        spread_s=found.spread,
        pieces=found.pieces,
        gap_s=found.gap,
        stamps=found.stamps,
    )
    asyncio.run(_serve(answers))


if __name__ == "__main__":
    main()
