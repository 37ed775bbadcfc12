"""The periods to choose from, in days of UTC, and the steps into which a chart divides them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum

_MOST_DAYS = 92
"""A longer course is shown by months."""


class Period(Enum):
    """A period that ends today; its value is the number of its days."""

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


def steps(first: date, last: date) -> dict[date, str]:
    """Return the name of the step of each day, in order: days, or months of a long course."""
    form = "%Y-%m" if (last - first).days >= _MOST_DAYS else "%m-%d"
    return {day: day.strftime(form) for day in _days(first, last)}


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
