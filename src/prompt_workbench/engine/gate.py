"""Where calls of one model wait until they may leave.

A call is *open* from its admission to its last byte, and *in flight* during each of its
attempts. New calls are admitted while fewer than the limit are open, so that calls that
wait for a retry hold new ones back and go first. The number of open calls rises by one at
a time, with a short distance, so that calls do not come back, and leave again, in bursts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.engine.breaker import Breaker
from prompt_workbench.engine.limits import Limit
from prompt_workbench.engine.pace import Pacer
from prompt_workbench.engine.policy import Policy
from prompt_workbench.engine.retry import is_congestion, is_failure, is_unreachable

NOWHERE: frozenset[ProviderErrorKind] = frozenset()
"""What a call waits out that only its own model can answer: everything."""


class HeldBackError(ProviderError):
    """Nothing passes for a while, and the call has another model to go to."""

    hint = "The call was not sent."


class _Turn(NamedTuple):
    """A call that waits."""

    given: asyncio.Future[None]
    elsewhere: frozenset[ProviderErrorKind]
    """The troubles that it does not wait out."""
    tokens: int = 0
    """What it will probably take."""


@dataclass(slots=True)
class Passage:
    """An attempt that left, with the tokens that it takes as far as they are known."""

    tokens: int


@dataclass(slots=True, eq=False)
class Origin:
    """One server, as all gates to it know it."""

    breaker: Breaker
    gates: list[Gate]
    trouble: str = ""
    """Why the last call did not reach it, as a sentence."""

    def wake(self) -> None:
        """Let every gate to the server look again."""
        for gate in self.gates:
            gate.wake()


class Gate:
    """Admits calls of one model, as its limit and the health of its server allow."""

    def __init__(
        self, name: str, origin: Origin, limit: Limit, policy: Policy, pacer: Pacer
    ) -> None:
        self._name = name
        self._origin = origin
        self._pacer = pacer
        self._limit = limit
        self._policy = policy
        self._model = Breaker(policy.model_failures, policy.rest_delays_s)
        self._failure = ""
        """What the model failed with last."""
        self._failure_kind = ProviderErrorKind.SERVER
        self._pause_kind = ProviderErrorKind.RATE_LIMITED
        self._open = 0
        self._in_flight = 0
        self._peak = 0
        self._peak_at = 0.0
        self._resumes_at = 0.0
        self._attempts: deque[_Turn] = deque()
        self._arrivals: deque[_Turn] = deque()
        self._alarm: asyncio.TimerHandle | None = None
        origin.gates.append(self)
        pacer.wake_by(self.wake)

    @property
    def limit(self) -> int:
        """The present number of calls at once."""
        return self._limit.value

    @property
    def counts_tokens(self) -> bool:
        """Whether it matters how many tokens an attempt takes."""
        return bool(self._pacer.pace.tokens_per_minute)

    @property
    def reason(self) -> str:
        """Why calls wait, as a sentence; empty while they flow."""
        if self.trouble:
            return f"{self.trouble} Calls wait, and one tries again from time to time."
        left_s = self._resumes_at - _now()
        if left_s <= 0:
            waits = self._attempts or self._arrivals
            return self._pacer.reason(self._next_tokens) if waits else ""
        if left_s > self._policy.long_pause_s:
            until = (datetime.now(UTC) + timedelta(seconds=left_s)).astimezone()
            return f"{self._name} asked for a pause until {until:%H:%M}."
        return f"{self._name} asked for a pause of {left_s:.0f} s."

    @property
    def trouble(self) -> str:
        """What is wrong with the server or the model, as a sentence; empty if nothing is."""
        if self._origin.breaker.is_open:
            return self._origin.trouble
        if not self._model.is_open:
            return ""
        return f"{self._name} failed several times in a row. {self._failure}".strip()

    @property
    def trouble_s(self) -> float:
        """How long something has been wrong; 0 if nothing is."""
        return max(self._origin.breaker.open_s, self._model.open_s)

    async def admit(self, elsewhere: frozenset[ProviderErrorKind] = NOWHERE) -> None:
        """Wait until one more call may be opened; `leave` ends it.

        Raises:
            HeldBackError: Nothing passes for a while, for a reason that the call need not
                wait out.
        """
        if self._arrivals or not self._has_room:
            await self._queue(self._arrivals, elsewhere)
        else:
            self._enter()

    def leave(self) -> None:
        """Note that a call has its last byte, or was given up."""
        self._open -= 1
        if not self._open and not self._arrivals:
            self._peak = 0
        self.wake()

    @asynccontextmanager
    async def attempt(
        self, elsewhere: frozenset[ProviderErrorKind] = NOWHERE, *, tokens: int = 0
    ) -> AsyncIterator[Passage]:
        """Wait until an admitted call may be sent, and learn from what becomes of it.

        Args:
            elsewhere: The troubles that it does not wait out.
            tokens: What it will probably take; what it took is told by the passage.

        Raises:
            HeldBackError: As in `admit`.
        """
        if self._attempts or not self._may_send or self._pacer.wait_s(tokens) != 0:
            await self._queue(self._attempts, elsewhere, tokens)
        else:
            self._depart(tokens)
        passage = Passage(tokens)
        epoch = self._limit.epoch
        was_down = self._origin.breaker.is_open
        try:
            yield passage
        except ProviderError as error:
            self._learn(error, epoch)
            raise
        except BaseException:
            self._origin.breaker.abandoned()
            self._model.abandoned()
            raise
        else:
            self._limit.succeeded(self._in_flight)
            self._model.succeeded()
            self._origin.breaker.succeeded()
        finally:
            self._in_flight -= 1
            self._pacer.returned(passage.tokens - tokens)
            if was_down or self._origin.breaker.is_open:
                self._origin.wake()
            else:
                self.wake()

    def wake(self) -> None:
        """Let those who wait go, as far as they may."""
        while self._attempts and self._may_send:
            turn = self._attempts.popleft()
            if _given(turn):
                self._depart(turn.tokens)
        while self._arrivals and self._has_room:
            if _given(self._arrivals.popleft()):
                self._enter()
        if self._attempts or self._arrivals:
            self._send_elsewhere()
            self._set_alarm()

    def close(self) -> None:
        """Cancel the alarm."""
        if self._alarm is not None:
            self._alarm.cancel()

    @property
    def _has_room(self) -> bool:
        if self._open >= self._limit.value or self._attempts or self._wait_s != 0:
            return False
        return self._rise_s <= 0

    @property
    def _rise_s(self) -> float:
        """How long the number of open calls may not rise beyond its peak."""
        if self._open < self._peak:
            return 0
        return self._peak_at + self._policy.rise_every_s - _now()

    @property
    def _may_send(self) -> bool:
        return self._in_flight < self._limit.value and self._wait_s == 0

    @property
    def _wait_s(self) -> float | None:
        """How long nothing may be sent; None until a trial, or another call, is back."""
        paced_s = self._pacer.wait_s(self._next_tokens)
        if not (self._resumes_at or self._origin.breaker.is_open or self._model.is_open):
            return paced_s
        left_s = self._resumes_at - _now()
        waits = (self._origin.breaker.wait_s, self._model.wait_s, left_s, paced_s)
        known = [wait for wait in waits if wait is not None]
        return max(0.0, *known) if len(known) == len(waits) else None

    def _enter(self) -> None:
        self._open += 1
        if self._open > self._peak:
            self._peak, self._peak_at = self._open, _now()

    @property
    def _next_tokens(self) -> int:
        return self._attempts[0].tokens if self._attempts else 0

    def _depart(self, tokens: int) -> None:
        self._in_flight += 1
        self._pacer.departed(tokens)
        self._resumes_at = 0.0
        self._origin.breaker.passing()
        self._model.passing()

    def _learn(self, error: ProviderError, epoch: int) -> None:
        if is_unreachable(error):
            self._origin.trouble = error.message
            self._origin.breaker.failed()
            self._model.abandoned()
            return
        self._origin.breaker.succeeded()
        if is_congestion(error):
            self._limit.congested(epoch)
            self._resumes_at = max(self._resumes_at, _now() + (error.retry_after_s or 0))
            self._pause_kind = error.kind
        if is_failure(error):
            self._failure, self._failure_kind = error.message, error.kind
            self._model.failed()
        else:
            self._model.succeeded()

    def _send_elsewhere(self) -> None:
        """Let those go that have another model to ask while nothing passes here."""
        kind = self.closed_by
        if kind is None:
            return
        for line in (self._attempts, self._arrivals):
            for turn in [turn for turn in line if kind in turn.elsewhere]:
                line.remove(turn)
                if not turn.given.done():
                    words = self.trouble or self.reason
                    turn.given.set_exception(HeldBackError(words, kind=kind, sent=False))

    @property
    def closed_by(self) -> ProviderErrorKind | None:
        """What keeps calls from passing for long; None while they pass, or soon will."""
        if self._wait_s == 0:
            return None
        if self._origin.breaker.is_open:
            return ProviderErrorKind.CONNECTION
        if self._model.is_open:
            return self._failure_kind
        long = self._resumes_at - _now() > self._policy.longest_backoff_s
        return self._pause_kind if long else None

    async def _queue(
        self, line: deque[_Turn], elsewhere: frozenset[ProviderErrorKind], tokens: int = 0
    ) -> None:
        given = asyncio.get_running_loop().create_future()
        line.append(_Turn(given, elsewhere, tokens))
        self.wake()
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled() and given.exception() is None:
                self._give_up_turn(line, tokens)
            raise

    def _give_up_turn(self, line: deque[_Turn], tokens: int) -> None:
        """Pass a turn on that was given to a call which is cancelled at the same moment."""
        if line is self._arrivals:
            self._open -= 1
        else:
            self._in_flight -= 1
            self._pacer.returned(-tokens)
            self._origin.breaker.abandoned()
            self._model.abandoned()
        self.wake()

    def _set_alarm(self) -> None:
        wait_s = self._wait_s
        if wait_s == 0 and self._open < self._limit.value:
            wait_s = self._rise_s
        if not wait_s:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(wait_s, self.wake)


def _given(turn: _Turn) -> bool:
    if turn.given.done():
        return False
    turn.given.set_result(None)
    return True


def _now() -> float:
    return asyncio.get_running_loop().time()
