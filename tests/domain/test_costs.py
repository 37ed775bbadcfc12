"""Quantiles from histograms are close to those of the values themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.costs import (
    Bucket,
    LatencyHistogram,
    Measure,
    bucket,
    bucket_number,
    mean,
    quantile,
)

durations = st.lists(st.floats(1e-6, 1e5), min_size=1, max_size=200)


def histogram(values: Sequence[float]) -> tuple[Bucket, ...]:
    counts = Counter(bucket_number(value) for value in values)
    return tuple(bucket(number, counts[number]) for number in sorted(counts))


@given(st.floats(1e-6, 1e9))
def test_a_value_lies_in_its_bucket(value: float) -> None:
    found = bucket(bucket_number(value), 1)
    assert found.low <= value * (1 + 1e-12)
    assert value <= found.high * (1 + 1e-12)


@given(durations, st.floats(0.01, 1))
def test_a_quantile_is_in_the_bucket_of_the_true_one(values: list[float], q: float) -> None:
    ordered = sorted(values)
    place = min(max(-int(-q * len(ordered) // 1), 1), len(ordered))
    true = bucket(bucket_number(ordered[place - 1]), 1)
    found = quantile(histogram(values), q)
    assert found is not None
    assert true.low * 0.9 <= found <= true.high * 1.1


@given(durations)
def test_a_mean_is_at_most_five_percent_off(values: list[float]) -> None:
    assert mean(histogram(values)) == pytest.approx(sum(values) / len(values), rel=0.05)


def test_without_calls_nothing_is_known() -> None:
    empty = LatencyHistogram(model="local/small", measure=Measure.DURATION, buckets=())
    assert (empty.count, empty.quantile(0.5), mean(())) == (0, None, 0)


def test_zero_has_a_bucket() -> None:
    assert bucket_number(0) == bucket_number(1e-9)
