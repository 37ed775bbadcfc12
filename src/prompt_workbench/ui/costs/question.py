"""What a person asks on the Costs page: which days, divided by what, and which part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.costs import CostGroup

GROUPS = {CostGroup.MODEL: "Model", CostGroup.PROMPT: "Prompt", CostGroup.VERSION: "Version"}


class Period(Enum):
    """A period in days of UTC that ends today; its value is how many they are."""

    TODAY = 1
    WEEK = 7
    MONTH = 30
    QUARTER = 90
    ALL = 0

    @property
    def title(self) -> str:
        """What a person chooses."""
        named = {Period.TODAY: "Today", Period.ALL: "All time"}
        return named.get(self, f"{self.value} days")

    def since(self, today: date) -> date | None:
        """Return the first day; None for all time."""
        return today - timedelta(days=self.value - 1) if self.value else None

    def before(self, today: date) -> tuple[date, date] | None:
        """Return first and last day of as long a period before; None for all time."""
        since = self.since(today)
        if since is None:
            return None
        return since - timedelta(days=self.value), since - timedelta(days=1)

    @property
    def before_words(self) -> str:
        """What it is compared with."""
        return "yesterday" if self is Period.TODAY else f"the {self.value} days before"


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
