"""What the engine needs from outside: a ledger, models to call, and a renderer.

Storage implements the ledger, `providers.catalogue` the models; `worker` wires them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from prompt_workbench.domain.comparisons import ModelInfo, Run, RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.generations import Attempt, CellKey, Generation
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.providers.base import Provider
from prompt_workbench_runtime.render import Language


class SentCall(Struct, frozen=True, kw_only=True):
    """What the ledger knows of a call before its bytes leave."""

    id: str
    run_id: str
    cell: CellKey
    request: GenerationRequest
    request_body: str
    """The body exactly as it will be sent."""
    cache_key: str | None
    reserved_pico_usd: int | None
    started_at: datetime


class FailedAttempt(Struct, frozen=True, kw_only=True):
    """An attempt that will be followed by another one."""

    generation_id: str
    attempt: Attempt


class Ledger(Protocol):
    """The durable record of a run's calls. Every method returns after its commit."""

    @property
    def obstacle(self) -> str:
        """Why commits wait, as a sentence; empty while they do not."""
        ...

    async def run(self, run_id: str) -> Run:
        """Return the run."""
        ...

    async def cases(self, run_id: str, start: int, count: int) -> Sequence[Case]:
        """Return the cases of the run from position start."""
        ...

    async def answered(self, run_id: str) -> set[CellKey]:
        """Return the cells that have an answer and are not to be sent again."""
        ...

    async def failed(self, run_id: str) -> set[CellKey]:
        """Return the cells whose newest call failed."""
        ...

    async def spent_pico_usd(self, run_id: str) -> tuple[int, int]:
        """Return what the run cost, and what calls of uncertain cost hold beyond that."""
        ...

    async def unknown_cost(self, run_id: str) -> int:
        """Return how many calls of the run have no known cost."""
        ...

    async def acquire(self, run_id: str) -> bool:
        """Take the run's lease; False when a live process holds it."""
        ...

    async def keep(self, run_id: str) -> None:
        """Renew the lease."""
        ...

    async def release(self, run_id: str, state: RunState, reason: str = "") -> None:
        """Store the run's state and give the lease back."""
        ...

    async def set_state(self, run_id: str, state: RunState, reason: str = "") -> None:
        """Store the run's state."""
        ...

    async def sent(self, call: SentCall) -> None:
        """Record that a call is about to leave; it may leave when this returns."""
        ...

    async def retrying(self, failed: FailedAttempt) -> None:
        """Record a failed attempt before the next one leaves."""
        ...

    async def settled(self, generation: Generation, *, cache_key: str | None) -> None:
        """Store answer, cost, scores and state in one transaction.

        A result that no call was sent for, cached or not renderable, is stored whole.
        """
        ...

    async def cached(self, cache_key: str) -> Generation | None:
        """Return the complete answer that the cache holds for a request."""
        ...


class Models(Protocol):
    """The models that can be called."""

    def info(self, ref: ModelRef) -> ModelInfo:
        """Return what is known of a model; NotFoundError for an unknown provider."""
        ...

    async def provider(self, ref: ModelRef) -> Provider:
        """Return the provider of a model, ready to be called."""
        ...


class TemplateRenderer(Protocol):
    """Fills templates in."""

    async def render_all(
        self, templates: Sequence[str], inputs: Mapping[str, object], *, language: Language
    ) -> list[str]:
        """Return the templates with the same inputs filled in.

        Raises:
            TemplateError: A template cannot be rendered.
        """
        ...
