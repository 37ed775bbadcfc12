"""The one face of every provider that takes calls in batches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.providers.base import Answer


class Phase(StrEnum):
    """How far a provider is with a batch."""

    VALIDATING = "being checked by the provider"
    IN_PROGRESS = "in progress"
    FINALIZING = "being finished"
    CANCELLING = "being cancelled"
    ENDED = "ended"


class Fate(StrEnum):
    """What became of a call in a batch."""

    ANSWERED = "answered"
    FAILED = "failed"
    EXPIRED = "expired"
    """The provider did not get to it in time, and does not bill it."""
    CANCELLED = "cancelled"
    """It was cancelled before the provider got to it, and is not billed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """A call that goes into a batch."""

    id: str
    body: str
    """The request in wire format, as JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatus:
    """Where a batch stands at its provider."""

    phase: Phase
    done: int
    """How many of its calls have a result; 0 where the provider does not say."""
    rest: Fate | None = None
    """What became of the calls without a result, once it has ended; None if none should lack."""
    problem: str = ""
    """Why the provider did not take it, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """The result of one call."""

    id: str
    fate: Fate
    answer: Answer | None = None
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A batch that may have reached its provider, without its id having come back."""

    id: str
    """Ours."""
    items: Collection[str]
    """The ids of its calls."""
    count: int
    """How many calls it had."""
    since: datetime
    """When it was submitted at the earliest."""
    known: Collection[str]
    """What the provider calls other batches, which this one cannot be."""


class UndecidedError(ProviderError):
    """It cannot be told yet whether a batch reached its provider."""


Take: TypeAlias = Callable[[BatchResult], Awaitable[None]]


class BatchProvider(Protocol):
    """Takes batches; every method is one exchange or a few, without retries."""

    async def submit(self, batch_id: str, items: Sequence[BatchItem]) -> str:
        """Submit a batch, and return what the provider calls it.

        Raises:
            ProviderError: It was refused, or it is not known whether it arrived.
        """
        ...

    async def find(self, lost: Lost) -> str | None:
        """Return what the provider calls a batch whose id did not come back; None without it.

        Raises:
            UndecidedError: That cannot be told yet.
            ProviderError: The provider does not say.
        """
        ...

    async def status(self, remote_id: str) -> BatchStatus:
        """Return where a batch stands.

        Raises:
            ProviderError: The provider does not say.
        """
        ...

    async def collect(self, remote_id: str, items: Mapping[str, int], take: Take) -> None:
        """Have each result of a batch that has ended taken, in whatever order they come.

        Args:
            remote_id: What the provider calls the batch.
            items: The ids of our calls and how many bytes they sent; results of others are
                passed over.
            take: Called with each result.

        Raises:
            ProviderError: Not all could be received.
        """
        ...

    async def cancel(self, remote_id: str) -> None:
        """Ask the provider to begin no further call of a batch.

        Raises:
            ProviderError: It could not be asked.
        """
        ...
