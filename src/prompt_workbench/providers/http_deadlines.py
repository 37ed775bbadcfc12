"""The time limits of all exchanges with a server, kept by one timer.

With a timer of the event loop for each exchange, setting and taking it back was a third of
what the exchange cost.
"""

from __future__ import annotations

import asyncio
import math
from typing import Protocol


class Waiting(Protocol):
    """Something that waits no longer than until a moment."""

    def give_up(self) -> None:
        """Take note that the moment has passed."""


class Deadlines:
    """Rings for those whose time has passed; bound to the event loop of its first use."""

    def __init__(self) -> None:
        self._due_at: dict[Waiting, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = math.inf

    def set(self, who: Waiting, due_at: float) -> None:
        """Let someone wait until that moment on the clock of the loop, and no other."""
        self._due_at[who] = due_at
        if due_at < self._rings_at:
            self._set_timer(due_at)

    def clear(self, who: Waiting) -> None:
        """Forget someone who waits no more; the timer is left to ring for others, or in vain."""
        self._due_at.pop(who, None)

    def stop(self) -> None:
        """Forget everybody."""
        self._due_at.clear()
        self._stop_timer()

    def _set_timer(self, rings_at: float) -> None:
        self._stop_timer()
        self._rings_at = rings_at
        self._timer = asyncio.get_running_loop().call_at(rings_at, self._ring)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._rings_at = math.inf

    def _ring(self) -> None:
        self._stop_timer()
        now = asyncio.get_running_loop().time()
        for who in [who for who, due_at in self._due_at.items() if due_at <= now]:
            del self._due_at[who]
            who.give_up()
        if self._due_at:
            self._set_timer(min(self._due_at.values()))
