"""The mapper of runs: from domain values to rows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from prompt_workbench.domain.comparisons import Run, RunKind, RunLimits, RunState, Variant
from prompt_workbench.domain.model_settings import settings_from_json
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.scores import EvaluatorSpec, evaluator_from_json
from prompt_workbench.storage.encoding import (
    from_micros,
    from_text,
    json_array,
    json_object,
    optional_micros,
    optional_moment,
    to_micros,
    to_text,
)
from prompt_workbench.storage.repositories.base import Columns


def subject_columns(variant: Variant, model: ModelRef, hash_: str) -> Columns:
    """Return the columns of ``subject`` that a variant is about when a model is asked."""
    return {
        "provider": model.provider,
        "model": model.model,
        "prompt_name": variant.prompt_name,
        "version_id": variant.version_id or "",
        "version_number": variant.version_number,
        "content_hash": hash_,
    }


def variant_of(row: Row[Any], content: PromptContent) -> Variant:
    """Return the variant of a row of ``run_variant`` joined with its subject."""
    return Variant(
        index=row.number,
        version_id=row.version_id or None,
        prompt_name=row.prompt_name,
        version_number=row.version_number,
        content=content,
        model=ModelRef(provider=row.provider, model=row.model),
        overrides=settings_from_json(from_text(row.overrides)),
    )


def run_columns(run: Run) -> Columns:
    """Return the columns of ``run``, without its key."""
    return {
        "id": run.id,
        "number": run.number,
        "kind": run.kind.value,
        "name": run.name,
        "state": run.state.value,
        "state_reason": run.state_reason,
        "dataset_version_id": run.dataset_version_id,
        "dataset_name": run.dataset_name,
        "evaluators": evaluators_text(run.evaluators),
        "limits": limits_text(run.limits),
        "case_count": run.case_count,
        "created_at": to_micros(run.created_at),
        "finished_at": optional_micros(run.finished_at),
    }


def run_of(row: Row[Any], variants: tuple[Variant, ...]) -> Run:
    """Return the run of its row."""
    evaluators = json_array(row.evaluators)
    return Run(
        id=row.id,
        number=row.number,
        kind=RunKind(row.kind),
        name=row.name,
        state=RunState(row.state),
        state_reason=row.state_reason,
        dataset_version_id=row.dataset_version_id,
        dataset_name=row.dataset_name,
        variants=variants,
        evaluators=tuple(evaluator_from_json(v) for v in evaluators if isinstance(v, dict)),
        limits=_limits(row.limits),
        case_count=row.case_count,
        created_at=from_micros(row.created_at),
        finished_at=optional_moment(row.finished_at),
    )


def evaluators_text(evaluators: Sequence[EvaluatorSpec]) -> str:
    """Return evaluators as they are stored."""
    return to_text([evaluator.to_json() for evaluator in evaluators])


def limits_text(limits: RunLimits) -> str:
    """Return the limits of a run as JSON text."""
    cap = limits.max_cost_usd
    return to_text(
        {
            "repetitions": limits.repetitions,
            "max_cost_usd": None if cap is None else str(cap),
            "allow_unknown_cost": limits.allow_unknown_cost,
            "concurrency": limits.concurrency,
            "use_cache": limits.use_cache,
            "cache_repetitions": limits.cache_repetitions,
            **({"as_batch": True} if limits.as_batch else {}),
        }
    )


def _limits(text: str) -> RunLimits:
    value = json_object(text)
    cap, repetitions, concurrency = (
        value.get(name) for name in ("max_cost_usd", "repetitions", "concurrency")
    )
    return RunLimits(
        repetitions=repetitions if isinstance(repetitions, int) else 1,
        max_cost_usd=None if cap is None else Decimal(str(cap)),
        allow_unknown_cost=value.get("allow_unknown_cost") is True,
        concurrency=concurrency if isinstance(concurrency, int) else None,
        use_cache=value.get("use_cache") is not False,
        cache_repetitions=value.get("cache_repetitions") is True,
        as_batch=value.get("as_batch") is True,
    )
