"""What a person can do with providers: add them, try them out, find local servers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.domain.usage import Cost, cost_of
from prompt_workbench.providers.base import Answer, FormRefusedError, Timeouts
from prompt_workbench.providers.known import KNOWN, KnownProvider, known_provider, provider_at
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.providers.tokens import estimate_input
from prompt_workbench.services.base import Announce, Done
from prompt_workbench.services.keys import Keys, KeyState, VaultStatus
from prompt_workbench.services.models import Models
from prompt_workbench.services.registry import Registry
from prompt_workbench.settings.connection import CONNECTION, Connection, connection_of
from prompt_workbench.settings.models import Endpoint, ModelRegistry
from prompt_workbench.settings.schema import Setting

__all__ = [
    "CONNECTION",
    "Connection",
    "FoundServer",
    "KnownProvider",
    "Provider",
    "Providers",
    "TryPlan",
    "TryResult",
]

_QUESTION = "Say ok."
_MAX_TOKENS = 16
"""What every provider accepts as a limit; enough for the answer of a model that does not think."""
_PATIENCE = Timeouts(connect_s=10, first_chunk_s=30, idle_s=20, total_s=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An added provider or server as it stands."""

    endpoint: Endpoint
    title: str
    key: KeyState
    key_page: str = ""
    """Where a person gets a key; empty where that is not known or none is needed."""
    needs_key: bool = False
    """Whether it is known to answer only with a key."""
    note: str = ""
    """Why it could not be asked for its models; empty when it could, or was not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryPlan:
    """One small call that shows whether a provider answers, and what it can cost at most."""

    model: ModelInfo
    request: GenerationRequest
    most_usd: Decimal | None
    """None when the price of the model is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryResult:
    """What came of a small call."""

    model: ModelRef
    text: str
    duration_s: float | None
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A local server that answers at its usual port."""

    provider: KnownProvider
    models: tuple[str, ...]
    added_as: str = ""
    """The name under which it was added before; empty when it was not."""


class Providers:
    """The providers of this person, for all projects."""

    def __init__(self, announce: Announce, *, models: Models, keys: Keys) -> None:
        self._models = models
        self._keys = keys
        self._registry = Registry(announce)

    @property
    def choices(self) -> tuple[Setting, ...]:
        """What can be chosen of how calls reach a server, and how fast."""
        return tuple(CONNECTION.values())

    @property
    def known(self) -> tuple[KnownProvider, ...]:
        """The providers that can be added by their name."""
        return KNOWN

    async def list(self) -> tuple[tuple[Provider, ...], VaultStatus]:
        """Return the added providers with the states of their keys, and of the keyring."""
        states, status = await self._keys.states()
        endpoints = await self._models.endpoints()
        return tuple(self._provider(endpoint, states) for endpoint in endpoints), status

    async def add(self, name: str, values: Mapping[str, str] | None = None) -> Done[Endpoint]:
        """Add a known provider; where its name is taken by another server, under a free one.

        Args:
            name: A known provider.
            values: What the person says for its fields, by their names.

        Raises:
            NotFoundError: No provider of that name is known.
            InvalidInputError: A field is missing, or cannot be what is said.
        """
        known = known_provider(name)
        if known is None:
            raise NotFoundError(
                f"There is no known provider named {name}.",
                hint=f"Known are: {', '.join(each.name for each in KNOWN)}.",
            )
        registry = await self._registry.read()
        endpoint = known.endpoint(values=values)
        taken = registry.endpoint(known.name)
        if taken is not None and _is_same(taken, endpoint):
            endpoint = replace(taken, options=endpoint.options)
        else:
            endpoint = replace(endpoint, name=_free_name(registry, known))
        return await self._registry.change(
            lambda registry: registry.with_endpoint(endpoint),
            title=f"Add {endpoint.name}",
            value=endpoint,
        )

    async def endpoint(self, name: str) -> Endpoint:
        """Return an added server.

        Raises:
            NotFoundError: It was not added.
        """
        found = (await self._registry.read()).endpoint(name)
        if found is None:
            raise NotFoundError(
                f"There is no endpoint named {name}.", hint=f"Add it with: pwb providers add {name}"
            )
        return found

    async def connect(self, name: str, choices: Mapping[str, object]) -> Done[Endpoint]:
        """Choose how calls reach a server, and how fast; what is not named stays as it is.

        Args:
            name: An added server.
            choices: Values of `CONNECTION`, by key.

        Raises:
            NotFoundError: The server was not added, or there is no such choice.
            InvalidInputError: A choice is not possible.
            ProviderError: The file of certificates cannot be used.
        """
        from prompt_workbench.providers.http_way import trusted

        endpoint = await self.endpoint(name)
        chosen = connection_of({**endpoint.connection.values(), **choices})
        if chosen.ca_file:
            await asyncio.to_thread(trusted, chosen.ca_file)
        connected = replace(endpoint, connection=chosen)
        return await self._registry.change(
            lambda registry: registry.with_endpoint(connected),
            title=f"Change the connection of {name}",
            value=connected,
        )

    async def plan_try(self, name: str, model: str = "") -> TryPlan:
        """Return the call that would try out a provider; asks it for its models if need be.

        Args:
            name: An added provider.
            model: Which of its models to call; the cheapest that is known unless given.

        Raises:
            NotFoundError: It was not added, or names no model.
        """
        if name not in {endpoint.name for endpoint in await self._models.endpoints()}:
            raise NotFoundError(f"There is no endpoint named {name}.")
        if model:
            info = await self._models.info(ModelRef(provider=name, model=model))
        else:
            info = await self._cheapest(name)
        request = GenerationRequest(
            model=info.ref,
            messages=(text_message(Role.USER, _QUESTION),),
            settings=ModelSettings(max_tokens=_MAX_TOKENS),
        )
        tokens = estimate_input(request).high
        most = None if info.price is None else info.price.most_usd(tokens, _MAX_TOKENS)
        return TryPlan(model=info, request=request, most_usd=most)

    async def try_out(self, plan: TryPlan) -> TryResult:
        """Send the planned call; it belongs to no project, so no project counts its cost.

        Raises:
            ProviderError: It failed; the message says why.
            InvalidInputError: The key cannot be sent there.
        """
        keys = await self._keys.all()
        # A loop of its own, since the window's is not made for many small pieces.
        answer = await asyncio.to_thread(lambda: asyncio.run(self._sent(plan, keys)))
        return TryResult(
            model=plan.model.ref,
            text=answer.text,
            duration_s=answer.duration_s,
            cost=cost_of(answer.usage, answer.usage_source, plan.model.price),
        )

    async def discover(self) -> tuple[FoundServer, ...]:
        """Return the known local servers that run on this computer now."""
        from prompt_workbench.providers.discovery import find_local_servers

        added = {origin_of(each.base_url): each.name for each in await self._models.endpoints()}
        return tuple(
            FoundServer(
                provider=found.provider,
                models=tuple(found.models),
                added_as=added.get(origin_of(found.provider.base_url), ""),
            )
            for found in await find_local_servers()
        )

    def _provider(self, endpoint: Endpoint, states: Mapping[str, KeyState]) -> Provider:
        known = provider_at(endpoint.base_url)
        return Provider(
            endpoint=endpoint,
            title=known.title if known and known.name == endpoint.name else endpoint.name,
            key=states[endpoint.name],
            key_page=known.key_page if known else "",
            needs_key=known.needs_key if known else False,
            note=self._models.note(endpoint.name),
        )

    async def _cheapest(self, name: str) -> ModelInfo:
        found = await self._models_of(name)
        if not found:
            await self._models.refresh(name)
            found = await self._models_of(name)
        if not found:
            raise NotFoundError(
                f"{name} names no model that could be called.",
                hint=self._models.note(name) or "Say which model to call.",
            )
        priced = [info for info in found if info.price is not None]
        return min(priced, key=_price_of_try, default=found[0])

    async def _models_of(self, name: str) -> tuple[ModelInfo, ...]:
        return tuple(info for info in await self._models.list() if info.ref.provider == name)

    async def _sent(self, plan: TryPlan, keys: Mapping[str, str]) -> Answer:
        catalogue = self._models.catalogue(keys, purpose=Purpose.TRY)
        try:
            provider = await catalogue.provider(plan.model.ref)
            prepared = provider.prepare(plan.request)
            try:
                return await provider.send(prepared, _unheard, timeouts=_PATIENCE)
            except FormRefusedError as refusal:
                return await provider.send(refusal.other, _unheard, timeouts=_PATIENCE)
        finally:
            await catalogue.close()


def _unheard(text: str) -> None:
    """Pass over a piece of an answer; the whole of it comes at the end."""


def _price_of_try(info: ModelInfo) -> Decimal:
    return Decimal(0) if info.price is None else info.price.most_usd(100, _MAX_TOKENS)


def _free_name(registry: ModelRegistry, known: KnownProvider) -> str:
    names = {endpoint.name for endpoint in registry.endpoints}
    name, number = known.name, 1
    while name in names:
        number += 1
        name = f"{known.name}-{number}"
    return name


def _is_same(endpoint: Endpoint, other: Endpoint) -> bool:
    return endpoint.interface is other.interface and origin_of(endpoint.base_url) == origin_of(
        other.base_url
    )
