"""Rollups: sums and histograms per day and subject, kept up in each call's transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeAlias

from sqlalchemy import Connection

from prompt_workbench.domain.costs import Measure, bucket_number
from prompt_workbench.domain.generations import GenerationState, GenerationSummary
from prompt_workbench.domain.usage import CostSource, UsageSource, to_pico
from prompt_workbench.storage.encoding import day_of, to_micros
from prompt_workbench.storage.tables import ROLLUP, ROLLUP_BUCKET
from prompt_workbench.storage.upsert import adding

_Place: TypeAlias = tuple[int, int]
"""Day and subject."""

_SUMS = tuple(column.name for column in ROLLUP.columns if not column.primary_key)
_BUCKET_COLUMNS = tuple(column.name for column in ROLLUP_BUCKET.columns)
_COUNTED_STATES = {
    GenerationState.DONE: ("answered",),
    GenerationState.TRUNCATED: ("answered", "truncated"),
    GenerationState.FAILED: ("failed",),
    GenerationState.CANCELLED: ("cancelled",),
    GenerationState.UNKNOWN: ("unknown",),
}


class RollupChanges:
    """What some finished calls add to the rollups; collected, then written once."""

    def __init__(self) -> None:
        self._sums: dict[_Place, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_SUMS, 0))
        self._buckets: dict[tuple[int, int, str, int], int] = defaultdict(int)

    def add(self, subject_seq: int, summary: GenerationSummary) -> None:
        """Count a call in its final state."""
        place = (day_of(to_micros(summary.started_at)), subject_seq)
        sums = self._sums[place]
        sums["calls"] += 1
        for name in _COUNTED_STATES[summary.state]:
            sums[name] += 1
        sums["from_cache"] += summary.from_cache
        sums["missing_usage"] += summary.usage_source is UsageSource.MISSING
        self._add_cost(sums, summary)
        if summary.usage is not None:
            sums["input_tokens"] += summary.usage.input_tokens
            sums["output_tokens"] += summary.usage.output_tokens
        if summary.state is GenerationState.DONE and not summary.from_cache:
            self._add_measures(place, summary)

    def forget_unknown(self, subject_seq: int, started_at: int) -> None:
        """Take back that a call's outcome was unknown: it became known after all."""
        self._count_unknown(subject_seq, started_at, -1)

    def add_unknown(self, subject_seq: int, started_at: int) -> None:
        """Count a call whose outcome is not known."""
        self._count_unknown(subject_seq, started_at, 1)

    def write(self, connection: Connection) -> None:
        """Add everything collected to the stored rollups."""
        dialect = connection.dialect
        adding(dialect, ROLLUP).run(
            connection,
            [
                {"day": day, "subject_seq": subject, **sums}
                for (day, subject), sums in sorted(self._sums.items())
            ],
        )
        adding(dialect, ROLLUP_BUCKET).run(
            connection,
            [
                dict(zip(_BUCKET_COLUMNS, (*place, calls), strict=True))
                for place, calls in sorted(self._buckets.items())
            ],
        )

    def _count_unknown(self, subject_seq: int, started_at: int, count: int) -> None:
        sums = self._sums[(day_of(started_at), subject_seq)]
        for name in ("calls", "unknown", "unknown_cost", "missing_usage"):
            sums[name] += count

    @staticmethod
    def _add_cost(sums: dict[str, int], summary: GenerationSummary) -> None:
        pico = to_pico(summary.cost.usd)
        if pico is None:
            sums["unknown_cost"] += 1
        else:
            sums["cost_pico_usd"] += pico
            sums["estimated_cost"] += summary.cost.source is CostSource.ESTIMATED

    def _add_measures(self, place: _Place, summary: GenerationSummary) -> None:
        tokens = None if summary.usage is None else summary.usage.output_tokens
        for measure, value in (
            (Measure.DURATION, summary.duration_s),
            (Measure.FIRST_CHUNK, summary.time_to_first_chunk_s),
            (Measure.OUTPUT_TOKENS, tokens),
        ):
            if value is not None:
                self._buckets[(*place, measure.value, bucket_number(value))] += 1
