"""Whether a failed attempt is followed by another one, and after what wait."""

from __future__ import annotations

import random
from collections.abc import Callable

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.policies import PASSING, RetryPolicy
from prompt_workbench.engine.policy import Policy

_PASSING = frozenset(PASSING)
_FAILURES = frozenset(
    {ProviderErrorKind.SERVER, ProviderErrorKind.CONNECTION, ProviderErrorKind.TIMEOUT}
)
_CONGESTION = frozenset({ProviderErrorKind.RATE_LIMITED, ProviderErrorKind.OVERLOADED})
_MOST_DOUBLINGS = 20


def is_congestion(error: ProviderError) -> bool:
    """Return whether the server said that it gets too many calls."""
    return error.kind in _CONGESTION


def is_failure(error: ProviderError) -> bool:
    """Return whether the server or the way to it failed, whatever was asked."""
    return error.kind in _FAILURES or error.kind is ProviderErrorKind.OVERLOADED


def is_unreachable(error: ProviderError) -> bool:
    """Return whether no connection came about, so that nothing was sent."""
    return error.kind is ProviderErrorKind.CONNECTION and not error.sent


def may_be_billed(error: ProviderError) -> bool:
    """Return whether the request left and the server did not refuse it."""
    return error.sent and (error.status is None or error.status < 400)


class Retries:
    """The retries that one call has left: by the prompt's own rule, or by the reason."""

    def __init__(
        self,
        policy: Policy,
        own: RetryPolicy | None = None,
        *,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Begin with all retries.

        Args:
            policy: The rule where the prompt has none.
            own: The rule of the prompt.
            draw: Returns a number from 0 to 1.
        """
        self._draw = draw
        self._used = 0
        if own is None:
            self._left: dict[bool | None, int] = {
                True: policy.rate_limit_retries,
                False: policy.failure_retries,
            }
            self._on = _PASSING
            self._backoff_s, self._longest_s = policy.backoff_s, policy.longest_backoff_s
        else:
            self._left = {None: own.attempts - 1}
            self._on = frozenset(own.on)
            self._backoff_s, self._longest_s = own.wait_s, own.longest_wait_s

    def wait_before_next(self, error: ProviderError) -> float | None:
        """Return the wait before the next attempt, or None when there is to be none.

        The wait is drawn from the whole range up to the backoff (full jitter), so that
        calls that failed together do not come back together. What the server asks for is
        the least.
        """
        if error.kind not in self._on:
            return None
        reason = None if None in self._left else error.kind is ProviderErrorKind.RATE_LIMITED
        if not self._left[reason]:
            return None
        self._left[reason] -= 1
        longest: float = self._backoff_s * (1 << min(self._used, _MOST_DOUBLINGS))
        self._used += 1
        wait = self._draw() * min(longest, self._longest_s)
        return max(wait, error.retry_after_s or 0)

    def asks_too_long(self, error: ProviderError) -> bool:
        """Return whether the server asks for a longer pause than any retry waits."""
        return (error.retry_after_s or 0) > self._longest_s
