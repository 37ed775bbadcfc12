"""Comparisons: versions × models × settings over the cases of a dataset version.

A run is one execution of a comparison. A variant is one column of its grid, a cell is
one case in one variant in one repetition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.pace import UNLIMITED, Pace
from prompt_workbench.domain.policies import Fallback
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.requests import Interface, ModelRef
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.usage import Price


class RunKind(StrEnum):
    """What started a run."""

    COMPARISON = "comparison"
    QUICK = "quick"
    """One prompt from the editor, without a dataset."""


class RunState(StrEnum):
    """Where a run stands."""

    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    """A person stopped it; it can be resumed."""
    INTERRUPTED = "interrupted"
    """The program ended while it ran, or its servers kept failing; it can be resumed."""
    BUDGET_STOPPED = "budget_stopped"
    """Its spend cap stopped it; it can be resumed with a higher cap."""
    DISK_FULL = "disk_full"
    DONE = "done"


RESUMABLE = frozenset(
    {
        RunState.READY,
        RunState.STOPPED,
        RunState.INTERRUPTED,
        RunState.BUDGET_STOPPED,
        RunState.DISK_FULL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One column of a comparison."""

    index: int
    version_id: str | None
    """The prompt version; None when a draft or an unsaved text was run."""
    prompt_name: str
    version_number: int | None
    content: PromptContent
    """What was run, with the settings of this column already applied."""
    model: ModelRef
    overrides: ModelSettings = field(default_factory=ModelSettings)
    """What this column changes in the settings of its version."""

    @property
    def title(self) -> str:
        """What its column is called."""
        version = "draft" if self.version_number is None else f"v{self.version_number}"
        parts = (f"{self.prompt_name} {version}", str(self.model), str(self.overrides))
        return " · ".join(filter(None, parts))

    @property
    def models(self) -> tuple[ModelRef, ...]:
        """The models that may answer: its own, then its fallbacks in their order."""
        return (self.model, *(item.model for item in self.fallbacks_after(self.model)))

    def fallbacks_after(self, model: ModelRef) -> tuple[Fallback, ...]:
        """Return the fallbacks that are left when one of its models has failed."""
        others = tuple(item for item in self.content.fallbacks if item.model != self.model)
        asked = [item.model for item in others]
        return others[asked.index(model) + 1 :] if model in asked else others


MOST_REPETITIONS = 1_000
MOST_AT_ONCE = 1_024
"""Calls of one model; above it, connections and memory run out before time is saved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What bounds a run."""

    repetitions: int = 1
    max_cost_usd: Decimal | None = None
    allow_unknown_cost: bool = False
    """Run models without a price or without max_tokens outside the cap."""
    concurrency: int | None = None
    """A fixed number of calls at once per model; None adapts it."""
    use_cache: bool = True
    """Answer repetition 0 from the response cache where it holds the exact request."""
    cache_repetitions: bool = False
    as_batch: bool = False
    """Send the calls through their providers' batch interfaces, at their lower prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSpec:
    """What a person asks to be compared; every list multiplies."""

    prompts: tuple[str, ...]
    """References such as ``reply@3``, ``reply@production``, ``reply@draft``."""
    models: tuple[str, ...]
    settings: tuple[ModelSettings, ...] = (ModelSettings(),)
    dataset: str
    """``NAME`` or ``NAME@NUMBER``."""
    case_limit: int | None = None
    """Take only the first cases; None takes all."""
    evaluators: tuple[EvaluatorSpec, ...] = ()
    limits: RunLimits = field(default_factory=RunLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a comparison or of a quick run."""

    id: str
    number: int
    """Counts from 1 in the project; people name runs by it."""
    kind: RunKind
    name: str
    state: RunState
    state_reason: str = ""
    """A sentence, when the state needs one."""
    dataset_version_id: str | None
    dataset_name: str = ""
    variants: tuple[Variant, ...]
    evaluators: tuple[EvaluatorSpec, ...]
    limits: RunLimits
    case_count: int
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def cell_count(self) -> int:
        """How many calls the whole run is."""
        return len(self.variants) * self.case_count * self.limits.repetitions


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What is known of a model that can be called."""

    ref: ModelRef
    origin: str
    """Scheme, host and port of its server; ``embedded:`` and the file for a local model."""
    price: Price | None
    interface: Interface = Interface.OPENAI_CHAT
    """What its server is spoken to in; a local model's speaks OpenAI's too."""
    price_source: str = ""
    """Where the price is from, such as ``price list of 2026-11-26``; empty without a price."""
    has_batches: bool = False
    """Whether its provider takes calls in batches."""
    batch_price: Price | None = None
    """The price in a batch; None where there are none, or it is not known."""
    context_size: int | None = None
    """How many tokens a request may have; None when that is not known."""
    max_output_tokens: int | None = None
    capabilities: frozenset[Capability] | None = None
    """What it can do; None when that is not known."""
    slots: int | None = None
    """How many calls its server answers at once; None when that is not known."""
    pace: Pace = UNLIMITED
    """What the person allows for all models of its provider together."""
    local: bool = False
    available: bool = True
    note: str = ""
    """Why it is not available, or what it is, as a sentence."""

    def priced_for(self, limits: RunLimits) -> ModelInfo:
        """Return this with the price that holds in a run with these limits."""
        return replace(self, price=self.batch_price) if limits.as_batch else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run will probably take, before anything is sent."""

    calls: int
    cached_calls: int
    """How many the response cache will answer."""
    cost_low_usd: Decimal | None
    cost_high_usd: Decimal | None
    """Of the models with a price; None when no model has one."""
    can_batch: bool = False
    """Whether all its calls can be sent through batch interfaces."""
    unknown_cost_models: tuple[str, ...] = ()
    unbounded_variants: tuple[str, ...] = ()
    """Titles of the variants without max_tokens."""
    unreadable: tuple[str, ...] = ()
    """What models are known not to read of the prompts' files, as in ``far/m takes no images``."""
    duration_low_s: float | None = None
    duration_high_s: float | None = None
    """None when nothing is known of the speed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """The median and the 95th percentile; None without data."""

    p50: float | None = None
    p95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSummary:
    """The totals of one variant of a run."""

    variant: int
    title: str
    calls: int
    """Cells with a generation in any state."""
    answered: int
    errors: int
    truncated: int
    cancelled: int
    unknown: int
    """Sent, with an outcome that is not known."""
    from_cache: int
    input_tokens: int
    output_tokens: int
    missing_usage: int
    cost_usd: Decimal | None
    """The sum of the costs that are known or estimated; None when there is none."""
    unknown_cost: int
    """How many calls have no known cost. Cost and count are of earlier calls of a cell, too."""
    passed: int
    failed: int
    unscored: int
    """Answered, but without a verdict of the deciding evaluator."""
    duration_s: Quantiles
    time_to_first_chunk_s: Quantiles
    tokens_per_s: Quantiles
    scores: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """Per score name: passed, failed, unscored."""

    @property
    def pass_rate(self) -> float | None:
        """Passed over passed and failed; None without a verdict."""
        judged = self.passed + self.failed
        return self.passed / judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """How far a run is, while it runs."""

    run_id: str
    state: RunState
    total: int
    finished: int
    """Cells with a final state, earlier ones included."""
    running: int
    queued: int
    failed: int
    cost_usd: Decimal | None
    """Of all calls of the run, earlier ones included; None when no cost is known."""
    unknown_cost: int
    """How many of these calls have no known cost."""
    remaining_s: float | None
    """None when it cannot be told yet."""
    concurrency: Mapping[str, int] = field(default_factory=dict)
    """The present limit of calls at once, per model."""
    reason: str = ""
    """Why it waits or stopped, as a sentence."""
