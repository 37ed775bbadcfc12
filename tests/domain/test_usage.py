"""Costs: explained line by line, never invented."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.usage import (
    FREE,
    CostSource,
    Price,
    PriceStep,
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
        ("cache read", 400_000),
    ]


def test_a_free_cache_is_free() -> None:
    price = Price(input=Decimal(10), output=Decimal(30), cache_read=Decimal(0))
    usage = Usage(input_tokens=10, cache_read_input_tokens=10)
    assert cost_of(usage, UsageSource.REPORTED, price).usd == 0


def test_reasoning_is_part_of_the_output_and_has_a_line_and_a_price_of_its_own() -> None:
    usage = Usage(output_tokens=1_000_000, reasoning_output_tokens=750_000)
    same = cost_of(usage, UsageSource.REPORTED, PRICE)
    assert same.usd == 30
    assert [(line.name, line.tokens) for line in same.lines] == [
        ("output", 250_000),
        ("reasoning", 750_000),
    ]
    dearer = Price(input=Decimal(10), output=Decimal(30), reasoning=Decimal(40))
    assert cost_of(usage, UsageSource.REPORTED, dearer).usd == Decimal("37.5")


LONG = Price(input=Decimal(2), output=Decimal(20), cache_read=Decimal("0.2"))
STEPPED = Price(
    input=Decimal(1),
    output=Decimal(10),
    cache_read=Decimal("0.1"),
    steps=(PriceStep(more_than=200_000, price=LONG),),
)


def test_every_token_of_a_long_request_costs_the_price_of_long_requests() -> None:
    def lines(tokens: int) -> list[Decimal]:
        usage = Usage(input_tokens=tokens, cache_read_input_tokens=50_000, output_tokens=10)
        cost = cost_of(usage, UsageSource.REPORTED, STEPPED)
        return [line.price_per_million_usd for line in cost.lines]

    assert lines(200_000) == [1, Decimal("0.1"), 10]
    assert lines(200_001) == [2, Decimal("0.2"), 20]


def test_a_discount_holds_for_every_figure() -> None:
    half = STEPPED.scaled(Decimal("0.5"))
    assert (half.input, half.output, half.cache_read) == (Decimal("0.5"), 5, Decimal("0.05"))
    assert half.at(300_000).input == 1
    assert half.cache_creation is None


@given(
    st.integers(0, 400_000),
    st.integers(0, 400_000),
    st.integers(0, 100_000),
    st.integers(0, 100_000),
)
def test_no_call_costs_more_than_the_most(sent: int, read: int, got: int, thought: int) -> None:
    price = Price(
        input=Decimal(1),
        output=Decimal(10),
        cache_creation=Decimal("1.25"),
        reasoning=Decimal(12),
        steps=STEPPED.steps,
    )
    usage = Usage(
        input_tokens=sent,
        cache_creation_input_tokens=min(read, sent),
        output_tokens=got,
        reasoning_output_tokens=min(thought, got),
    )
    cost = cost_of(usage, UsageSource.REPORTED, price)
    assert cost.usd is not None
    assert cost.usd <= price.most_usd(sent, got)
    assert cost.usd <= price.most_usd(sent * 2, got)


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
