"""Which of several prices holds for a model, and where it is from."""

from __future__ import annotations

from decimal import Decimal

from prompt_workbench.domain.usage import FREE, Price
from prompt_workbench.providers.listing import Listing
from prompt_workbench.providers.origins import host_of
from prompt_workbench.providers.prices import table_source
from prompt_workbench.settings.models import Endpoint, Terms

_CLOUD = ("-cloud", ":cloud")
"""How Ollama marks the models that it passes on to its own servers, which are not free."""


def price_of(
    endpoint: Endpoint, model: str, *, terms: Terms | None, table: Listing, server: Listing
) -> tuple[Price | None, str]:
    """Return the price of a model and where it is from; both empty where nobody says one.

    What the person says of the model comes first, then what they say of the endpoint, then the
    price list of the provider whose own host it is, then what the server says of itself. A
    discount is taken from whichever holds.
    """
    price, source = _undiscounted(endpoint, model, terms=terms, table=table, server=server)
    if price is None or terms is None or not terms.discount_percent:
        return price, source
    percent = terms.discount_percent
    return (
        price.scaled((100 - percent) / Decimal(100)),
        f"{source}, less your {percent.normalize():f} %",
    )


def _undiscounted(
    endpoint: Endpoint, model: str, *, terms: Terms | None, table: Listing, server: Listing
) -> tuple[Price | None, str]:
    if terms is not None and terms.price is not None:
        return terms.price, f"your own price since {terms.since}"
    own = _price_of_endpoint(endpoint)
    if own is not None and not (own == FREE and model.endswith(_CLOUD)):
        return own, f"your own price of {endpoint.name}"
    if table.price is not None:
        return table.price, table_source()
    if server.price is not None:
        return server.price, f"listed by {host_of(endpoint.base_url)}"
    return None, ""


def _price_of_endpoint(endpoint: Endpoint) -> Price | None:
    if endpoint.input_price is None or endpoint.output_price is None:
        return None
    return Price(input=endpoint.input_price, output=endpoint.output_price)
