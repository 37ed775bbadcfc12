"""Rollups: sums and histograms per day and subject, kept up in each call's transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import TypeAlias

from sqlalchemy import Connection

from prompt_workbench.domain.costs import Measure, bucket_number
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.usage import CostSource, UsageSource
from prompt_workbench.storage.call_rows import ResultRow
from prompt_workbench.storage.encoding import day_of
from prompt_workbench.storage.tables import ROLLUP, ROLLUP_BUCKET
from prompt_workbench.storage.upsert import adding

_Place: TypeAlias = tuple[int, int]
"""Day and subject."""

_SUMS = tuple(column.name for column in ROLLUP.columns if not column.primary_key)
_BUCKET_COLUMNS = tuple(column.name for column in ROLLUP_BUCKET.columns)
_COUNTED_STATES = {
    GenerationState.DONE.value: ("answered",),
    GenerationState.TRUNCATED.value: ("answered", "truncated"),
    GenerationState.FAILED.value: ("failed",),
    GenerationState.CANCELLED.value: ("cancelled",),
    GenerationState.UNKNOWN.value: ("unknown",),
}
_DONE = GenerationState.DONE.value
_MISSING = UsageSource.MISSING.value
_ESTIMATED = CostSource.ESTIMATED.value
_MEASURES = (
    (Measure.DURATION.value, "duration_s"),
    (Measure.FIRST_CHUNK.value, "time_to_first_chunk_s"),
    (Measure.OUTPUT_TOKENS.value, "output_tokens"),
)
"""The measures, and the columns that have them."""


class RollupChanges:
    """What some finished calls add to the rollups; collected, then written once."""

    def __init__(self) -> None:
        self._sums: dict[_Place, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_SUMS, 0))
        self._buckets: dict[tuple[int, int, str, int], int] = defaultdict(int)

    def add(self, subject_seq: int, started_at: int, result: ResultRow) -> None:
        """Count a call in its final state.

        Args:
            subject_seq: What it was about.
            started_at: When it began, in microseconds.
            result: What its end fills in.
        """
        place = (day_of(started_at), subject_seq)
        sums = self._sums[place]
        sums["calls"] += 1
        for name in _COUNTED_STATES[result.state]:
            sums[name] += 1
        sums["from_cache"] += result.from_cache
        sums["missing_usage"] += result.usage_source == _MISSING
        if result.cost_pico_usd is None:
            sums["unknown_cost"] += 1
        else:
            sums["cost_pico_usd"] += result.cost_pico_usd
            sums["estimated_cost"] += result.cost_source == _ESTIMATED
        sums["input_tokens"] += result.input_tokens or 0
        sums["output_tokens"] += result.output_tokens or 0
        if result.state == _DONE and not result.from_cache:
            for measure, column in _MEASURES:
                value = getattr(result, column)
                if value is not None:
                    self._buckets[(*place, measure, bucket_number(value))] += 1

    def forget_unknown(self, subject_seq: int, started_at: int) -> None:
        """Take back that a call's outcome was unknown: it became known after all."""
        self._count_unknown(subject_seq, started_at, -1)

    def add_unknown(self, subject_seq: int, started_at: int) -> None:
        """Count a call whose outcome is not known."""
        self._count_unknown(subject_seq, started_at, 1)

    def write(self, connection: Connection) -> None:
        """Add everything collected to the stored rollups."""
        dialect = connection.dialect
        adding(dialect, ROLLUP).run_named(
            connection,
            [
                {"day": day, "subject_seq": subject, **sums}
                for (day, subject), sums in sorted(self._sums.items())
            ],
        )
        adding(dialect, ROLLUP_BUCKET).run_named(
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
