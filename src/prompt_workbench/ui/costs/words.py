"""The figures in words: every number with its unit, and what is not known said."""

from __future__ import annotations

from dataclasses import dataclass

from prompt_workbench.domain.costs import CallTotals, CostGroup, quantile
from prompt_workbench.ui.costs.figures import Figures, GroupTotals
from prompt_workbench.ui.costs.pass_rates import PassRate
from prompt_workbench.ui.costs.periods import GROUPS
from prompt_workbench.ui.kit.formats import UNKNOWN, count, money, percent, seconds

_LETTERS = (("G", 1_000_000_000), ("M", 1_000_000), ("k", 1_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One number of the period, with what must be known to read it."""

    title: str
    value: str
    note: str = ""
    change: str = ""


def headlines(figures: Figures, rates: tuple[PassRate, ...]) -> tuple[Headline, ...]:
    """Return the numbers of a period; spend comes first, unless there is none."""
    totals = figures.totals
    spend = Headline(
        title="Spend",
        value=money(totals.cost_usd),
        note=cost_note(totals),
        change=_change(figures, "cost_usd"),
    )
    calls = Headline(
        title="Calls",
        value=count(totals.calls),
        note=_calls_note(totals),
        change=_change(figures, "calls"),
    )
    tokens = Headline(
        title="Tokens",
        value=f"{amount(totals.input_tokens)} in · {amount(totals.output_tokens)} out",
        note=_missing(totals),
        change=_change(figures, "output_tokens"),
    )
    usual = (tokens, _latency(figures), calls)
    return (_pass_rate(rates), *usual, spend) if figures.is_free else (spend, *usual)


def cost_note(totals: CallTotals) -> str:
    """Return what the sum of the costs leaves out, and what in it is estimated."""
    unknown, estimated = totals.unknown_cost, totals.estimated_cost
    parts = []
    if unknown:
        calls = "1 call" if unknown == 1 else f"{unknown:,} calls"
        none = totals.cost_usd is None
        parts.append(f"for {calls}" if none else f"+ {calls} of unknown cost")
    if estimated:
        parts.append(f"{estimated:,} estimated")
    return "; ".join(parts)


def cost_text(totals: CallTotals) -> str:
    """Return the cost of a group in a cell of a table."""
    if totals.cost_usd is None or not totals.unknown_cost:
        return money(totals.cost_usd)
    return f"{money(totals.cost_usd)} + {totals.unknown_cost:,} {UNKNOWN}"


def call_cost(group: GroupTotals) -> str:
    """Return what one call of a group costs, over those whose cost is known."""
    totals = group.totals
    known = totals.calls - totals.unknown_cost
    return UNKNOWN if totals.cost_usd is None or not known else money(totals.cost_usd / known)


def rate_text(rate: PassRate) -> str:
    """Return a pass rate with how many answers are behind it."""
    unscored = f", {rate.unscored:,} unscored" if rate.unscored else ""
    if rate.share is None:
        return f"no verdict{unscored}"
    return f"{percent(rate.share)} of {rate.judged:,}{unscored}"


def part_note(shown: int, whole: int, group: CostGroup, order: str) -> str:
    """Return which part of the models, prompts or versions is shown; empty when all are."""
    return f"{shown} of {whole} {GROUPS[group].lower()}s, {order}" if shown < whole else ""


def amount(number: int) -> str:
    """Return a number with three digits and a letter for its thousands."""
    for letter, size in _LETTERS:
        # What would be rounded up to 1,000 of the smaller letter belongs to the larger one.
        if number >= 0.9995 * size:
            return f"{number / size:,.{_digits(number / size)}f} {letter}"
    return str(number)


def _digits(value: float) -> int:
    return 2 if value < 9.995 else 1 if value < 99.95 else 0


def _calls_note(totals: CallTotals) -> str:
    numbers = {
        "failed": totals.failed,
        "truncated": totals.truncated,
        "cancelled": totals.cancelled,
        "may have been billed": totals.unknown,
        "from cache": totals.from_cache,
    }
    return ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number)


def _missing(totals: CallTotals) -> str:
    missing = totals.missing_usage
    return f"without {missing:,} calls that reported none" if missing else ""


def _latency(figures: Figures) -> Headline:
    median, high = (quantile(figures.durations, q) for q in (0.5, 0.95))
    if median is None:
        return Headline(title="Latency", value="–", note="no complete answer yet")
    return Headline(title="Latency", value=seconds(median), note=f"median; p95 {seconds(high)}")


def _pass_rate(rates: tuple[PassRate, ...]) -> Headline:
    passed, judged = sum(r.passed for r in rates), sum(r.judged for r in rates)
    if not judged:
        return Headline(title="Pass rate", value="–", note="no answer was judged")
    return Headline(
        title="Pass rate",
        value=percent(passed / judged),
        note=f"of {judged:,} answers, newest runs",
    )


def _change(figures: Figures, name: str) -> str:
    """Return by how much a number grew since the period before; empty if that says nothing."""
    if figures.before is None:
        return ""
    now, before = getattr(figures.totals, name), getattr(figures.before, name)
    if now is None or not before:
        return ""
    grown = float(now / before) - 1
    sign = "+" if grown >= 0 else "−"
    return f"{sign}{abs(grown) * 100:.0f} % on {figures.question.period.before_words}"
