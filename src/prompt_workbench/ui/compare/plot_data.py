"""What the plots of a run show, before anything is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from prompt_workbench.domain.comparisons import Run, Variant, VariantSummary
from prompt_workbench.domain.generations import ANSWERED
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.ui.compare.totals import cost_text
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.plots.data import Bar, Dot, Series, cumulative

if TYPE_CHECKING:
    from prompt_workbench.services.runs import Runs

_WINDOW = 200
_MOST_CALLS = 20_000
"""Of a larger run, every so manieth window of cases is taken."""


async def durations(runs: Runs, run: Run) -> Mapping[int, list[float]]:
    """Return how long the answered calls of each variant took, without those from the cache."""
    found: dict[int, list[float]] = {variant.index: [] for variant in run.variants}
    every = max(1, run.cell_count // _MOST_CALLS)
    for start in range(0, run.case_count, _WINDOW * every):
        for cell in await runs.cells(run.id, start, _WINDOW):
            if cell.state in ANSWERED and not cell.from_cache and cell.duration_s is not None:
                found[cell.cell.variant].append(cell.duration_s)
    return found


def short_titles(variants: Sequence[Variant]) -> tuple[str, ...]:
    """Return names of the variants that say only what differs between them."""
    names = {variant.prompt_name for variant in variants}
    models = {variant.model for variant in variants}
    versions = {(variant.prompt_name, variant.version_number) for variant in variants}
    return tuple(
        " · ".join(
            filter(
                None,
                (
                    _version(variant, named=len(names) > 1)
                    if len(versions) > 1 or len(models) == 1
                    else "",
                    _model(variant.model, models) if len(models) > 1 else "",
                    str(variant.overrides),
                ),
            )
        )
        for variant in variants
    )


def _model(model: ModelRef, models: Collection[ModelRef]) -> str:
    """Return the name of a model, with its provider where another one has that name, too."""
    alike = [each for each in models if each.model == model.model]
    return str(model) if len(alike) > 1 else model.model


def pass_bars(totals: Sequence[VariantSummary], titles: Sequence[str]) -> list[Bar]:
    """Return the pass rate of each variant."""
    return [
        Bar(
            key=str(each.variant),
            label=titles[each.variant],
            value=each.pass_rate,
            text=_rate_text(each),
            series=each.variant,
        )
        for each in totals
    ]


def cost_bars(totals: Sequence[VariantSummary], titles: Sequence[str]) -> list[Bar]:
    """Return what each variant cost; one without a known cost has a text only."""
    return [
        Bar(
            key=str(each.variant),
            label=titles[each.variant],
            value=None if each.cost_usd is None else float(each.cost_usd),
            text=cost_text(each),
            series=each.variant,
        )
        for each in totals
    ]


def token_bars(totals: Sequence[VariantSummary], titles: Sequence[str]) -> list[Bar]:
    """Return the tokens of each variant, input and output together."""
    return [
        Bar(
            key=str(each.variant),
            label=titles[each.variant],
            value=each.input_tokens + each.output_tokens,
            text=formats.count(each.input_tokens + each.output_tokens),
            series=each.variant,
        )
        for each in totals
    ]


def latency_series(found: Mapping[int, Sequence[float]], titles: Sequence[str]) -> list[Series]:
    """Return the distribution of the durations of each variant."""
    return [cumulative(str(variant), titles[variant], values) for variant, values in found.items()]


def quality_dots(
    totals: Sequence[VariantSummary], titles: Sequence[str], *, over_cost: bool
) -> list[Dot]:
    """Return pass rate against cost, or against median latency, of each variant that has both."""
    dots = []
    for each in totals:
        cost = None if each.cost_usd is None or each.unknown_cost else float(each.cost_usd)
        across = cost if over_cost else each.duration_s.p50
        if across is not None and each.pass_rate is not None:
            dots.append(
                Dot(
                    key=str(each.variant),
                    label=titles[each.variant],
                    x=across,
                    y=each.pass_rate,
                    series=each.variant,
                )
            )
    return dots


def costs_nothing(totals: Sequence[VariantSummary]) -> bool:
    """Return whether every cost is known and zero."""
    return all(each.cost_usd == 0 and not each.unknown_cost for each in totals)


def _rate_text(each: VariantSummary) -> str:
    judged = each.passed + each.failed
    if not judged:
        return "not scored"
    unscored = f", {each.unscored} unscored" if each.unscored else ""
    return f"{formats.percent(each.pass_rate)} of {judged}{unscored}"


def _version(variant: Variant, *, named: bool) -> str:
    version = "draft" if variant.version_number is None else f"v{variant.version_number}"
    return f"{variant.prompt_name} {version}" if named else version
