"""What became of a call in a batch, as the generation that is stored."""

from __future__ import annotations

from datetime import datetime

from msgspec import structs

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.generations import Attempt, Generation, GenerationState
from prompt_workbench.engine.outcome import Ending, answer_ending
from prompt_workbench.providers.batches import BatchResult, Fate

BATCH_MARK = "batch"
"""What the lines of a cost begin with: their price is that of batches."""


def batch_ending(result: BatchResult, *, started_at: datetime) -> Ending:
    """Return how a call ended; how long it took is not known."""
    attempt = Attempt(number=1, started_at=started_at)
    if result.answer is not None:
        answered = structs.replace(attempt, status=result.answer.status)
        return answer_ending(
            result.answer, started_at=started_at, attempts=(answered,), perhaps_billed=False
        )
    if result.fate is Fate.CANCELLED:
        return Ending(state=GenerationState.CANCELLED, started_at=started_at, attempts=(attempt,))
    error = result.error or _expired()
    failed = structs.replace(
        attempt, status=error.status, error_kind=error.kind, error=error.message
    )
    return Ending(
        state=GenerationState.FAILED, started_at=started_at, attempts=(failed,), error=error
    )


def missing_ending(*, started_at: datetime) -> Ending:
    """Return how a call ended of which the provider says nothing although it should."""
    error = ProviderError(
        "The batch ended without a result for this call, which may have been billed.",
        kind=ProviderErrorKind.PROTOCOL,
        hint="Look in the provider's own console, or retry the cell.",
    )
    attempt = Attempt(
        number=1,
        started_at=started_at,
        error_kind=error.kind,
        error=error.message,
        perhaps_billed=True,
    )
    return Ending(
        state=GenerationState.FAILED,
        started_at=started_at,
        attempts=(attempt,),
        error=error,
        perhaps_billed=True,
    )


def marked(generation: Generation) -> Generation:
    """Return the generation with the lines of its cost marked as those of a batch."""
    cost = generation.body.cost
    lines = tuple(structs.replace(line, name=f"{BATCH_MARK} {line.name}") for line in cost.lines)
    body = structs.replace(generation.body, cost=structs.replace(cost, lines=lines))
    return structs.replace(generation, body=body)


def _expired() -> ProviderError:
    return ProviderError(
        "The provider did not get to this call within the 24 hours of a batch, and does not "
        "bill it.",
        kind=ProviderErrorKind.TIMEOUT,
        hint="Retry the cell, or run the comparison without a batch.",
    )
