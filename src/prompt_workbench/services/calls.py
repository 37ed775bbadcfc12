"""Every call of the project: listed in pages, filtered and searched."""

from __future__ import annotations

from prompt_workbench.domain.calls import CallFilter, CallIndex, CallRow
from prompt_workbench.services.base import Service


class Calls(Service):
    """Look through all calls, newest first."""

    async def index(self, wanted: CallFilter) -> CallIndex:
        """Return how many calls there are, and the keys at which their pages begin."""
        return await self._project.read(lambda r: r.generations.anchors(wanted))

    async def page(
        self, wanted: CallFilter, before: int | None = None, limit: int = 200
    ) -> tuple[CallRow, ...]:
        """Return the newest calls, or the newest of those before a key."""
        return tuple(await self._project.read(lambda r: r.generations.page(wanted, before, limit)))

    async def search(
        self, text: str, limit: int = 50, before: int | None = None
    ) -> tuple[CallRow, ...]:
        """Return the newest calls whose request or answer has the words of the text."""
        return tuple(await self._project.read(lambda r: r.generations.search(text, limit, before)))
