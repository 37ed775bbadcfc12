"""The models of servers that give no list of them, as a person named them."""

from __future__ import annotations

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.listing import UNLISTED
from prompt_workbench.providers.listings import Listings
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.settings.registry import MODELS


def named_models(endpoint: Endpoint) -> Listings:
    """Return the models that the person named for a server.

    Raises:
        ProviderError: None was named.
    """
    names = [name.strip() for name in endpoint.options.get(MODELS, "").split(",")]
    if not any(names):
        raise ProviderError(
            f"{endpoint.name} names no models.",
            kind=ProviderErrorKind.NOT_FOUND,
            sent=False,
            hint=f"Write them as {endpoint.name}/MODEL, or add it again with their names.",
        )
    return {name: UNLISTED for name in sorted(names) if name}
