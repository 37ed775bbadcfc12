"""The totals of each variant of a run, from the hot rows of its calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from prompt_workbench.domain.comparisons import Quantiles, Run, Variant, VariantSummary
from prompt_workbench.domain.generations import ANSWERED, GenerationState
from prompt_workbench.domain.usage import UsageSource, from_pico
from prompt_workbench.storage.repositories.runs import run_key
from prompt_workbench.storage.tables import GENERATION, SCORE

_ANSWERED = {state.value for state in ANSWERED}


def variant_summaries(
    connection: Connection, run: Run, newest: Select[tuple[int]], deciding: str | None
) -> list[VariantSummary]:
    """Return the totals of each variant over the newest generation of its cells."""
    cells: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_cells(newest)):
        cells[row.variant].append(row)
    verdicts = _verdicts(connection, newest)
    spent = _spent(connection, run)
    names = [evaluator.score_name for evaluator in run.evaluators]
    return [
        _summary(variant, cells[variant.index], spent, verdicts, names, deciding)
        for variant in run.variants
    ]


def _cells(newest: Select[tuple[int]]) -> Select[Any]:
    columns = GENERATION.c
    return select(
        columns.seq,
        columns.variant,
        columns.state,
        columns.usage_source,
        columns.input_tokens,
        columns.output_tokens,
        columns.duration_s,
        columns.time_to_first_chunk_s,
        columns.from_cache,
    ).where(columns.seq.in_(newest))


def _spent(connection: Connection, run: Run) -> dict[int, tuple[int | None, int]]:
    """Return what the calls of each variant cost, and how many have no known cost.

    Cells that were sent again cost more than their newest call.
    """
    columns = GENERATION.c
    known = func.count(columns.cost_pico_usd)
    statement = (
        select(columns.variant, func.sum(columns.cost_pico_usd), func.count() - known)
        .where(columns.run_seq == run_key(connection, run.id))
        .where(columns.state != GenerationState.SENT.value)
        .group_by(columns.variant)
    )
    # PostgreSQL sums 64-bit integers into decimals.
    return {
        variant: (None if cost is None else int(cost), unknown)
        for variant, cost, unknown in connection.execute(statement)
    }


def _verdicts(
    connection: Connection, newest: Select[tuple[int]]
) -> dict[str, dict[int, bool | None]]:
    found: dict[str, dict[int, bool | None]] = defaultdict(dict)
    statement = select(SCORE.c.generation_seq, SCORE.c.name, SCORE.c.passed)
    for row in connection.execute(statement.where(SCORE.c.generation_seq.in_(newest))):
        found[row.name][row.generation_seq] = row.passed
    return found


def _summary(
    variant: Variant,
    cells: Sequence[Row[Any]],
    spent: Mapping[int, tuple[int | None, int]],
    verdicts: dict[str, dict[int, bool | None]],
    names: Sequence[str],
    deciding: str | None,
) -> VariantSummary:
    answered = [row for row in cells if row.state in _ANSWERED]
    states = [row.state for row in cells]
    scores = {
        name: _count(answered, verdicts.get(name, {}))
        for name in dict.fromkeys([*names, *sorted(verdicts)])
    }
    passed, failed, unscored = scores.get(deciding or "", (0, 0, len(answered)))
    cost, unknown_cost = spent.get(variant.index, (None, 0))
    measured = [row for row in answered if not row.from_cache]
    return VariantSummary(
        variant=variant.index,
        title=variant.title,
        calls=len(cells),
        answered=len(answered),
        errors=states.count(GenerationState.FAILED.value),
        truncated=states.count(GenerationState.TRUNCATED.value),
        cancelled=states.count(GenerationState.CANCELLED.value),
        unknown=states.count(GenerationState.UNKNOWN.value),
        from_cache=sum(bool(row.from_cache) for row in cells),
        input_tokens=sum(row.input_tokens or 0 for row in cells),
        output_tokens=sum(row.output_tokens or 0 for row in cells),
        missing_usage=sum(row.usage_source == UsageSource.MISSING.value for row in answered),
        cost_usd=from_pico(cost),
        unknown_cost=unknown_cost,
        passed=passed,
        failed=failed,
        unscored=unscored,
        duration_s=_quantiles(row.duration_s for row in measured),
        time_to_first_chunk_s=_quantiles(row.time_to_first_chunk_s for row in measured),
        tokens_per_s=_quantiles(_tokens_per_s(row) for row in measured),
        scores=scores,
    )


def _count(answered: Sequence[Row[Any]], verdicts: dict[int, bool | None]) -> tuple[int, int, int]:
    given = [verdicts.get(row.seq) for row in answered]
    return (
        sum(verdict is True for verdict in given),
        sum(verdict is False for verdict in given),
        sum(verdict is None for verdict in given),
    )


def _quantiles(values: Iterable[float | None]) -> Quantiles:
    known = sorted(value for value in values if value is not None)
    if not known:
        return Quantiles()
    return Quantiles(p50=_nearest(known, 0.5), p95=_nearest(known, 0.95))


def _nearest(ordered: Sequence[float], q: float) -> float:
    """Return the quantile by linear interpolation between the nearest values."""
    place = (len(ordered) - 1) * q
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _tokens_per_s(row: Row[Any]) -> float | None:
    if row.output_tokens is None or not row.duration_s or row.time_to_first_chunk_s is None:
        return None
    spent = row.duration_s - row.time_to_first_chunk_s
    return float(row.output_tokens / spent) if spent > 0 else None
