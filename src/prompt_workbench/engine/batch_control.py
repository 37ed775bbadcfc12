"""What a person wants of the batches of a run, as those who wait for them hear of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.engine.policy import Policy

T = TypeVar("T")

_PASSING = frozenset(
    {
        ProviderErrorKind.RATE_LIMITED,
        ProviderErrorKind.OVERLOADED,
        ProviderErrorKind.SERVER,
        ProviderErrorKind.CONNECTION,
        ProviderErrorKind.TIMEOUT,
        ProviderErrorKind.PROTOCOL,
    }
)


class LeftError(Exception):
    """The batches are left where they are, to be collected when the run goes on."""


class BatchControl:
    """Cancelled, left or paused; and what keeps the providers from answering."""

    def __init__(self, policy: Policy, changed: Callable[[], None]) -> None:
        self._policy = policy
        self._changed = changed
        self._wake = asyncio.Event()
        self.going = asyncio.Event()
        """Set except during a pause."""
        self.going.set()
        self.submits = True
        """Whether something may still be submitted."""
        self.is_cancelled = False
        self.is_left = False
        self.trouble = ""
        """What a provider failed with last, as a sentence; empty once it answers again."""
        self._trouble_since = 0.0

    @property
    def trouble_s(self) -> float:
        """For how long a provider has failed; 0 if none does."""
        return time.monotonic() - self._trouble_since if self.trouble else 0

    def cancel(self) -> None:
        """Have the providers begin nothing more; asked for again, leave the batches."""
        if self.is_cancelled:
            self.leave()
        self.is_cancelled = True
        self._awake()

    def leave(self) -> None:
        """Wait for the batches no longer."""
        self.is_left = True
        self._awake()

    def check(self) -> None:
        """Raise LeftError once the batches are left."""
        if self.is_left:
            raise LeftError

    async def sleep(self, seconds: float) -> None:
        """Wait, or until the person wants something else.

        Raises:
            LeftError: The batches are left.
        """
        self.check()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self.check()

    async def insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask again while a provider fails in a way that passes, and return its answer.

        Raises:
            ProviderError: It fails in another way.
            LeftError: The batches are left.
        """
        wait_s = self._policy.batch_poll_s
        while True:
            try:
                answer = await ask()
            except ProviderError as error:
                if error.kind not in _PASSING:
                    raise
                self.failed(error)
                await self.sleep(max(wait_s, error.retry_after_s or 0))
                wait_s = min(2 * wait_s, self._policy.batch_longest_poll_s)
            else:
                self.answered()
                return answer

    def failed(self, error: ProviderError) -> None:
        """Note that a provider failed."""
        if not self.trouble:
            self._trouble_since = time.monotonic()
        self.trouble = error.message
        self._changed()

    def answered(self) -> None:
        """Note that a provider answered."""
        self.trouble = ""

    def _awake(self) -> None:
        self.going.set()
        self._wake.set()
        self._wake = asyncio.Event()


def passes(error: ProviderError) -> bool:
    """Return whether an error may be gone after a while."""
    return error.kind in _PASSING


def surely_refused(error: ProviderError) -> bool:
    """Return whether the provider cannot have taken what it was sent."""
    told = error.status is not None and 400 <= error.status < 500
    return not error.sent or (told and error.kind is not ProviderErrorKind.TIMEOUT)
