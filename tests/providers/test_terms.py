"""Which of several prices holds, and what a person is told of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import Price
from prompt_workbench.providers.listing import UNLISTED, Listing
from prompt_workbench.providers.prices import table_source
from prompt_workbench.providers.terms import price_of
from prompt_workbench.settings.models import Endpoint, Terms


def flat(figure: str) -> Price:
    return Price(input=Decimal(figure), output=Decimal(figure))


PLAIN = Endpoint(name="there", base_url="https://api.example.org/v1")
PRICED = Endpoint(
    name="there",
    base_url="https://api.example.org/v1",
    input_price=Decimal(2),
    output_price=Decimal(2),
)
FREE_SERVER = Endpoint(
    name="ollama",
    base_url="http://127.0.0.1:11434/v1",
    input_price=Decimal(0),
    output_price=Decimal(0),
)
OWN = Terms(model=model_ref("there/m"), since=date(2026, 11, 1), price=flat("1"))
OWN_AND_LESS = Terms(
    model=model_ref("there/m"),
    since=date(2026, 11, 1),
    price=flat("1"),
    discount_percent=Decimal("12.5"),
)
LESS = Terms(model=model_ref("there/m"), since=date(2026, 11, 1), discount_percent=Decimal(50))
TABLE, SERVER = Listing(price=flat("3")), Listing(price=flat("4"))


@pytest.mark.parametrize(
    ("endpoint", "terms", "table", "server", "price", "source"),
    [
        (PRICED, OWN, TABLE, SERVER, "1", "your own price since 2026-11-01"),
        (PRICED, None, TABLE, SERVER, "2", "your own price of there"),
        (PLAIN, None, TABLE, SERVER, "3", table_source()),
        (PLAIN, None, UNLISTED, SERVER, "4", "listed by api.example.org"),
        (PRICED, LESS, TABLE, SERVER, "1", "your own price of there, less your 50 %"),
        (PLAIN, LESS, TABLE, SERVER, "1.5", f"{table_source()}, less your 50 %"),
        (
            PLAIN, OWN_AND_LESS, TABLE, SERVER, "0.875",
            "your own price since 2026-11-01, less your 12.5 %",
        ),
    ],
)  # fmt: skip
def test_what_the_person_says_comes_first(
    endpoint: Endpoint,
    terms: Terms | None,
    table: Listing,
    server: Listing,
    price: str,
    source: str,
) -> None:
    found = price_of(endpoint, "m", terms=terms, table=table, server=server)
    assert found == (flat(price), source)


def test_a_discount_of_an_unknown_price_is_unknown() -> None:
    assert price_of(PLAIN, "m", terms=LESS, table=UNLISTED, server=UNLISTED) == (None, "")


def test_a_model_that_a_free_server_passes_on_is_not_free() -> None:
    def price(model: str) -> Price | None:
        return price_of(FREE_SERVER, model, terms=None, table=UNLISTED, server=UNLISTED)[0]

    assert price("llama3.2") == flat("0")
    assert price("gpt-oss:120b-cloud") is None
    assert price("kimi-k2:cloud") is None
