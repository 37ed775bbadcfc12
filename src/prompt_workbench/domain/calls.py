"""Every call of the project as one long list: its rows, its filter and its index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.usage import CostSource

ANCHOR_EVERY = 1_000
"""How many rows of the list lie between two keys of its index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls to list; None and empty take all."""

    model: str | None = None
    """Written ``provider/model``."""
    prompt: str | None = None
    """The name of the prompt; of a text that was run unsaved, as it was then."""
    version: str | None = None
    """``v3``, or ``draft`` for texts that were run unsaved."""
    version_id: str | None = None
    run_id: str | None = None
    states: frozenset[GenerationState] = frozenset()
    from_cache: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One line of the list."""

    key: int
    """Larger is newer; the list is paged by it."""
    id: str
    run_id: str
    run_number: int
    prompt_name: str
    """Its present name; of a text that was run unsaved, that of its prompt at the time."""
    version_number: int | None
    model: str
    case: int
    variant: int
    repetition: int
    state: GenerationState
    finish_reason: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: Decimal | None
    cost_source: CostSource
    started_at: datetime
    duration_s: float | None
    time_to_first_chunk_s: float | None
    attempts: int
    from_cache: bool
    passed: bool | None
    """Whether all verdicts on it are good; None without a verdict."""
    error: str
    preview: str


def version_label(number: int | None) -> str:
    """Return what a version is called where its prompt is named before it."""
    return "draft" if number is None else f"v{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIndex:
    """How long a filtered list is, and where its pages begin."""

    count: int
    anchors: tuple[int, ...]
    """The keys of the rows 0, 1,000, 2,000 and so on, newest first."""
