"""Breakers: after failures in a row nothing passes for a while, then one call tries."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence


class Breaker:
    """Opens after failures in a row; each failed trial lengthens the wait for the next."""

    def __init__(
        self,
        threshold: int,
        delays_s: Sequence[float],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = threshold
        self._delays_s = delays_s
        self._clock = clock
        self._failures = 0
        self._trials = 0
        self._trying = False
        self._opens_at: float | None = None
        self._since = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are held back."""
        return self._opens_at is not None

    @property
    def open_s(self) -> float:
        """How long calls have been held back; 0 while they pass."""
        return self._clock() - self._since if self.is_open else 0

    @property
    def wait_s(self) -> float | None:
        """How long until the next call may pass; None while a trial is under way."""
        if self._opens_at is None:
            return 0
        return None if self._trying else max(0.0, self._opens_at - self._clock())

    def passing(self) -> None:
        """Note that a call passes, which is a trial if the breaker is open."""
        self._trying = self.is_open

    def succeeded(self) -> None:
        """Note that the server answered: everything may pass."""
        self._failures = self._trials = 0
        self._trying = False
        self._opens_at = None

    def failed(self) -> None:
        """Note a failure; enough of them in a row open the breaker."""
        self._failures += 1
        if self._failures < self._threshold:
            return
        if self._opens_at is not None and not self._trying:
            # It left before the breaker opened, and says nothing new.
            return
        if self._opens_at is None:
            self._since = self._clock()
        delay_s = self._delays_s[min(self._trials, len(self._delays_s) - 1)]
        self._trials += 1
        self._trying = False
        self._opens_at = self._clock() + delay_s

    def abandoned(self) -> None:
        """Note that a call ended without telling anything of the server."""
        self._trying = False
