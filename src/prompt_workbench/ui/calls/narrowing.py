"""What the list of calls is narrowed to, beyond what its fields show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from prompt_workbench.domain.calls import CallFilter


def narrowing(wanted: CallFilter) -> str:
    """Return version and time of a filter in words; empty without them."""
    parts = (
        wanted.version or "",
        f"since {_day(wanted.since)}" if wanted.since else "",
        f"before {_day(wanted.until)}" if wanted.until else "",
    )
    return " · ".join(filter(None, parts))


def widened(wanted: CallFilter) -> CallFilter:
    """Return the filter without that."""
    return replace(wanted, version=None, since=None, until=None)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d} (UTC)"
