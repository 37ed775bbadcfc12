"""What the Costs page says about a period: sums, groups, courses and distributions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from prompt_workbench.domain.calls import CallRow, version_label
from prompt_workbench.domain.costs import (
    Bucket,
    CallTotals,
    CostGroup,
    CostPoint,
    LatencyHistogram,
    Measure,
    merged,
    total,
)
from prompt_workbench.services.costs import CostOverview
from prompt_workbench.ui.costs.question import Question
from prompt_workbench.ui.plots.data import Series

MOST_SERIES = 8
"""As many colours as a theme has; what is beyond is put together."""

OTHERS = ""
"""The key of what is put together."""

_MOST_DAYS = 92
"""A longer course is shown by months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTotals:
    """The totals of one model, prompt or version."""

    name: str
    totals: CallTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The answer to a question."""

    question: Question
    totals: CallTotals
    before: CallTotals | None
    """The totals of the period before, when that is comparable."""
    groups: tuple[GroupTotals, ...]
    """All of them, the most expensive first, whichever is chosen."""
    steps: tuple[str, ...]
    spend: tuple[Series, ...]
    tokens: tuple[Series, ...]
    latency: tuple[LatencyHistogram, ...]
    """Durations per model, the most used first."""
    durations: tuple[Bucket, ...]
    """Of all these models together."""
    top_calls: tuple[CallRow, ...]

    @property
    def is_free(self) -> bool:
        """Whether there is no spend to show: then quality, tokens and latency come first."""
        return not self.totals.cost_usd


def figures(
    question: Question, overview: CostOverview, before: CallTotals | None, today: date
) -> Figures:
    """Return what an overview of the question's period says."""
    chosen = question.chosen
    points = [point for point in overview.points if chosen in {"", point.group}]
    first = question.period.since(today) or min((p.day for p in overview.points), default=today)
    named = _steps(first, max([today, *(point.day for point in points)]))
    order = tuple(dict.fromkeys(named.values()))
    latency = _durations(overview.latency, question)
    return Figures(
        question=question,
        totals=total(point.totals for point in points) if chosen else overview.totals,
        before=None if chosen else before,
        groups=_groups(overview.points),
        steps=order,
        spend=_courses(points, named, order, lambda totals: float(totals.cost_usd or 0)),
        tokens=_courses(points, named, order, lambda t: t.input_tokens + t.output_tokens),
        latency=latency,
        durations=merged(latency),
        top_calls=tuple(row for row in overview.top_calls if _concerns(row, question)),
    )


def version_name(prompt: str, number: int | None) -> str:
    """Return what a version is called where calls are grouped by version."""
    return f"{prompt} {version_label(number)}"


def _steps(first: date, last: date) -> dict[date, str]:
    """Return the name of the step of each day, in order: days, or months of a long course."""
    count = (last - first).days + 1
    form = "%m-%d" if count <= _MOST_DAYS else "%Y-%m"
    days = (first + timedelta(days=offset) for offset in range(count))
    return {day: day.strftime(form) for day in days}


def _groups(points: Iterable[CostPoint]) -> tuple[GroupTotals, ...]:
    parts: dict[str, list[CallTotals]] = defaultdict(list)
    for point in points:
        parts[point.group].append(point.totals)
    groups = [GroupTotals(name=name, totals=total(each)) for name, each in parts.items()]
    groups.sort(key=lambda group: (-(group.totals.cost_usd or 0), -group.totals.calls, group.name))
    return tuple(groups)


def _courses(
    points: Iterable[CostPoint],
    named: dict[date, str],
    order: Sequence[str],
    value: Callable[[CallTotals], float],
) -> tuple[Series, ...]:
    """Return a course for each of the largest groups, and one for all others together."""
    place = {name: number for number, name in enumerate(order)}
    sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for point in points:
        if amount := value(point.totals):
            sums[point.group][place[named[point.day]]] += amount
    ranked = sorted(sums, key=lambda name: (-sum(sums[name].values()), name))
    if len(ranked) <= MOST_SERIES:
        return tuple(_course(name, name, sums[name]) for name in ranked)
    kept, rest = ranked[: MOST_SERIES - 1], ranked[MOST_SERIES - 1 :]
    together: dict[int, float] = defaultdict(float)
    for name in rest:
        for step, amount in sums[name].items():
            together[step] += amount
    others = _course(OTHERS, f"{len(rest)} others", together)
    return (*(_course(name, name, sums[name]) for name in kept), others)


def _course(key: str, name: str, amounts: dict[int, float]) -> Series:
    ordered = sorted(amounts.items())
    return Series(key=key, name=name, x=[x for x, _ in ordered], y=[y for _, y in ordered])


def _durations(
    histograms: Iterable[LatencyHistogram], question: Question
) -> tuple[LatencyHistogram, ...]:
    model = question.chosen if question.group is CostGroup.MODEL else ""
    found = [
        each
        for each in histograms
        if each.measure is Measure.DURATION and model in {"", each.model}
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, each.model)))


def _concerns(row: CallRow, question: Question) -> bool:
    names = {
        CostGroup.MODEL: row.model,
        CostGroup.PROMPT: row.prompt_name,
        CostGroup.VERSION: version_name(row.prompt_name, row.version_number),
    }
    return question.chosen in {"", names.get(question.group)}
