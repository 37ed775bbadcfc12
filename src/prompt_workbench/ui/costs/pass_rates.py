"""What share of the answers passed, read from the newest comparisons of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from prompt_workbench.domain.comparisons import Run, RunKind, Variant, VariantSummary
from prompt_workbench.domain.costs import CostGroup
from prompt_workbench.services.costs import Costs
from prompt_workbench.services.runs import Runs
from prompt_workbench.ui.costs.figures import version_name

_MOST_RUNS = 20
_MOST_CELLS = 6_000
"""Scores are counted cell by cell: older comparisons are left out beyond this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRate:
    """The verdicts on the answers of one model, prompt or version."""

    name: str
    passed: int
    judged: int
    unscored: int

    @property
    def share(self) -> float | None:
        """Passed over judged; None without a verdict."""
        return self.passed / self.judged if self.judged else None


async def pass_rates(
    runs: Runs, costs: Costs, since: date | None, group: CostGroup
) -> tuple[PassRate, ...]:
    """Return the pass rate of each group over the newest comparisons since a day (UTC)."""
    page = await runs.page(None, _MOST_RUNS, RunKind.COMPARISON)
    newest = list(_newest(page, since))
    variants = [variant for run in newest for variant in run.variants]
    names = await costs.prompt_names({each.version_id for each in variants if each.version_id})
    found: dict[str, list[VariantSummary]] = defaultdict(list)
    for run in newest:
        for variant, summary in zip(run.variants, await runs.summary(run.id), strict=True):
            found[_name(variant, group, names)].append(summary)
    rates = [_rate(name, summaries) for name, summaries in found.items()]
    rates.sort(key=lambda rate: (-(rate.share or 0), rate.name))
    return tuple(rates)


def _newest(page: Sequence[Run], since: date | None) -> Iterable[Run]:
    cells = 0
    for run in page:
        cells += run.cell_count
        is_old = since is not None and run.created_at.astimezone(UTC).date() < since
        if run.evaluators and not is_old and cells <= _MOST_CELLS:
            yield run


def _name(variant: Variant, group: CostGroup, names: Mapping[str, str]) -> str:
    """Return what the group of a variant is called, with the present name of its prompt."""
    prompt = names.get(variant.version_id or "", variant.prompt_name)
    match group:
        case CostGroup.MODEL:
            return str(variant.model)
        case CostGroup.PROMPT:
            return prompt
    return version_name(prompt, variant.version_number)


def _rate(name: str, summaries: Sequence[VariantSummary]) -> PassRate:
    passed = sum(summary.passed for summary in summaries)
    return PassRate(
        name=name,
        passed=passed,
        judged=passed + sum(summary.failed for summary in summaries),
        unscored=sum(summary.unscored for summary in summaries),
    )
