"""What is said of a model, from two sources and in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.usage import Price, PriceStep
from prompt_workbench.providers.listing import (
    UNLISTED,
    Listing,
    listing_from_json,
    listing_to_json,
)

LONG = PriceStep(more_than=200_000, price=Price(input=Decimal(2), output=Decimal(4)))
WHOLE = Listing(
    price=Price(input=Decimal(1), output=Decimal(2), steps=(LONG,)),
    context_size=1000,
    max_output_tokens=100,
    capabilities=frozenset({Capability.TOOLS, Capability.VISION}),
    retires_on=date(2999, 1, 1),
    remark="Slow.",
)


def test_a_listing_is_read_as_it_was_written() -> None:
    for listing in (WHOLE, UNLISTED, Listing(capabilities=frozenset())):
        assert listing_from_json(listing_to_json(listing)) == listing


def test_what_one_source_does_not_say_the_other_may() -> None:
    partial = Listing(context_size=500, capabilities=frozenset())
    both = partial.completed(WHOLE)
    assert (both.context_size, both.price, both.max_output_tokens) == (500, WHOLE.price, 100)
    assert both.capabilities == frozenset(), "nothing is known to be nothing"


def test_a_person_is_told_what_makes_a_model_dearer_or_gone() -> None:
    assert WHOLE.note == (
        "Its provider withdraws it on 2999-01-01. Slow. "
        "Requests of more than 200,000 tokens cost more."
    )
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert "withdrew it" in Listing(retires_on=yesterday).note
    assert UNLISTED.note == ""
