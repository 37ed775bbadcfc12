"""What a server said of its models is kept for that server, at that address."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from prompt_workbench.domain.usage import Price
from prompt_workbench.providers.listing import Listing
from prompt_workbench.providers.listings import RememberedListings, listings_version, remember
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.system.paths import data_dir

HERE = Endpoint(name="here", base_url="https://a.example.org/v1")
THERE = Endpoint(name="there", base_url="https://b.example.org/v1")
LIST = {"m": Listing(price=Price(input=Decimal("0.1"), output=Decimal(1)), context_size=10)}


def test_each_server_has_its_own_list() -> None:
    remember(HERE, LIST)
    remember(THERE, {"n": Listing()})
    remember(THERE, {"o": Listing()})
    known = RememberedListings()
    assert known.of(HERE) == LIST
    assert set(known.of(THERE)) == {"o"}


def test_another_address_has_another_list() -> None:
    remember(HERE, LIST)
    assert RememberedListings().of(replace(HERE, base_url="https://evil.example.org")) == {}


def test_a_damaged_list_counts_as_none() -> None:
    for damaged in ("[]", "{", '{"a": []}', '{"a": {"m": {"input": "x", "output": "1"}}}'):
        (data_dir() / "listings.json").write_text(damaged)
        assert RememberedListings().of(HERE) == {}
    remember(HERE, LIST)
    assert RememberedListings().of(HERE) == LIST


def test_another_process_can_tell_that_a_server_was_asked_again() -> None:
    assert listings_version() == 0
    remember(HERE, LIST)
    assert listings_version() != 0
