"""Costs: explained line by line, never invented."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.usage import (
    FREE,
    CostSource,
    Price,
    Usage,
    UsageSource,
    cost_of,
    from_pico,
    to_pico,
)

PRICE = Price(input=Decimal(10), output=Decimal(30), cache_read=Decimal(1))


def test_cached_tokens_are_part_of_the_input_not_added_to_it() -> None:
    usage = Usage(input_tokens=1_000_000, cache_read_input_tokens=400_000)
    cost = cost_of(usage, UsageSource.REPORTED, PRICE)
    assert cost.usd == Decimal("6.4")
    assert [(line.name, line.tokens) for line in cost.lines] == [
        ("input", 600_000),
        ("input read from the cache", 400_000),
    ]


def test_a_free_cache_is_free() -> None:
    price = Price(input=Decimal(10), output=Decimal(30), cache_read=Decimal(0))
    usage = Usage(input_tokens=10, cache_read_input_tokens=10)
    assert cost_of(usage, UsageSource.REPORTED, price).usd == 0


def test_without_a_price_the_cost_is_unknown_and_not_zero() -> None:
    cost = cost_of(Usage(input_tokens=5), UsageSource.REPORTED, None)
    assert (cost.usd, cost.source) == (None, CostSource.UNKNOWN)


def test_without_token_counts_a_paid_model_costs_an_unknown_amount() -> None:
    assert cost_of(None, UsageSource.MISSING, PRICE).usd is None


def test_a_local_model_costs_a_known_zero_even_without_token_counts() -> None:
    cost = cost_of(None, UsageSource.MISSING, FREE)
    assert (cost.usd, cost.source) == (Decimal(0), CostSource.KNOWN)


def test_estimated_tokens_make_an_estimated_cost() -> None:
    cost = cost_of(Usage(output_tokens=7), UsageSource.ESTIMATED, PRICE)
    assert cost.source is CostSource.ESTIMATED


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.decimals(0, 1000, places=4),
    st.decimals(0, 1000, places=4),
)
def test_the_lines_add_up_to_the_last_digit(sent: int, got: int, low: Decimal, high: Decimal):
    price = Price(input=low, output=high)
    usage = Usage(input_tokens=sent, output_tokens=got)
    cost = cost_of(usage, UsageSource.REPORTED, price)
    assert cost.usd == sum((line.cost_usd for line in cost.lines), Decimal(0))
    assert from_pico(to_pico(cost.usd)) == cost.usd
