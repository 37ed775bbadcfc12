"""What a person can do with models: see which there are, fetch, add and remove them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import InvalidInputError, WorkbenchError
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.providers.local import weights
from prompt_workbench.services.base import Announce, Done, Undo
from prompt_workbench.services.keys import Keys
from prompt_workbench.services.settings import Settings
from prompt_workbench.settings import models as registry_file
from prompt_workbench.settings.models import Endpoint, LocalModel, ModelRegistry

if TYPE_CHECKING:
    from prompt_workbench.providers.catalogue import Catalogue

T = TypeVar("T")

__all__ = ["DefaultModel", "Endpoint", "Models"]

_REMEMBERED = "models."
"""Under this and the endpoint's name, the models it listed last are remembered."""


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

    def __init__(self, announce: Announce, *, settings: Settings, keys: Keys) -> None:
        self._announce = announce
        self._settings = settings
        self._keys = keys
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
        return await asyncio.to_thread(self._list)

    async def info(self, ref: ModelRef) -> ModelInfo:
        """Return what is known of a model.

        Raises:
            NotFoundError: It has no known provider.
        """
        return await asyncio.to_thread(lambda: _catalogue().info(ref))

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the servers that the person added."""
        return (await asyncio.to_thread(registry_file.load)).endpoints

    def note(self, endpoint_name: str) -> str:
        """Return why a server could not be asked for its models; empty when it could."""
        return self._notes.get(endpoint_name, "")

    async def refresh(self) -> tuple[ModelInfo, ...]:
        """Ask every added server for its models, and return all that are known then."""
        endpoints = await self.endpoints()
        catalogue = await asyncio.to_thread(_catalogue, await self._keys.all())
        async with asyncio.TaskGroup() as group:
            for endpoint in endpoints:
                group.create_task(self._ask(catalogue, endpoint))
        self._announce(changed(Kind.MODEL))
        return await self.list()

    async def fetch_default(
        self, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Done[Path]:
        """Download the weights of the default model; cancelled, it leaves nothing behind.

        Progress is told in bytes, done and total, on the loop's thread.
        """
        from prompt_workbench.providers.local.download import FetchProgress, fetch

        loop, cancelled = asyncio.get_running_loop(), False

        def tell(step: FetchProgress) -> None:
            if cancelled:
                raise InvalidInputError("The download was cancelled.")
            loop.call_soon_threadsafe(progress, step.done, step.total)

        try:
            path = await asyncio.to_thread(fetch, tell)
        finally:
            cancelled = True
        return self._done(path)

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
        return await self._change(
            lambda registry: registry.with_local(model), f"Add {ref}", lambda: self.info(ref)
        )

    async def add_endpoint(self, endpoint: Endpoint) -> Done[Endpoint]:
        """Add an OpenAI-compatible server, or change the one of that name."""

        async def value() -> Endpoint:
            return endpoint

        return await self._change(
            lambda registry: registry.with_endpoint(endpoint), f"Add {endpoint.name}", value
        )

    async def remove(self, name: str) -> Done[str]:
        """Remove an added server by its name, or an added file by ``local/NAME``.

        Raises:
            NotFoundError: Nothing of that name was added.
        """
        provider, slash, model = name.partition("/")
        local = bool(slash) and provider == registry_file.LOCAL_PROVIDER

        async def value() -> str:
            return name

        return await self._change(
            lambda registry: (
                registry.without_local(model) if local else registry.without_endpoint(name)
            ),
            f"Remove {name}",
            value,
        )

    async def _ask(self, catalogue: Catalogue, endpoint: Endpoint) -> None:
        try:
            found = await catalogue.discover(endpoint)
        except WorkbenchError as error:
            self._notes[endpoint.name] = error.message
            return
        self._notes.pop(endpoint.name, None)
        await asyncio.to_thread(self._settings.remember, _REMEMBERED + endpoint.name, list(found))

    def _list(self) -> tuple[ModelInfo, ...]:
        catalogue = _catalogue()
        known = {str(info.ref): info for info in catalogue.models()}
        for endpoint in registry_file.load().endpoints:
            remembered = self._settings.remembered(_REMEMBERED + endpoint.name)
            for model in remembered if isinstance(remembered, list) else []:
                ref = ModelRef(provider=endpoint.name, model=str(model))
                known.setdefault(str(ref), catalogue.info(ref))
        return tuple(self._noted(info) for info in known.values())

    def _noted(self, info: ModelInfo) -> ModelInfo:
        note = self._notes.get(info.ref.provider)
        return replace(info, available=False, note=note) if note else info

    async def _change(
        self,
        change: Callable[[ModelRegistry], ModelRegistry],
        title: str,
        value: Callable[[], Awaitable[T]],
    ) -> Done[T]:
        def work() -> ModelRegistry:
            before = registry_file.load()
            registry_file.save(change(before))
            return before

        before = await asyncio.to_thread(work)
        undo = Undo(title=title, apply=partial(self._restore, before, title))
        return self._done(await value(), undo)

    async def _restore(self, registry: ModelRegistry, title: str) -> Done[None]:
        async def value() -> None:
            return None

        return await self._change(lambda _: registry, title, value)

    def _done(self, value: T, undo: Undo | None = None) -> Done[T]:
        changes = changed(Kind.MODEL)
        self._announce(changes)
        return Done(value=value, changes=changes, undo=undo)


def _is_installed() -> bool:
    """Return whether the default model's weights are here, fetched or added by the person."""
    added = registry_file.load().local_model(weights.DEFAULT.name)
    return added is not None or weights.find() is not None


def _catalogue(keys: Mapping[str, str] | None = None) -> Catalogue:
    """Return the catalogue of the models as they are registered now."""
    from prompt_workbench.providers.catalogue import Catalogue
    from prompt_workbench.providers.local.supervisor import LocalServers

    return Catalogue(registry_file.load(), LocalServers(), keys or {})
