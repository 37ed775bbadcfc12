"""What a person can do with models: see which there are, fetch, add and remove them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import HostError, InvalidInputError, WorkbenchError
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import Price
from prompt_workbench.providers.local import weights
from prompt_workbench.services.base import Announce, Done
from prompt_workbench.services.keys import Keys
from prompt_workbench.services.registry import Registry
from prompt_workbench.settings import models as registry_file
from prompt_workbench.settings.models import Endpoint, LocalModel, ModelRegistry, Terms
from prompt_workbench.settings.offline import OfflineSwitch

if TYPE_CHECKING:
    from prompt_workbench.providers.catalogue import Catalogue

__all__ = ["DefaultModel", "Endpoint", "Models", "Terms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultModel:
    """The model that comes with the program, once its weights are fetched."""

    name: str
    """Written ``provider/model``."""
    title: str
    size: int
    """In bytes."""
    licence: str
    why: str
    installed: bool


class Models:
    """The models of this person, for all projects."""

    def __init__(self, announce: Announce, *, keys: Keys) -> None:
        self._announce = announce
        self._keys = keys
        self._registry = Registry(announce)
        self._switch = OfflineSwitch()
        self._notes: dict[str, str] = {}

    @property
    def default(self) -> DefaultModel:
        """The model that comes with the program."""
        bundled = weights.DEFAULT
        return DefaultModel(
            name=bundled.full_name,
            title=bundled.title,
            size=bundled.wheel_size,
            licence=bundled.licence,
            why=bundled.why,
            installed=_is_installed(),
        )

    async def list(self) -> tuple[ModelInfo, ...]:
        """Return every model that is known, local ones first, without asking any server."""
        infos = await asyncio.to_thread(lambda: self.catalogue().models())
        return tuple(map(self._noted, infos))

    async def info(self, ref: ModelRef) -> ModelInfo:
        """Return what is known of a model.

        Raises:
            NotFoundError: It has no known provider.
        """
        return await asyncio.to_thread(lambda: self.catalogue().info(ref))

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the servers that the person added."""
        return (await self._registry.read()).endpoints

    def note(self, endpoint_name: str) -> str:
        """Return why a server could not be asked for its models; empty when it could."""
        return self._notes.get(endpoint_name, "")

    async def refresh(self, *endpoint_names: str) -> tuple[ModelInfo, ...]:
        """Ask added servers, or all of them, for their models, and return all that are known."""
        endpoints = await self.endpoints()
        catalogue = await asyncio.to_thread(self.catalogue, await self._keys.all())
        async with asyncio.TaskGroup() as group:
            for endpoint in endpoints:
                if not endpoint_names or endpoint.name in endpoint_names:
                    group.create_task(self._ask(catalogue, endpoint))
        self._announce(changed(Kind.MODEL))
        return await self.list()

    async def fetch_default(
        self, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Done[Path]:
        """Download the weights of the default model; cancelled, it leaves nothing behind.

        Progress is told in bytes, done and total, on the loop's thread.

        Raises:
            HostError: Offline is switched on, or the download failed.
        """
        from prompt_workbench.providers.local.download import FetchProgress, fetch

        if self.is_offline() and not _is_installed():
            raise HostError(
                "Offline is switched on, so nothing is downloaded.",
                hint="Switch Offline off in the preferences, or with: pwb network offline off",
            )
        loop, cancelled = asyncio.get_running_loop(), False

        def tell(step: FetchProgress) -> None:
            if cancelled:
                raise InvalidInputError("The download was cancelled.")
            loop.call_soon_threadsafe(progress, step.done, step.total)

        try:
            path = await asyncio.to_thread(fetch, tell)
        finally:
            cancelled = True
        return self._registry.done(path)

    async def add_local(self, path: Path, name: str | None = None) -> Done[ModelInfo]:
        """Make a GGUF file usable as ``local/NAME``; the file stays where it is.

        Raises:
            ModelFileError: It is no model file.
        """

        def work() -> LocalModel:
            whole = path.expanduser().resolve()
            weights.check_gguf(whole)
            return LocalModel(name=name or weights.name_for(whole), path=whole)

        model = await asyncio.to_thread(work)
        ref = ModelRef(provider=registry_file.LOCAL_PROVIDER, model=model.name)
        done = await self._registry.change(
            lambda registry: registry.with_local(model), title=f"Add {ref}", value=None
        )
        return Done(value=await self.info(ref), changes=done.changes, undo=done.undo)

    async def add_endpoint(self, endpoint: Endpoint) -> Done[Endpoint]:
        """Add a model server, or change the one of that name, whose connection stays."""

        def added(registry: ModelRegistry) -> ModelRegistry:
            before = registry.endpoint(endpoint.name)
            kept = endpoint.connection if before is None else before.connection
            return registry.with_endpoint(replace(endpoint, connection=kept))

        return await self._registry.change(
            added,
            title=f"Add {endpoint.name}",
            value=endpoint,
        )

    async def remove(self, name: str) -> Done[str]:
        """Remove an added server by its name, or an added file by ``local/NAME``.

        The key of a server is forgotten with it, unless another one at its address needs it;
        taking the removal back does not bring the key back.

        Raises:
            NotFoundError: Nothing of that name was added.
            HostError: It is removed, but the keyring may still hold its key.
        """
        provider, slash, model = name.partition("/")
        local = bool(slash) and provider == registry_file.LOCAL_PROVIDER
        endpoint = (await self._registry.read()).endpoint(name)

        def without(registry: ModelRegistry) -> ModelRegistry:
            return registry.without_local(model) if local else registry.without_endpoint(name)

        done = await self._registry.change(without, title=f"Remove {name}", value=name)
        if endpoint is not None:
            self._notes.pop(name, None)
            await self._forget_key(endpoint)
        return done

    async def set_price(
        self,
        model: ModelRef,
        price: Price | None,
        *,
        discount_percent: Decimal = Decimal(0),
        since: date,
    ) -> Done[Terms]:
        """Have a model cost what the person pays, from a day on.

        Calls keep the price that they were paid at.

        Args:
            model: The model.
            price: What it costs; None where only a discount is given.
            discount_percent: What is taken off its price, whichever that is.
            since: The first day.

        Raises:
            InvalidInputError: Neither is given, or a figure is not possible.
            NotFoundError: The model has no known provider.
        """
        await self.info(model)
        terms = Terms(model=model, since=since, price=price, discount_percent=discount_percent)
        return await self._registry.change(
            lambda registry: registry.with_terms(terms), title=f"Price of {model}", value=terms
        )

    async def remove_price(self, model: ModelRef) -> Done[ModelRef]:
        """Have a model cost again what is known without the person's own prices.

        Raises:
            NotFoundError: The person gave none.
        """
        return await self._registry.change(
            lambda registry: registry.without_terms(model),
            title=f"Remove the price of {model}",
            value=model,
        )

    def is_offline(self) -> bool:
        """Return whether Offline is switched on."""
        return self._switch()

    def catalogue(
        self, keys: Mapping[str, str] | None = None, *, purpose: Purpose = Purpose.CALL
    ) -> Catalogue:
        """Return the catalogue of the models as they are registered now; it reads files."""
        from prompt_workbench.providers.catalogue import Catalogue
        from prompt_workbench.providers.local.supervisor import LocalServers

        registry = registry_file.load()
        return Catalogue(
            registry, LocalServers(), keys or {}, is_offline=self.is_offline, purpose=purpose
        )

    async def _forget_key(self, removed: Endpoint) -> None:
        try:
            await self._keys.forget_unused(removed)
        except HostError as error:
            raise HostError(
                f"{removed.name} is removed. {error.message}",
                hint="Unlock the keyring, then add the provider again and forget its key.",
            ) from None

    async def _ask(self, catalogue: Catalogue, endpoint: Endpoint) -> None:
        from prompt_workbench.providers.listings import remember

        try:
            found = await catalogue.discover(endpoint)
        except WorkbenchError as error:
            self._notes[endpoint.name] = " ".join(filter(None, (error.message, error.hint)))
            return
        self._notes.pop(endpoint.name, None)
        await asyncio.to_thread(remember, endpoint, found)

    def _noted(self, info: ModelInfo) -> ModelInfo:
        note = self._notes.get(info.ref.provider)
        return replace(info, available=False, note=note) if note else info


def _is_installed() -> bool:
    """Return whether the default model's weights are here, fetched or added by the person."""
    added = registry_file.load().local_model(weights.DEFAULT.name)
    return added is not None or weights.find() is not None
