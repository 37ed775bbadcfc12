"""Which models can be called, what is known of them, and the provider of each."""

from __future__ import annotations

from collections.abc import Mapping

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import ModelFileError, NotFoundError
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import FREE, Price
from prompt_workbench.providers import prices
from prompt_workbench.providers.base import Provider
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.local import weights
from prompt_workbench.providers.local.supervisor import LocalServers
from prompt_workbench.providers.local_chat import EMBEDDED, LocalChat
from prompt_workbench.providers.origins import host_of, origin_of
from prompt_workbench.providers.wire.openai_chat import OpenAIChat
from prompt_workbench.settings.models import LOCAL_PROVIDER, Endpoint, ModelRegistry


class Catalogue:
    """The embedded model, the added model files, and the models of the endpoints."""

    def __init__(
        self, registry: ModelRegistry, local: LocalServers, keys: Mapping[str, str]
    ) -> None:
        """Bind the models to the keys, which belong to an origin each."""
        self._registry = registry
        self._local = local
        self._keys = keys
        self._http = HttpClient()
        self._providers: dict[str, Provider] = {}

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the local models; those of an endpoint are known once it was asked."""
        names = dict.fromkeys([weights.DEFAULT.name, *(m.name for m in self._registry.local)])
        return tuple(self.info(ModelRef(provider=LOCAL_PROVIDER, model=name)) for name in names)

    def info(self, ref: ModelRef) -> ModelInfo:
        """Return what is known of a model.

        Raises:
            NotFoundError: It has no known provider.
        """
        if ref.provider == LOCAL_PROVIDER:
            return self._local_info(ref)
        endpoint = self._endpoint(ref)
        listed = prices.listing(host_of(endpoint.base_url), ref.model)
        own = _own_price(endpoint)
        return ModelInfo(
            ref=ref,
            origin=origin_of(endpoint.base_url),
            price=own or listed.price,
            context_size=listed.context_size,
            note="" if own else listed.note,
        )

    async def provider(self, ref: ModelRef) -> Provider:
        """Return the provider of a model, ready to be called.

        Raises:
            NotFoundError: The model has no known provider.
            HostError: The local model cannot be started.
            InvalidInputError: The key of the endpoint cannot be sent to it.
        """
        if ref.provider == LOCAL_PROVIDER:
            await self._local.endpoint(str(ref))
            origin = self._local_info(ref).origin
            return self._providers.setdefault(
                f"{ref} {origin}", LocalChat(self._http, self._local, ref.model, origin)
            )
        known = self._providers.get(ref.provider)
        if known is None:
            endpoint = self._endpoint(ref)
            key = self._keys.get(origin_of(endpoint.base_url))
            known = OpenAIChat(self._http, endpoint.base_url, key=key)
            self._providers[ref.provider] = known
        return known

    async def discover(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Ask an endpoint for its models.

        Raises:
            ProviderError: It does not answer, or does not list its models.
        """
        # httpx takes 0.2 s to import and serves nothing else here.
        from prompt_workbench.providers.discovery import listed_models

        key = self._keys.get(origin_of(endpoint.base_url))
        return await listed_models(endpoint.base_url, key=key)

    async def close(self) -> None:
        """Close all connections and end the local models."""
        await self._http.close()
        await self._local.close()

    def _endpoint(self, ref: ModelRef) -> Endpoint:
        found = self._registry.endpoint(ref.provider)
        if found is None:
            names = ", ".join([LOCAL_PROVIDER, *(e.name for e in self._registry.endpoints)])
            raise NotFoundError(
                f"There is no provider named {ref.provider}.",
                hint=f"Known are: {names}. Add one with: pwb models add-endpoint NAME URL",
            )
        return found

    def _local_info(self, ref: ModelRef) -> ModelInfo:
        note, origin = "", EMBEDDED
        try:
            # Another file under the same name is another model, whose answers are not cached.
            origin += f":{weights.identity(weights.locate(ref.model, self._registry))}"
        except ModelFileError as error:
            note = f"{error.message} {error.hint}"
        return ModelInfo(
            ref=ref,
            origin=origin,
            price=FREE,
            slots=self._local.slots,
            local=True,
            available=not note,
            note=note,
        )


def _own_price(endpoint: Endpoint) -> Price | None:
    if endpoint.input_price is None or endpoint.output_price is None:
        return None
    return Price(input=endpoint.input_price, output=endpoint.output_price)
