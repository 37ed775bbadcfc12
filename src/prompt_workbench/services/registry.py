"""Changes to what a person added to the models, announced and with their inverse."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.services.base import Announce, Done, Undo
from prompt_workbench.settings import models as registry_file
from prompt_workbench.settings.models import ModelRegistry

T = TypeVar("T")

_writing = threading.Lock()


class Registry:
    """The file of added models, changed as a whole."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce

    async def read(self) -> ModelRegistry:
        """Return what is added now.

        Raises:
            HostError: The file cannot be read or is damaged.
        """
        return await asyncio.to_thread(registry_file.load)

    async def change(
        self, change: Callable[[ModelRegistry], ModelRegistry], *, title: str, value: T
    ) -> Done[T]:
        """Store a change, and return the value with what takes the change back.

        Raises:
            HostError: The file cannot be read or written; it is as it was.
        """
        before = await asyncio.to_thread(_changed, change)
        undo = Undo(title=title, apply=partial(self._restore, before, title))
        return self.done(value, undo)

    def done(self, value: T, undo: Undo | None = None) -> Done[T]:
        """Announce that models are different now."""
        changes = changed(Kind.MODEL)
        self._announce(changes)
        return Done(value=value, changes=changes, undo=undo)

    async def _restore(self, registry: ModelRegistry, title: str) -> Done[None]:
        return await self.change(lambda _: registry, title=title, value=None)


def _changed(change: Callable[[ModelRegistry], ModelRegistry]) -> ModelRegistry:
    with _writing:
        before = registry_file.load()
        registry_file.save(change(before))
        return before
