"""Pass rates are read from the newest comparisons of a period, within a bound."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from tests.storage import examples

from prompt_workbench.domain.comparisons import (
    Quantiles,
    Run,
    RunKind,
    RunLimits,
    RunState,
    VariantSummary,
)
from prompt_workbench.domain.costs import CostGroup
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.ui.costs.pass_rates import PassRate, pass_rates

RUN = Run(
    id="run",
    number=1,
    kind=RunKind.COMPARISON,
    name="comparison",
    state=RunState.DONE,
    dataset_version_id=None,
    variants=(
        examples.variant(0, "local/a", version_number=1),
        examples.variant(1, "local/a", version_number=2),
    ),
    evaluators=(EvaluatorSpec(type="exact"),),
    limits=RunLimits(),
    case_count=10,
    created_at=examples.NOW,
)


class KeptRuns:
    """Runs of which each variant has passed as often as its place says."""

    def __init__(self, *runs: Run) -> None:
        self._runs = runs

    async def page(self, before: int | None, limit: int, kind: RunKind) -> tuple[Run, ...]:
        return tuple(run for run in self._runs if run.kind is kind)[:limit]

    async def summary(self, run_id: str) -> tuple[VariantSummary, ...]:
        run = next(run for run in self._runs if run.id == run_id)
        return tuple(_summary(variant.index, run.case_count) for variant in run.variants)


class KeptNames:
    """Present names of prompts by version."""

    async def prompt_names(self, version_ids: Collection[str]) -> dict[str, str]:
        return {version_id: f"{version_id} as it is called now" for version_id in version_ids}


def _summary(place: int, count: int) -> VariantSummary:
    passed = place * 5
    none = Quantiles()
    return VariantSummary(
        variant=place, title="", calls=count, answered=count, errors=0, truncated=0, cancelled=0,
        unknown=0, from_cache=0, input_tokens=0, output_tokens=0, missing_usage=0, cost_usd=None,
        unknown_cost=0, passed=passed, failed=count - passed - 1, unscored=1,
        duration_s=none, time_to_first_chunk_s=none, tokens_per_s=none,
    )  # fmt: skip


def rates(*runs: Run, group: CostGroup = CostGroup.VERSION, days: int = 0) -> dict[str, PassRate]:
    since = examples.NOW.date() - timedelta(days=days)
    found = asyncio.run(pass_rates(KeptRuns(*runs), KeptNames(), since, group))
    return {rate.name: rate for rate in found}


def test_versions_are_judged_apart_and_models_together() -> None:
    by_version = rates(RUN)
    assert by_version["reply v1"].share == 0
    assert by_version["reply v2"].share == 5 / 9
    by_model = rates(RUN, group=CostGroup.MODEL)["local/a"]
    assert (by_model.passed, by_model.judged, by_model.unscored) == (5, 18, 2)


def test_several_comparisons_add_up() -> None:
    again = replace(RUN, id="again", number=2)
    assert rates(again, RUN)["reply v2"].judged == 18


def test_older_comparisons_and_those_without_evaluators_are_left_out() -> None:
    old = replace(RUN, created_at=examples.NOW - timedelta(days=9))
    plain = replace(RUN, id="plain", evaluators=())
    assert rates(old, plain, days=7) == {}
    assert rates(old, days=10)


def test_comparisons_beyond_the_bound_are_left_out() -> None:
    huge = replace(RUN, id="huge", case_count=1_000_000)
    assert rates(RUN, huge)["reply v2"].judged == 9


def test_a_renamed_prompt_has_its_present_name() -> None:
    variants = tuple(replace(variant, version_id="tagline") for variant in RUN.variants)
    assert list(rates(replace(RUN, variants=variants), group=CostGroup.PROMPT)) == [
        "tagline as it is called now"
    ]
