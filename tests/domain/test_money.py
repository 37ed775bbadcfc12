"""Amounts of money as they are written everywhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.money import dollars, price


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        ("0", "$0"), ("0.00", "$0"), ("0.0042", "$0.0042"), ("0.0000123", "$0.000012"),
        ("0.038", "$0.038"), ("0.02", "$0.020"), ("0.00999", "$0.010"), ("0.0999", "$0.10"),
        ("0.183", "$0.18"), ("0.19", "$0.19"), ("0.999", "$1.00"), ("0.5", "$0.50"),
        ("12.346", "$12.35"), ("-0.5", "−$0.50"),
        ("1234567", "$1,234,567.00"),
    ],
)  # fmt: skip
def test_an_amount_has_the_digits_that_matter(usd: str, text: str) -> None:
    assert dollars(Decimal(usd)) == text


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        ("0", "$0"), ("0.0375", "$0.0375"), ("1E+1", "$10.00"), ("0.5", "$0.50"),
        ("1.250", "$1.25"), ("0.00000001", "$0.00000001"), ("1234.5", "$1,234.50"),
    ],
)  # fmt: skip
def test_a_price_is_never_rounded(usd: str, text: str) -> None:
    assert price(Decimal(usd)) == text
