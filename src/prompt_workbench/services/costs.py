"""What the calls of a project cost and how long they took, from its rollups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from prompt_workbench.domain.calls import CallRow
from prompt_workbench.domain.costs import CallTotals, CostGroup, CostPoint, LatencyHistogram
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.services.base import Service

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories

_TOP_CALLS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOverview:
    """Everything about a period."""

    totals: CallTotals
    points: tuple[CostPoint, ...]
    latency: tuple[LatencyHistogram, ...]
    """Per model and measure."""
    top_calls: tuple[CallRow, ...]
    """The most expensive calls of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendToday:
    """What was spent since midnight UTC."""

    usd: Decimal | None
    """None when calls were made and none of them has a known cost."""
    unknown: int
    """How many calls have no known cost."""


class Costs(Service):
    """Look at spend, tokens and latency."""

    async def overview(
        self, since: date | None, until: date | None, group: CostGroup = CostGroup.NONE
    ) -> CostOverview:
        """Return the totals and series of a period in days (UTC); without bounds, of all time."""
        first, last = since or date.min, until or date.max

        def work(repositories: Repositories) -> CostOverview:
            costs = repositories.costs
            return CostOverview(
                totals=costs.totals(first, last),
                points=tuple(costs.by_day(first, last, group)),
                latency=tuple(costs.latency(first, last)),
                top_calls=tuple(costs.top_calls(_TOP_CALLS)),
            )

        return await self._project.read(work)

    async def totals(self, since: date, until: date) -> CallTotals:
        """Return the totals of a period in days (UTC), both included."""
        return await self._project.read(
            lambda repositories: repositories.costs.totals(since, until)
        )

    async def today_usd(self) -> SpendToday:
        """Return what was spent since midnight UTC."""
        totals = await self._project.read(lambda repositories: repositories.costs.today())
        return SpendToday(usd=totals.cost_usd, unknown=totals.unknown_cost)

    async def prompt_names(self, version_ids: Collection[str]) -> Mapping[str, str]:
        """Return what the prompts of some versions are called now, as in an overview."""

        def work(repositories: Repositories) -> Mapping[str, str]:
            prompts = repositories.prompts
            names: dict[str, str] = {}
            for version_id in version_ids:
                with suppress(NotFoundError):  # as in an overview, its run keeps the name it had
                    names[version_id] = prompts.get(prompts.version(version_id).prompt_id).name
            return names

        return await self._project.read(work)
