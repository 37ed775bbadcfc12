"""Batches: calls that a provider takes together, and answers within a day at a lower price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prompt_workbench.domain.generations import CellKey
from prompt_workbench.domain.messages import Message
from prompt_workbench.domain.requests import Interface, ModelRef

BATCH_INTERFACES = frozenset(
    {Interface.OPENAI_CHAT, Interface.OPENAI_RESPONSES, Interface.ANTHROPIC_MESSAGES}
)
"""Those that can be spoken in a batch."""


class BatchState(StrEnum):
    """Where a batch stands in the project."""

    WRITTEN = "written"
    """Its calls are in the ledger, and nothing of it has left."""
    SUBMITTING = "submitting"
    """It may have reached the provider, but it is not known under which id."""
    SUBMITTED = "submitted"
    COLLECTED = "collected"
    """Every call of it has a final state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCall:
    """A call of a batch whose result is not stored yet."""

    id: str
    """Of its generation; the provider gives it back with the result."""
    cell: CellKey
    messages: tuple[Message, ...]
    request_body: str
    """As it is sent, with the bytes of its files."""
    started_at: datetime
    reserved_pico_usd: int | None = None
    """What it holds of the spend cap of its run, in picodollars; None without a cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Calls of one model that are submitted together."""

    id: str
    run_id: str
    model: ModelRef
    state: BatchState
    remote_id: str | None = None
    """What the provider calls it, once that is known."""
    call_count: int
    """How many calls were written into it."""
    submitting_at: datetime | None = None
    """When it may first have reached the provider."""
    created_at: datetime
