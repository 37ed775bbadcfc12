"""Prices survive being written down, to the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.price_json import price_from_json, price_to_json
from prompt_workbench.domain.usage import FREE, Price, PriceStep

WHOLE = Price(
    input=Decimal("0.0375"),
    output=Decimal("1E+1"),
    cache_read=Decimal(0),
    cache_creation=Decimal("0.1"),
    reasoning=Decimal(12),
    steps=(PriceStep(more_than=200_000, price=Price(input=Decimal(1), output=Decimal(20))),),
)


@pytest.mark.parametrize("price", [FREE, WHOLE], ids=["free", "whole"])
def test_a_price_is_read_as_it_was_written(price: Price) -> None:
    assert price_from_json(price_to_json(price)) == price


def test_figures_have_no_exponent_and_absent_ones_are_left_out() -> None:
    assert price_to_json(Price(input=Decimal("1E+1"), output=Decimal("0.00000001"))) == {
        "input": "10",
        "output": "0.00000001",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"input": "1"},
        {"input": "cheap", "output": "1"},
        {"input": True, "output": "1"},
        {"input": "1", "output": "1", "steps": {}},
        {"input": "1", "output": "1", "steps": [{"input": "1", "output": "1"}]},
    ],
)
def test_what_is_no_price_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        price_from_json(wrong)
