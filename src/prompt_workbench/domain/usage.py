"""Token usage and what it costs.

Token counts nest, they do not add up: ``input_tokens`` already includes the cached
tokens, and ``output_tokens`` already includes the reasoning tokens. Money is `Decimal`
US dollars here and integer picodollars (10⁻¹² dollars) in the database.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

PICO_PER_DOLLAR = 10**12
_PER_MILLION = Decimal(1_000_000)


class UsageSource(StrEnum):
    """Where the token counts of a call come from."""

    REPORTED = "reported"
    DOUBTFUL = "doubtful"
    """Reported, but more than the texts can have, or before the end of the answer."""
    ESTIMATED = "estimated"
    MISSING = "missing"


class Usage(Struct, frozen=True, kw_only=True):
    """Tokens of one model call, named as in the OpenTelemetry GenAI conventions."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    reasoning_output_tokens: int = 0


class Price(Struct, frozen=True, kw_only=True):
    """US dollars per million tokens."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    """None where reading from the cache costs as much as input."""
    cache_creation: Decimal | None = None
    """None where writing to the cache costs as much as input."""
    reasoning: Decimal | None = None
    """None where reasoning costs as much as any output."""
    steps: tuple[PriceStep, ...] = ()
    """Other prices of long requests, from short to long."""

    def at(self, input_tokens: int) -> Price:
        """Return what every token of a request of that length costs."""
        found = self
        for step in self.steps:
            if input_tokens > step.more_than:
                found = step.price
        return found

    def scaled(self, factor: Decimal) -> Price:
        """Return the price with every figure multiplied, as by a discount."""
        return Price(
            input=self.input * factor,
            output=self.output * factor,
            cache_read=None if self.cache_read is None else self.cache_read * factor,
            cache_creation=None if self.cache_creation is None else self.cache_creation * factor,
            reasoning=None if self.reasoning is None else self.reasoning * factor,
            steps=tuple(
                PriceStep(more_than=step.more_than, price=step.price.scaled(factor))
                for step in self.steps
            ),
        )

    def most_usd(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Return the most that so many tokens can cost, whatever of them is cached or thought."""
        # Not the last step alone: the request may turn out shorter than its bound.
        reached = [self, *(s.price for s in self.steps if input_tokens > s.more_than)]
        given = max(price.dearest_input for price in reached)
        made = max(price.dearest_output for price in reached)
        return (input_tokens * given + output_tokens * made) / _PER_MILLION

    @property
    def dearest_input(self) -> Decimal:
        """The most that a million input tokens of a short request can cost."""
        return max(self.input, self.cache_read or Decimal(0), self.cache_creation or Decimal(0))

    @property
    def dearest_output(self) -> Decimal:
        """The most that a million output tokens of a short request can cost."""
        return max(self.output, self.reasoning or Decimal(0))


class PriceStep(Struct, frozen=True, kw_only=True):
    """Prices of all tokens of a request that is longer than so many input tokens."""

    more_than: int
    price: Price


FREE = Price(input=Decimal(0), output=Decimal(0))
"""The price of a model that runs on the user's own machine: known, and zero."""


class CostLine(Struct, frozen=True, kw_only=True):
    """One line of the explanation of a cost: tokens × price per million."""

    name: str
    tokens: int
    price_per_million_usd: Decimal
    cost_usd: Decimal


class CostSource(StrEnum):
    """How sure a cost is."""

    KNOWN = "known"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


class Cost(Struct, frozen=True, kw_only=True):
    """What a call cost, and why; ``usd`` is None exactly when the source is unknown."""

    usd: Decimal | None
    source: CostSource
    lines: tuple[CostLine, ...] = ()


UNKNOWN_COST = Cost(usd=None, source=CostSource.UNKNOWN)


def cost_lines(usage: Usage, price: Price) -> tuple[CostLine, ...]:
    """Return the cost line by line; lines without tokens are left out."""
    price = price.at(usage.input_tokens)
    read, created = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    thought = min(usage.reasoning_output_tokens, usage.output_tokens)
    cache_read = price.input if price.cache_read is None else price.cache_read
    cache_creation = price.input if price.cache_creation is None else price.cache_creation
    parts = (
        ("input", usage.input_tokens - read - created, price.input),
        ("cache read", read, cache_read),
        ("cache write", created, cache_creation),
        ("output", usage.output_tokens - thought, price.output),
        ("reasoning", thought, price.output if price.reasoning is None else price.reasoning),
    )
    return tuple(
        CostLine(
            name=name,
            tokens=tokens,
            price_per_million_usd=each,
            cost_usd=tokens * each / _PER_MILLION,
        )
        for name, tokens, each in parts
        if tokens
    )


def cost_usd(usage: Usage, price: Price) -> Decimal:
    """Return what the tokens cost in US dollars, each kind and length of request at its price."""
    return _total(cost_lines(usage, price))


def cost_of(usage: Usage | None, source: UsageSource, price: Price | None) -> Cost:
    """Return what the tokens cost.

    Unknown is not zero: without a price, or without token counts at a price above zero,
    the cost is unknown.
    """
    if price is None:
        return UNKNOWN_COST
    if price == FREE:
        return Cost(usd=Decimal(0), source=CostSource.KNOWN)
    if usage is None or source is UsageSource.MISSING:
        return UNKNOWN_COST
    lines = cost_lines(usage, price)
    certain = source is UsageSource.REPORTED
    return Cost(
        usd=_total(lines),
        source=CostSource.KNOWN if certain else CostSource.ESTIMATED,
        lines=lines,
    )


def _total(lines: tuple[CostLine, ...]) -> Decimal:
    return sum((line.cost_usd for line in lines), Decimal(0))


def to_pico(usd: Decimal | None) -> int | None:
    """Return whole picodollars, rounded half to even; None stays None."""
    return None if usd is None else int((usd * PICO_PER_DOLLAR).to_integral_value())


def from_pico(pico: int | None) -> Decimal | None:
    """Return US dollars; None stays None."""
    return None if pico is None else Decimal(pico) / PICO_PER_DOLLAR
