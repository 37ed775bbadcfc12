"""What a person asks on the Costs page: which days, divided by what, and which part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.costs import CostGroup
from prompt_workbench.ui.costs.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person wants to know."""

    period: Period = Period.MONTH
    group: CostGroup = CostGroup.MODEL
    chosen: str = ""
    """Only this model, prompt or version; empty for all."""

    def calls_of(self, name: str, today: date) -> CallFilter:
        """Return the calls of the period that are counted in a group."""
        since = self.period.since(today)
        midnight = None if since is None else datetime.combine(since, time(), UTC)
        if self.group is CostGroup.MODEL:
            return CallFilter(model=name, since=midnight)
        if self.group is CostGroup.PROMPT:
            return CallFilter(prompt=name, since=midnight)
        prompt, _, version = name.rpartition(" ")
        return CallFilter(prompt=prompt, version=version, since=midnight)
