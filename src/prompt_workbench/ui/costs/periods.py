"""Which days the Costs page is about, and by what it divides.

Apart from what is asked of them, because the actions of all pages are declared before the first
paint, and what a question may lead to is a good part of the domain.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum

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
