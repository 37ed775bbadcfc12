"""Holds the calls of one provider to the pace that a person set, whichever its models."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from prompt_workbench.domain.pace import UNLIMITED, Pace

_WINDOW_S = 60.0


class _Left(NamedTuple):
    """An attempt that left, or tokens that it took more or less than was thought."""

    at: float
    tokens: int
    requests: int = 1


class Pacer:
    """Counts what is under way, and what left within the last minute."""

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = UNLIMITED
        self._is_limited = False
        self._name = name
        self._clock = clock
        self._wakers: deque[Callable[[], None]] = deque()
        self._under_way = 0
        self._left: deque[_Left] = deque()
        self._requests = self._tokens = 0

    @property
    def pace(self) -> Pace:
        """What is allowed now; the person may change it between runs."""
        return self._pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._pace = pace
        self._is_limited = pace != UNLIMITED

    def wake_by(self, wake: Callable[[], None]) -> None:
        """Have something called whenever an attempt came back."""
        self._wakers.append(wake)

    def wait_s(self, tokens: int) -> float | None:
        """Return how long an attempt of so many tokens may not leave.

        None stands for until another one came back. What takes more tokens than a minute
        has leaves when the minute is empty.
        """
        if not self._is_limited:
            return 0
        pace = self._pace
        if pace.at_once and self._under_way >= pace.at_once:
            return None
        now = self._clock()
        self._forget(now)
        requests, counted, wait_s = self._requests, self._tokens, 0.0
        for left in self._left:
            if not self._is_too_much(requests, counted, tokens):
                break
            requests, counted = requests - left.requests, counted - left.tokens
            wait_s = left.at + _WINDOW_S - now
        return wait_s

    def reason(self, tokens: int) -> str:
        """Return why an attempt waits, as a sentence; empty if it need not."""
        wait_s, pace = self.wait_s(tokens), self._pace
        if wait_s is None:
            return f"{self._name} is limited to {_counted(pace.at_once, 'call')} at once."
        if wait_s == 0:
            return ""
        if pace.requests_per_minute and self._requests >= pace.requests_per_minute:
            allowed = _counted(pace.requests_per_minute, "request")
        else:
            allowed = _counted(pace.tokens_per_minute, "token")
        return f"{self._name} is limited to {allowed} a minute; the next leaves in {wait_s:.0f} s."

    def departed(self, tokens: int) -> None:
        """Note an attempt that leaves, with the tokens that it will probably take."""
        self._under_way += 1
        if self._is_limited:
            self._note(_Left(self._clock(), tokens))

    def returned(self, more_tokens: int) -> None:
        """Note that an attempt came back, and how many tokens more it took than was thought."""
        self._under_way -= 1
        if not self._is_limited:
            return
        if more_tokens:
            self._note(_Left(self._clock(), more_tokens, requests=0))
        # Another model begins each time, so that none takes every turn.
        self._wakers.rotate(-1)
        for wake in tuple(self._wakers):
            wake()

    def _is_too_much(self, requests: int, counted: int, tokens: int) -> bool:
        pace = self._pace
        if pace.requests_per_minute and requests >= pace.requests_per_minute:
            return True
        return bool(pace.tokens_per_minute) and counted + tokens > pace.tokens_per_minute

    def _note(self, left: _Left) -> None:
        self._left.append(left)
        self._requests += left.requests
        self._tokens += left.tokens

    def _forget(self, now: float) -> None:
        while self._left and self._left[0].at + _WINDOW_S <= now:
            left = self._left.popleft()
            self._requests -= left.requests
            self._tokens -= left.tokens


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
