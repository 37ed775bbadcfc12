"""Numbers carry their unit, and unknown is a word."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from prompt_workbench.domain.usage import UNKNOWN_COST, Cost, CostSource
from prompt_workbench.ui.kit import formats


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "unknown"),
        (Decimal(0), "$0"),
        (Decimal("0.0042"), "$0.0042"),
        (Decimal("0.0000123"), "$0.000012"),
        (Decimal("0.038"), "$0.038"),
        (Decimal("0.5"), "$0.50"),
        (Decimal("12.346"), "$12.35"),
        (Decimal(1234567), "$1,234,567.00"),
    ],
)
def test_money(usd: Decimal | None, text: str) -> None:
    assert formats.money(usd) == text


def test_an_estimated_cost_is_marked() -> None:
    assert formats.cost(Cost(usd=Decimal("0.5"), source=CostSource.ESTIMATED)).startswith("~")
    assert formats.cost(UNKNOWN_COST) == "unknown"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "unknown"), (0.0421, "42 ms"), (0.9996, "1.00 s"), (1.236, "1.24 s"),
        (12.34, "12.3 s"), (59.97, "1 min 00 s"), (754, "12 min 34 s"), (7384, "2 h 03 min"),
    ],
)  # fmt: skip
def test_durations(value: float | None, text: str) -> None:
    assert formats.seconds(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.02, 0.15, "less than 1 s"), (51.94, None, "about 52 s"), (0.2, 3.4, "up to 3 s"),
        (1.1, 0.9, "about 1 s"), (59.6, None, "about 1 min 00 s"),
        (12, 95, "about 12 s to 1 min 35 s"),
    ],
)  # fmt: skip
def test_what_is_only_reckoned_has_no_more_digits_than_it_is_worth(
    low: float, high: float | None, text: str
) -> None:
    assert formats.reckoned(low, high) == text


def test_sizes_and_shares() -> None:
    assert formats.size(92_871_040) == "93 MB"
    assert formats.size(2_100_000_000) == "2.1 GB"
    assert formats.percent(None) == "–"
    assert formats.percent(0.824) == "82 %"
    assert formats.count(None) == "unknown"


def test_times_are_as_short_as_they_can_be() -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert len(formats.when(now, now)) == len("12:00")
    assert formats.when(datetime(2026, 1, 2, 12, 0, tzinfo=UTC), now) == "2026-01-02"


def test_a_price_is_never_rounded() -> None:
    assert formats.price(Decimal("0.0375")) == "$0.0375"
    assert formats.price(None) == "unknown"
