"""What the engine needs from outside to send calls in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from prompt_workbench.domain.batches import Batch, BatchCall
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.engine.ports import SentCall
from prompt_workbench.providers.batches import BatchProvider


class BatchLedger(Protocol):
    """The durable record of batches. Every method returns after its commit."""

    async def written(self, batch: Batch, calls: Sequence[SentCall]) -> None:
        """Record a batch with its calls, of which nothing has left, in one transaction."""
        ...

    async def batches(self, run_id: str) -> Sequence[Batch]:
        """Return the batches of a run that are not collected, oldest first."""
        ...

    async def batch_calls(self, batch_id: str) -> Sequence[BatchCall]:
        """Return the calls of a batch that have no result yet."""
        ...

    async def submitting(self, batch_id: str, at: datetime) -> None:
        """Note that a batch may reach the provider once this returns."""
        ...

    async def submitted(self, batch_id: str, remote_id: str) -> None:
        """Keep what the provider calls a batch."""
        ...

    async def collected(self, batch_id: str) -> None:
        """Note that every call of a batch has a final state."""
        ...


class BatchModels(Protocol):
    """The models that take calls in batches."""

    def batches(self, ref: ModelRef) -> BatchProvider:
        """Return where the batches of a model go.

        Raises:
            UserError: Its provider takes none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """What batches are kept in, and where they go."""

    ledger: BatchLedger
    models: BatchModels
