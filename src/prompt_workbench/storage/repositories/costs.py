"""Spend and latency over time, read from the rollups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from prompt_workbench.domain.calls import CallRow, version_label
from prompt_workbench.domain.costs import (
    Bucket,
    CallHistory,
    CallTotals,
    CostGroup,
    CostPoint,
    LatencyHistogram,
    Measure,
    bucket,
    mean,
    quantile,
)
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import from_pico
from prompt_workbench.storage.encoding import from_day, to_day
from prompt_workbench.storage.repositories import call_lists
from prompt_workbench.storage.repositories.base import Repository
from prompt_workbench.storage.repositories.subjects import named, prompt_name
from prompt_workbench.storage.tables import ROLLUP, ROLLUP_BUCKET, SUBJECT

_SUMS = [column for column in ROLLUP.columns if not column.primary_key]
_LATENCIES = (Measure.DURATION, Measure.FIRST_CHUNK)


_GROUPS: dict[CostGroup, tuple[tuple[ColumnElement[Any], ...], Callable[[Row[Any]], str]]] = {
    CostGroup.NONE: ((), lambda _: ""),
    CostGroup.MODEL: (
        (SUBJECT.c.provider, SUBJECT.c.model),
        lambda row: f"{row.provider}/{row.model}",
    ),
    CostGroup.PROMPT: ((prompt_name.label("prompt"),), lambda row: str(row.prompt)),
    CostGroup.VERSION: (
        (prompt_name.label("prompt"), SUBJECT.c.version_number),
        lambda row: f"{row.prompt} {version_label(row.version_number)}",
    ),
}
"""The columns that each division of a series goes by, and how a group is called."""


class Costs(Repository):
    """What the calls of the project cost and took."""

    def by_day(self, since: date, until: date, group: CostGroup) -> list[CostPoint]:
        """Return the totals of each day (UTC) from since to until, both included."""
        columns, name = _GROUPS[group]
        joined = named(ROLLUP.join(SUBJECT, SUBJECT.c.seq == ROLLUP.c.subject_seq))
        statement = (
            select(ROLLUP.c.day, *columns, *_sums())
            .select_from(joined)
            .where(_between(ROLLUP.c.day, since, until))
            .group_by(ROLLUP.c.day, *columns)
            .order_by(ROLLUP.c.day, *columns)
        )
        return [
            CostPoint(day=from_day(row.day), group=name(row), totals=_totals(row))
            for row in self._rows(statement)
        ]

    def totals(self, since: date, until: date) -> CallTotals:
        """Return the totals of all days (UTC) from since to until, both included."""
        statement = select(*_sums()).where(_between(ROLLUP.c.day, since, until))
        return _totals(self._rows(statement)[0])

    def today(self) -> CallTotals:
        """Return the totals of this day (UTC)."""
        day = datetime.now(UTC).date()
        return self.totals(day, day)

    def latency(self, since: date, until: date) -> list[LatencyHistogram]:
        """Return how durations and times to the first chunk are spread, per model."""
        calls = func.sum(ROLLUP_BUCKET.c.calls).label("calls")
        places = (SUBJECT.c.provider, SUBJECT.c.model, ROLLUP_BUCKET.c.measure)
        statement = (
            select(*places, ROLLUP_BUCKET.c.bucket, calls)
            .join(SUBJECT, SUBJECT.c.seq == ROLLUP_BUCKET.c.subject_seq)
            .where(
                _between(ROLLUP_BUCKET.c.day, since, until),
                ROLLUP_BUCKET.c.measure.in_([measure.value for measure in _LATENCIES]),
            )
            .group_by(*places, ROLLUP_BUCKET.c.bucket)
            .order_by(*places, ROLLUP_BUCKET.c.bucket)
        )
        found: dict[tuple[str, Measure], list[Row[Any]]] = {}
        for row in self._rows(statement):
            place = (f"{row.provider}/{row.model}", Measure(row.measure))
            found.setdefault(place, []).append(row)
        return [
            LatencyHistogram(
                model=model,
                measure=measure,
                buckets=tuple(bucket(row.bucket, int(row.calls)) for row in rows),
            )
            for (model, measure), rows in found.items()
        ]

    def top_calls(self, limit: int = 20) -> list[CallRow]:
        """Return the calls that cost most, the most expensive first."""
        return call_lists.most_expensive(self._connection, limit)


def history(
    connection: Connection, model: ModelRef, version_content_hash: str
) -> CallHistory | None:
    """Return what earlier answers of a model to the same prompt content took."""
    subjects = select(SUBJECT.c.seq).where(
        SUBJECT.c.content_hash == version_content_hash,
        SUBJECT.c.provider == model.provider,
        SUBJECT.c.model == model.model,
    )
    calls = func.sum(ROLLUP_BUCKET.c.calls).label("calls")
    places = (ROLLUP_BUCKET.c.measure, ROLLUP_BUCKET.c.bucket)
    statement = select(*places, calls).where(ROLLUP_BUCKET.c.subject_seq.in_(subjects))
    found: dict[Measure, list[Bucket]] = {measure: [] for measure in Measure}
    for row in connection.execute(statement.group_by(*places).order_by(*places)):
        found[Measure(row.measure)].append(bucket(row.bucket, int(row.calls)))
    tokens, durations = tuple(found[Measure.OUTPUT_TOKENS]), tuple(found[Measure.DURATION])
    p95 = quantile(tokens, 0.95)
    if p95 is None or not durations:
        return None
    return CallHistory(
        calls=sum(item.count for item in durations),
        mean_output_tokens=mean(tokens),
        p95_output_tokens=p95,
        mean_duration_s=mean(durations),
    )


def _between(day: ColumnElement[int], since: date, until: date) -> ColumnElement[bool]:
    return day.between(to_day(since), to_day(until))


def _sums() -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(column), 0).label(column.name) for column in _SUMS]


def _totals(row: Row[Any]) -> CallTotals:
    # PostgreSQL sums 64-bit integers into decimals.
    sums = {column.name: int(getattr(row, column.name)) for column in _SUMS}
    cost = sums.pop("cost_pico_usd")
    known = sums["unknown_cost"] < sums["calls"] or not sums["calls"]
    return CallTotals(**sums, cost_usd=from_pico(cost) if known else None)
