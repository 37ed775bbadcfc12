"""Spend and latency over time, as the project's rollups know them.

Durations and token counts are kept as histograms with logarithmic buckets, eight to
an octave: a quantile read from one is at most five percent off, whatever the number of
calls behind it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum

_PER_OCTAVE = 8
_SMALLEST = 1e-6


class CostGroup(StrEnum):
    """By what a cost series is divided."""

    NONE = "none"
    MODEL = "model"
    PROMPT = "prompt"
    VERSION = "version"


class Measure(StrEnum):
    """What a histogram counts."""

    DURATION = "duration"
    """Seconds of a whole call."""
    FIRST_CHUNK = "first_chunk"
    """Seconds until the first chunk of an answer."""
    OUTPUT_TOKENS = "output_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTotals:
    """Sums over some calls."""

    calls: int = 0
    answered: int = 0
    truncated: int = 0
    failed: int = 0
    cancelled: int = 0
    unknown: int = 0
    """Sent, with an outcome that is not known; they may have been billed."""
    from_cache: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    missing_usage: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """The sum of the known and estimated costs; None when no call has one."""
    estimated_cost: int = 0
    """How many of the costs are estimates."""
    unknown_cost: int = 0
    """How many calls have no cost in the sum."""


def total(parts: Iterable[CallTotals]) -> CallTotals:
    """Return the sum of some totals; its cost is None when no call in it has one."""
    each = tuple(parts)
    counts = {
        field.name: sum(getattr(part, field.name) for part in each)
        for field in fields(CallTotals)
        if field.name != "cost_usd"
    }
    known = [part.cost_usd for part in each if part.cost_usd is not None]
    priced = counts["unknown_cost"] < counts["calls"] or not counts["calls"]
    return CallTotals(**counts, cost_usd=sum(known, Decimal(0)) if priced else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPoint:
    """The totals of one day (UTC) in one group."""

    day: date
    group: str
    """The model, prompt or version; empty when not divided."""
    totals: CallTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """How many values lie from low up to, but not including, high."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyHistogram:
    """The distribution of a measure for one model."""

    model: str
    measure: Measure
    buckets: tuple[Bucket, ...]
    """Only those that are not empty, from low to high."""

    @property
    def count(self) -> int:
        """How many calls it holds."""
        return sum(bucket.count for bucket in self.buckets)

    def quantile(self, q: float) -> float | None:
        """Return the value below which the share q of the calls lies; None without calls."""
        return quantile(self.buckets, q)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHistory:
    """What earlier calls of the same kind took, for estimates."""

    calls: int
    mean_output_tokens: float
    p95_output_tokens: float
    mean_duration_s: float


def bucket_number(value: float) -> int:
    """Return the number of the bucket that a value, not below zero, falls in."""
    return math.floor(math.log2(max(value, _SMALLEST)) * _PER_OCTAVE)


def bucket(number: int, count: int) -> Bucket:
    """Return the bucket of a number with its bounds."""
    return Bucket(
        low=float(2 ** (number / _PER_OCTAVE)),
        high=float(2 ** ((number + 1) / _PER_OCTAVE)),
        count=count,
    )


def quantile(buckets: tuple[Bucket, ...], q: float) -> float | None:
    """Return a quantile of ordered buckets, interpolated inside one; None without values."""
    wanted = q * sum(item.count for item in buckets)
    seen = 0
    for item in buckets:
        seen += item.count
        if seen >= wanted:
            share = 1 - (seen - wanted) / item.count
            return item.low + (item.high - item.low) * share
    return None


def merged(histograms: Iterable[LatencyHistogram]) -> tuple[Bucket, ...]:
    """Return the buckets of several histograms of one measure as those of one."""
    counts: dict[tuple[float, float], int] = {}
    for histogram in histograms:
        for item in histogram.buckets:
            place = (item.low, item.high)
            counts[place] = counts.get(place, 0) + item.count
    return tuple(
        Bucket(low=low, high=high, count=number) for (low, high), number in sorted(counts.items())
    )


def mean(buckets: tuple[Bucket, ...]) -> float:
    """Return the mean of the values, each taken as the middle of its bucket; 0 without any."""
    count = sum(item.count for item in buckets)
    total = sum((item.low + item.high) / 2 * item.count for item in buckets)
    return total / count if count else 0.0
