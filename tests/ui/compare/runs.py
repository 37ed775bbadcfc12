"""Runs and generations as values, for tests that need no project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from prompt_workbench.domain.comparisons import (
    Quantiles,
    Run,
    RunKind,
    RunLimits,
    RunState,
    Variant,
    VariantSummary,
)
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.domain.usage import UNKNOWN_COST, Cost, CostSource, Usage, UsageSource

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_variant(index: int, *, number: int | None = None, model: str = "local/small") -> Variant:
    return Variant(
        index=index,
        version_id=None,
        prompt_name="reply",
        version_number=index + 1 if number is None else number,
        content=text_prompt("Answer {{mail}}"),
        model=model_ref(model),
    )


def a_run(
    *,
    variants: Sequence[Variant] = (),
    cases: int = 3,
    repetitions: int = 1,
    state: RunState = RunState.RUNNING,
    judged: bool = True,
    reason: str = "",
) -> Run:
    return Run(
        id="run",
        number=7,
        kind=RunKind.COMPARISON,
        name="reply",
        state=state,
        state_reason=reason,
        dataset_version_id="d",
        dataset_name="mails@1",
        variants=tuple(variants) or (a_variant(0), a_variant(1)),
        evaluators=(EvaluatorSpec(type="exact"),) if judged else (),
        limits=RunLimits(repetitions=repetitions),
        case_count=cases,
        created_at=NOON,
    )


def a_summary(
    key: CellKey,
    *,
    state: GenerationState = GenerationState.DONE,
    passed: bool | None = None,
    later_s: float = 0,
    cost: Cost = UNKNOWN_COST,
    error: str = "",
    text: str = "Hello",
) -> GenerationSummary:
    return GenerationSummary(
        id=f"{key.case}.{key.variant}.{key.repetition}.{later_s}",
        run_id="run",
        cell=key,
        state=state,
        provider="local",
        request_model="small",
        usage=Usage(input_tokens=10, output_tokens=5),
        usage_source=UsageSource.REPORTED,
        cost=cost,
        started_at=NOON + timedelta(seconds=later_s),
        duration_s=1.5,
        time_to_first_chunk_s=0.5,
        error=error,
        preview=text,
        scores=(Score(name="exact", passed=passed),),
    )


def totals(
    variant: int = 0,
    *,
    passed: int = 0,
    failed: int = 0,
    unscored: int = 0,
    errors: int = 0,
    truncated: int = 0,
    unknown: int = 0,
    cost: str | None = "0",
    unknown_cost: int = 0,
) -> VariantSummary:
    answered = passed + failed + unscored
    return VariantSummary(
        variant=variant,
        title=f"reply v{variant + 1}",
        calls=answered + errors,
        answered=answered,
        errors=errors,
        truncated=truncated,
        cancelled=0,
        unknown=unknown,
        from_cache=0,
        input_tokens=100,
        output_tokens=50,
        missing_usage=0,
        cost_usd=None if cost is None else Decimal(cost),
        unknown_cost=unknown_cost,
        passed=passed,
        failed=failed,
        unscored=unscored,
        duration_s=Quantiles(p50=1.0, p95=2.0),
        time_to_first_chunk_s=Quantiles(),
        tokens_per_s=Quantiles(),
    )


def dollars(usd: str, source: CostSource = CostSource.KNOWN) -> Cost:
    return Cost(usd=Decimal(usd), source=source)
