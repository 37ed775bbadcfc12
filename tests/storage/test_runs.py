"""A run says for ever what was compared, over which cases, and how it came out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.storage.examples import (
    NOW,
    add_dataset,
    add_run,
    answer,
    cases,
    prompt,
    sent,
    variant,
    version,
)

from prompt_workbench.domain.comparisons import RunKind, RunLimits, RunState
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.domain.usage import UNKNOWN_COST
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.repositories import Repositories


async def test_a_comparison_pins_its_versions_and_cases(project: Project) -> None:
    it = prompt()
    saved = version(it)
    evaluators = (EvaluatorSpec(type="label", options={"labels": ["yes", "no"]}, name="verdict"),)
    variants = (
        variant(0, version_id=saved.id, version_number=1),
        variant(1, "cloud/large", overrides=ModelSettings(temperature=0.5)),
        variant(2, content=text_prompt("Other {{question}}")),
    )

    def save(store: Repositories) -> None:
        store.prompts.add(it)
        store.prompts.add_version(saved)
        dataset = add_dataset(store, cases(10))
        run = replace(
            add_run(store, 1),
            id="comparison",
            number=2,
            kind=RunKind.COMPARISON,
            state=RunState.READY,
            dataset_version_id=dataset.id,
            dataset_name="facts",
            variants=variants,
            evaluators=evaluators,
            limits=RunLimits(repetitions=2),
            case_count=3,
        )
        store.runs.add(run, positions=[7, 0, 9])
        assert store.runs.get("comparison") == run

    await project.write(save)
    placed = await project.read(lambda store: store.runs.cases("comparison"))
    assert [(item.position, item.case.inputs["question"]) for item in placed] == [
        (0, "q7"), (1, "q0"), (2, "q9")
    ]  # fmt: skip


async def test_runs_are_paged_newest_first(project: Project) -> None:
    for _ in range(5):
        await project.write(add_run)
    first = await project.read(lambda store: store.runs.page(limit=2))
    assert [run.number for run in first] == [5, 4]
    rest = await project.read(lambda store: store.runs.page(before_number=4, limit=9))
    assert [run.number for run in rest] == [3, 2, 1]
    none = await project.read(lambda store: store.runs.page(kind=RunKind.COMPARISON))
    assert none == []
    assert (await project.read(lambda store: store.runs.numbered(3))).number == 3
    with pytest.raises(NotFoundError, match="no run 6"):
        await project.read(lambda store: store.runs.numbered(6))


async def test_totals_of_variants_count_what_is_unknown_apart(
    project: Project, ledger: ProjectLedger
) -> None:
    run = await project.write(
        lambda store: add_run(store, 6, variants=(variant(0), variant(1, "cloud/large")))
    )
    good, bad = Score(name="exact", passed=True), Score(name="exact", passed=False)
    unsure = Score(name="exact")
    for case, more in enumerate(
        (
            {"scores": (good,), "duration_s": 1.0},
            {"scores": (bad,), "duration_s": 2.0},
            {"scores": (unsure,), "duration_s": 3.0, "cost": UNKNOWN_COST},
            {"state": GenerationState.TRUNCATED, "duration_s": 4.0},
            {"state": GenerationState.FAILED, "cost": UNKNOWN_COST, "usage": None},
        )
    ):
        call = sent(run, case)
        await ledger.sent(call)
        await ledger.settled(answer(call, **more), cache_key=None)
    await ledger.sent(sent(run, 5))
    first, second = await project.read(lambda store: store.generations.summaries(run.id, "exact"))
    assert (first.calls, first.answered, first.errors, first.truncated) == (6, 4, 1, 1)
    assert (first.passed, first.failed, first.unscored, first.pass_rate) == (1, 1, 2, 0.5)
    assert first.cost_usd is not None
    assert (first.unknown_cost, first.output_tokens) == (2, 12)
    assert first.duration_s.p50 == pytest.approx(2.5)
    assert first.duration_s.p95 == pytest.approx(3.85)
    assert first.scores == {"exact": (1, 1, 2)}
    assert (second.calls, second.cost_usd, second.pass_rate) == (0, None, None)


async def test_cells_that_were_sent_again_cost_what_all_their_calls_cost(
    project: Project, ledger: ProjectLedger
) -> None:
    run = await project.write(lambda store: add_run(store, 1))
    await ledger.sent(sent(run))
    await project.write(lambda store: store.runs.recover(run.id))
    for more in ({"state": GenerationState.FAILED}, {}):
        call = sent(run)
        await ledger.sent(call)
        await ledger.settled(answer(call, **more), cache_key=None)
    one = answer(call).summary.cost.usd
    (total,) = await project.read(lambda store: store.generations.summaries(run.id, None))
    assert one is not None
    assert (total.cost_usd, total.unknown_cost) == (2 * one, 1)
    assert (total.calls, total.answered, total.errors, total.unknown) == (1, 1, 0, 0)


async def test_scores_can_be_computed_anew(project: Project, ledger: ProjectLedger) -> None:
    run = await project.write(lambda store: add_run(store, 2))
    calls = [sent(run, case) for case in range(2)]
    for call in calls:
        scores = (Score(name="exact", passed=False), Score(name="other", passed=True))
        await ledger.settled(answer(call, scores=scores), cache_key=None)
    anew = Score(name="exact", value=1.0, passed=True, label="yes", explanation="Equal.")
    await project.write(lambda store: store.scores.replace(run.id, "exact", [(calls[0].id, anew)]))
    first, second = await project.read(lambda store: store.generations.cells(run.id))
    assert first.scores == (anew, Score(name="other", passed=True))
    assert second.scores == (Score(name="other", passed=True),)


async def test_cells_are_read_by_windows_of_cases(project: Project, ledger: ProjectLedger) -> None:
    run = await project.write(lambda store: add_run(store, 6))
    for case in (4, 1, 3):
        await ledger.settled(answer(sent(run, case), f"text {case}"), cache_key=None)
    cells = await project.read(lambda store: store.generations.cells(run.id, 2, 3))
    assert [cell.cell.case for cell in cells] == [3, 4]
    texts = await project.read(lambda store: store.generations.texts(run.id, 2, 3))
    assert [texts[cell.cell] for cell in cells] == ["text 3", "text 4"]


async def test_a_finished_run_has_its_time(project: Project) -> None:
    run = await project.write(add_run)
    await project.write(lambda s: s.runs.set_state(run.id, RunState.DONE, finished_at=NOW))
    stored = await project.read(lambda store: store.runs.get(run.id))
    assert (stored.state, stored.finished_at) == (RunState.DONE, NOW)
