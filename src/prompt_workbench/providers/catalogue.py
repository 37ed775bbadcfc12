"""Which models can be called, what is known of them, and the provider of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property, partial

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import InvalidInputError, ModelFileError, NotFoundError
from prompt_workbench.domain.requests import Interface, ModelRef
from prompt_workbench.domain.usage import FREE
from prompt_workbench.providers import prices
from prompt_workbench.providers.base import Provider
from prompt_workbench.providers.batch_terms import batch_price_of, has_batches
from prompt_workbench.providers.batches import BatchProvider
from prompt_workbench.providers.guarded import GuardedProvider, refuse_without_key
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.http_way import STRAIGHT, Way, check_way, way_of
from prompt_workbench.providers.interfaces import make_provider
from prompt_workbench.providers.known import KNOWN, known_provider, provider_at
from prompt_workbench.providers.listing import UNLISTED
from prompt_workbench.providers.listings import Listings, RememberedListings
from prompt_workbench.providers.litellm_adapter import LitellmAdapter
from prompt_workbench.providers.litellm_host import LitellmHost
from prompt_workbench.providers.litellm_routes import route_of
from prompt_workbench.providers.local import weights
from prompt_workbench.providers.local.supervisor import LocalServers
from prompt_workbench.providers.local_chat import EMBEDDED, LocalChat
from prompt_workbench.providers.named_models import named_models
from prompt_workbench.providers.offline import IsOffline, check_reachable
from prompt_workbench.providers.origins import host_of, is_loopback, origin_of
from prompt_workbench.providers.terms import price_of
from prompt_workbench.settings.models import LOCAL_PROVIDER, Endpoint, ModelRegistry
from prompt_workbench.settings.registry import MODELS


class Catalogue:
    """The embedded model, the added model files, and the models of the endpoints.

    A known provider that was not added can be called all the same, by its own name.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        local: LocalServers,
        keys: Mapping[str, str],
        *,
        is_offline: IsOffline = lambda: False,
        litellm: LitellmHost | None = None,
        purpose: Purpose = Purpose.CALL,
    ) -> None:
        """Bind the models to the keys, which belong to an origin each."""
        self._litellm = litellm or LitellmHost()
        self._registry = registry
        self._local = local
        self._keys = keys
        self._is_offline = is_offline
        self._purpose = purpose
        self._clients: dict[Way, HttpClient] = {}
        self._providers: dict[str, Provider] = {}

    def models(self) -> tuple[ModelInfo, ...]:
        """Return the local models, and what the endpoints named when they were last asked."""
        names = dict.fromkeys([weights.DEFAULT.name, *(m.name for m in self._registry.local)])
        refs = [ModelRef(provider=LOCAL_PROVIDER, model=name) for name in names]
        refs += [
            ModelRef(provider=endpoint.name, model=model)
            for endpoint in self._registry.endpoints
            for model in self._listings.of(endpoint)
        ]
        return tuple(map(self.info, refs))

    def info(self, ref: ModelRef) -> ModelInfo:
        """Return what is known of a model.

        Raises:
            NotFoundError: It has no known provider.
        """
        if ref.provider == LOCAL_PROVIDER:
            return self._local_info(ref)
        endpoint = self._endpoint(ref)
        own = self._listings.of(endpoint).get(ref.model, UNLISTED)
        listed = prices.listing(host_of(endpoint.base_url), ref.model)
        terms = self._registry.terms_of(ref, datetime.now(UTC).astimezone().date())
        price, source = price_of(endpoint, ref.model, terms=terms, table=listed, server=own)
        whole = own.completed(listed)
        return ModelInfo(
            ref=ref,
            origin=origin_of(endpoint.base_url),
            interface=endpoint.interface,
            pace=endpoint.connection.pace,
            price=price,
            price_source=source,
            has_batches=has_batches(endpoint),
            batch_price=batch_price_of(endpoint, price, source, terms=terms, table=listed),
            context_size=whole.context_size,
            max_output_tokens=whole.max_output_tokens,
            capabilities=whole.capabilities,
            note=" ".join(filter(None, (listed.note, _note_of(endpoint)))),
        )

    async def provider(self, ref: ModelRef) -> Provider:
        """Return the provider of a model, ready to be called.

        Raises:
            NotFoundError: The model has no known provider.
            HostError: The local model cannot be started.
            ProviderError: litellm cannot be loaded.
            InvalidInputError: The key of the endpoint cannot be sent to it.
        """
        if ref.provider == LOCAL_PROVIDER:
            await self._local.endpoint(str(ref))
            origin = self._local_info(ref).origin
            return self._providers.setdefault(
                f"{ref} {origin}", LocalChat(self._client(STRAIGHT), self._local, ref.model, origin)
            )
        known = self._providers.get(ref.provider)
        if known is None:
            endpoint = self._endpoint(ref)
            if endpoint.interface is Interface.LITELLM:
                await self._litellm.ready()
            known = self._connected(endpoint)
            self._providers[ref.provider] = known
        return known

    def batches(self, ref: ModelRef) -> BatchProvider:
        """Return where the batches of a model go.

        Raises:
            NotFoundError: The model has no known provider.
            InvalidInputError: Its provider takes no batches.
        """
        # httpx takes 0.2 s to import, and most runs need none of this.
        from prompt_workbench.providers.batch_making import make_batches

        endpoint = None if ref.provider == LOCAL_PROVIDER else self._endpoint(ref)
        if endpoint is None or not has_batches(endpoint):
            raise InvalidInputError(
                f"{ref} cannot be called in a batch.",
                hint="Choose models of OpenAI or Anthropic, or run without a batch.",
            )
        key = self._keys.get(origin_of(endpoint.base_url))
        check_way(endpoint.base_url, endpoint.connection, has_key=bool(key))
        check = partial(self._check, endpoint, has_key=bool(key))
        return make_batches(endpoint, key=key, check=check, way=self._way(endpoint))

    async def discover(self, endpoint: Endpoint) -> Listings:
        """Ask an endpoint for its models.

        Raises:
            ProviderError: It does not answer, or does not list its models; or Offline is
                switched on.
            InvalidInputError: The key of the endpoint cannot be sent to it.
        """
        # httpx takes 0.2 s to import and serves nothing else here.
        from prompt_workbench.providers.discovery import listed_models

        if endpoint.interface is Interface.LITELLM or MODELS in endpoint.options:
            return named_models(endpoint)
        self._check_offline(endpoint)
        key = self._keys.get(origin_of(endpoint.base_url))
        check_way(endpoint.base_url, endpoint.connection, has_key=bool(key))
        return await listed_models(endpoint, key=key, way=self._way(endpoint))

    async def close(self) -> None:
        """Close all connections and end the local models."""
        for client in self._clients.values():
            await client.close()
        await self._local.close()
        await self._litellm.close()

    @cached_property
    def _listings(self) -> RememberedListings:
        return RememberedListings()

    def _connected(self, endpoint: Endpoint) -> Provider:
        key = self._keys.get(origin_of(endpoint.base_url))
        check_way(endpoint.base_url, endpoint.connection, has_key=bool(key))
        http = self._client(self._way(endpoint))
        made: Provider
        if endpoint.interface is Interface.LITELLM:
            made = LitellmAdapter(http, self._litellm, route_of(endpoint), key=key)
        else:
            made = make_provider(endpoint.interface, http, endpoint.base_url, key)
        # On this computer nothing can stand in the way, so no call pays for looking.
        if is_loopback(made.origin) and not endpoint.connection.proxy:
            return made
        return GuardedProvider(made, partial(self._check, endpoint, has_key=bool(key)))

    def _check(self, endpoint: Endpoint, *, has_key: bool) -> None:
        self._check_offline(endpoint)
        known = provider_at(endpoint.base_url)
        if not has_key and known is not None and known.needs_key:
            refuse_without_key(known)

    def _check_offline(self, endpoint: Endpoint) -> None:
        for url in filter(None, (endpoint.base_url, endpoint.connection.proxy)):
            check_reachable(url, self._is_offline)

    def _way(self, endpoint: Endpoint) -> Way:
        return way_of(endpoint.connection, self._keys)

    def _client(self, way: Way) -> HttpClient:
        if way not in self._clients:
            self._clients[way] = HttpClient(purpose=self._purpose, way=way)
        return self._clients[way]

    def _endpoint(self, ref: ModelRef) -> Endpoint:
        found = self._registry.endpoint(ref.provider)
        known = known_provider(ref.provider)
        if found is None and known is not None and not known.can_be_called:
            fields = " ".join(f"{field.name}=…" for field in known.fields if field.is_required)
            raise NotFoundError(
                f"{known.title} has to be added before it can be called.",
                hint=f"Add it in the preferences, or with: pwb providers add {known.name} {fields}",
            )
        if found is None and known is not None:
            return known.endpoint()
        if found is None:
            added = [endpoint.name for endpoint in self._registry.endpoints]
            names = dict.fromkeys([LOCAL_PROVIDER, *added, *(each.name for each in KNOWN)])
            raise NotFoundError(
                f"There is no provider named {ref.provider}.",
                hint=f"Known are: {', '.join(names)}. "
                "Add another one with: pwb models add-endpoint NAME URL",
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
            price_source="runs on this computer",
            slots=self._local.slots,
            local=True,
            available=not note,
            note=note,
        )


def _note_of(endpoint: Endpoint) -> str:
    through = "Called through litellm, which is loaded first; times include its reading."
    return through if endpoint.interface is Interface.LITELLM else ""
