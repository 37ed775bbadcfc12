"""Which models can be called in batches, and at what price."""

from __future__ import annotations

from decimal import Decimal

from prompt_workbench.domain.batches import BATCH_INTERFACES
from prompt_workbench.domain.usage import FREE, Price
from prompt_workbench.providers.known import provider_at
from prompt_workbench.providers.listing import Listing
from prompt_workbench.providers.prices import table_source
from prompt_workbench.settings.models import BATCHES, Endpoint, Terms

_TAKERS = frozenset({"openai", "openai-responses", "anthropic"})
_PERCENT = Decimal(100)


def has_batches(endpoint: Endpoint) -> bool:
    """Return whether a server takes batches: its provider does, or the person says so of it."""
    if endpoint.interface not in BATCH_INTERFACES:
        return False
    known = provider_at(endpoint.base_url)
    return BATCHES in endpoint.options or (known is not None and known.name in _TAKERS)


def batch_price_of(
    endpoint: Endpoint, price: Price | None, source: str, *, terms: Terms | None, table: Listing
) -> Price | None:
    """Return what a call costs in a batch; None where there are none, or nobody says it.

    Args:
        endpoint: Where the model is.
        price: What a single call costs.
        source: Where that price is from.
        terms: What the person says that they pay.
        table: What the price list says.
    """
    if not has_batches(endpoint):
        return None
    share = endpoint.options.get(BATCHES)
    if share is not None:
        return None if price is None else price.scaled(Decimal(share) / _PERCENT)
    # A price of the person's own is that of single calls.
    if price == FREE or not source.startswith(table_source()):
        return FREE if price == FREE else None
    discount = Decimal(0) if terms is None else terms.discount_percent
    listed = table.batch_price
    return None if listed is None else listed.scaled((_PERCENT - discount) / _PERCENT)
