"""How many calls of a model may be in flight at once: slow start, then AIMD.

See DESIGN.md beside this file for the rule and its reasons.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from prompt_workbench.engine.policy import Policy

_WORTHWHILE = 1.1
"""What a round must gain over the one before for the slow start to go on."""


class Limit(Protocol):
    """A number of calls at once that follows what happens to them."""

    @property
    def value(self) -> int:
        """The present number."""
        ...

    @property
    def epoch(self) -> int:
        """Counts how often the number was lowered."""
        ...

    def succeeded(self, in_flight: int) -> None:
        """Note an answer that came while so many calls were in flight, itself included."""
        ...

    def congested(self, epoch: int) -> None:
        """Note that the server refused a call, which left in an epoch, as one too many."""
        ...


class FixedLimit:
    """The number that a person set, or that a server is known to serve at once."""

    epoch = 0

    def __init__(self, value: int) -> None:
        self.value = value

    def succeeded(self, in_flight: int) -> None:
        """Change nothing."""

    def congested(self, epoch: int) -> None:
        """Change nothing."""


class AdaptiveLimit:
    """Doubles per round at first, then adds one per round; halves on congestion.

    A round is as many answers as the limit is high. Only answers that came while at least
    half of the limit was in use count, so that a slow trickle of calls never raises it.
    """

    def __init__(self, policy: Policy, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._policy = policy
        self._clock = clock
        self._slow_start = True
        self._successes = 0
        self._round_started = clock()
        self._last_rate = 0.0
        self.epoch = 0
        self.value = policy.first_limit

    def succeeded(self, in_flight: int) -> None:
        """Count the answer; at the end of a round, raise the limit."""
        if in_flight * 2 < self.value:
            return
        self._successes += 1
        if self._successes < self.value:
            return
        now = self._clock()
        rate = self._successes / max(now - self._round_started, 1e-9)
        if self._slow_start and rate < self._last_rate * _WORTHWHILE:
            # More at once no longer means faster: the server queues them.
            self._slow_start = False
        raised = self.value * 2 if self._slow_start else self.value + 1
        self.value = min(raised, self._policy.highest_limit)
        self._begin_round(now, rate)

    def congested(self, epoch: int) -> None:
        """Lower the limit, once for all the calls that left before it was lowered."""
        if epoch < self.epoch:
            return
        self.epoch += 1
        self._slow_start = False
        self.value = max(1, int(self.value * self._policy.decrease))
        self._begin_round(self._clock(), 0.0)

    def _begin_round(self, now: float, rate: float) -> None:
        self._successes = 0
        self._round_started = now
        self._last_rate = rate
