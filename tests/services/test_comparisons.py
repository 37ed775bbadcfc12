"""Comparisons from the estimate to the last answer, on a real worker and a fake provider."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.services.conftest import ran
from tests.support.engine import until
from tests.support.projects import register

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.comparisons import (
    ComparisonSpec,
    RunKind,
    RunLimits,
    RunState,
)
from prompt_workbench.domain.datasets import DatasetVersion
from prompt_workbench.domain.errors import (
    BudgetError,
    InvalidInputError,
    ModelFileError,
    NotFoundError,
    ProjectReadOnlyError,
    ProviderErrorKind,
    UserError,
)
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.policies import RetryPolicy, fallback_from_text
from prompt_workbench.domain.prompts import PromptVersion, text_prompt
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.engine.protocol import Ready
from prompt_workbench.interop.runs import RunFormat
from prompt_workbench.providers.fake import FakeProvider, echo
from prompt_workbench.providers.fake_replies import FakeRequest, Reply, refusal
from prompt_workbench.services.events import CellFinished, Event, RunEnded, WorkerFailed
from prompt_workbench.services.workbench import Workbench

CAPPED = ModelSettings(max_tokens=20)
SPEC = ComparisonSpec(
    prompts=("reply",),
    models=("fake/fake",),
    settings=(CAPPED,),
    dataset="reviews",
    evaluators=(EvaluatorSpec(type="exact"),),
)


@pytest.fixture
def events(bench: Workbench) -> list[Event]:
    told: list[Event] = []
    bench.comparisons.subscribe(told.append)
    return told


async def test_a_comparison_runs_and_everything_is_there_afterwards(
    bench: Workbench,
    version: PromptVersion,
    reviews: DatasetVersion,
    provider: FakeProvider,
    events: list[Event],
    heard: list[ChangeSet],
) -> None:
    run = await ran(bench, SPEC)
    assert (run.state, run.number, run.dataset_name) == (RunState.DONE, 1, "reviews@1")
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.calls, summary.passed, summary.pass_rate) == (4, 4, 1.0)
    assert summary.cost_usd is not None
    assert summary.cost_usd > 0
    assert summary.title == "reply v1 · fake/fake · max_tokens=20"

    texts = await bench.runs.texts(run.id, 0, 4)
    assert texts[CellKey(case=2, variant=0)] == "Answer mail 2"
    (first, *_) = await bench.runs.cells(run.id, 0, 1)
    whole = await bench.runs.generation(first.id)
    assert whole.body.messages[0].text == "Answer mail 0"
    assert len(provider.requests) == 4

    assert len([event for event in events if isinstance(event, CellFinished)]) == 4
    assert isinstance(events[-1], RunEnded)
    assert any(change.touches(Kind.RUN) and run.id in change.ids for change in heard)
    assert bench.comparisons.active() == ()


async def test_the_estimate_knows_how_fast_a_provider_may_be_asked(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    await ran(bench, SPEC)
    await bench.providers.connect("fake", {"requests_per_minute": 2})
    spec = replace(SPEC, models=("fake/fake", "fake/other"), limits=RunLimits(use_cache=False))
    await ran(bench, replace(SPEC, models=("fake/other",), case_limit=1))
    estimate = await bench.comparisons.estimate(spec)
    assert estimate.calls == 8
    # Two leave at once, and two more after each of three minutes.
    assert estimate.duration_low_s == 180
    assert estimate.duration_high_s is not None
    assert 180 <= estimate.duration_high_s < 240


async def test_versions_models_and_settings_multiply(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    await bench.prompts.save(version.prompt_id, text_prompt("B {{mail}}"), message="", base_id=None)
    spec = replace(
        SPEC,
        prompts=("reply@1", "reply@2"),
        models=("fake/a", "fake/b"),
        settings=(ModelSettings(seed=1), ModelSettings(seed=2)),
        case_limit=2,
    )
    run = (await bench.comparisons.create(spec)).value
    assert len({variant.title for variant in run.variants}) == 8
    assert run.cell_count == 16
    assert [placed.position for placed in await bench.runs.cases(run.id)] == [0, 1]


async def test_a_fallback_model_answers_and_everything_says_so(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    content = replace(
        version.content,
        settings=ModelSettings(max_tokens=20),
        retry=RetryPolicy(attempts=2, wait_s=0),
        fallbacks=(fallback_from_text("fake/spare on overloaded"),),
    )
    await bench.prompts.save(version.prompt_id, content, message="", base_id=version.id)
    provider.script = lambda request: (
        refusal(529, "Overloaded") if request.json["model"] == "busy" else echo(request)
    )
    spec = replace(SPEC, prompts=("reply@2",), models=("fake/busy",))
    dear = await bench.comparisons.estimate(spec)
    assert dear.cost_high_usd is not None
    run = await ran(bench, spec)
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.calls, summary.answered, summary.errors) == (4, 4, 0)
    cells = await bench.runs.cells(run.id)
    assert {(cell.provider, cell.request_model) for cell in cells} == {("fake", "spare")}
    whole = await bench.runs.generation(cells[0].id)
    assert [(each.model, each.error_kind) for each in whole.body.attempts] == [
        ("fake/busy", ProviderErrorKind.OVERLOADED),
        ("fake/busy", ProviderErrorKind.OVERLOADED),
        ("", None),
    ]
    assert whole.body.attempts[0].wait_s == 0
    assert '"spare"' in whole.body.request_body
    exported = await bench.runs.export_text(run.id, RunFormat.JSONL)
    rows = [json.loads(line) for line in exported.splitlines()]
    assert {(row["model"], row["answered_by"]) for row in rows} == {("fake/busy", "fake/spare")}


async def test_the_estimate_says_what_it_will_take(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    estimate = await bench.comparisons.estimate(replace(SPEC, settings=()))
    assert (estimate.calls, estimate.cached_calls) == (4, 0)
    assert estimate.unbounded_variants == ("reply v1 · fake/fake",)
    assert estimate.duration_low_s is None
    assert estimate.cost_low_usd is not None
    assert estimate.cost_high_usd is not None
    assert 0 < estimate.cost_low_usd < estimate.cost_high_usd

    run = await ran(bench, SPEC)
    (summary,) = await bench.runs.summary(run.id)
    again = await bench.comparisons.estimate(SPEC)
    assert again.cached_calls == 4
    assert again.cost_high_usd == 0
    fresh = replace(SPEC, limits=RunLimits(use_cache=False))
    informed = await bench.comparisons.estimate(fresh)
    assert informed.duration_low_s is not None
    assert informed.cost_low_usd is not None
    assert summary.cost_usd is not None
    assert informed.cost_low_usd < 3 * summary.cost_usd


async def test_the_cache_answers_an_exact_request_once_more(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    await ran(bench, SPEC)
    (summary,) = await bench.runs.summary((await ran(bench, SPEC)).id)
    assert (summary.from_cache, summary.answered, summary.cost_usd) == (4, 4, 0)
    assert len(provider.requests) == 4


async def test_a_stopped_run_goes_on_where_it_was(
    bench: Workbench,
    version: PromptVersion,
    reviews: DatasetVersion,
    provider: FakeProvider,
    events: list[Event],
) -> None:
    provider.script = lambda request: echo(request).after(0 if request.number < 2 else 30)
    spec = replace(SPEC, limits=RunLimits(concurrency=1))
    run = (await bench.comparisons.create(spec)).value
    await bench.comparisons.start(run.id)
    await until(lambda: len(provider.requests) == 3)
    with pytest.raises(UserError, match="worked on already"):
        await bench.comparisons.start(run.id)
    await bench.comparisons.stop(run.id)
    assert (await bench.comparisons.finished(run.id)).state is RunState.STOPPED
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.answered, summary.cancelled) == (2, 1)

    provider.script = echo
    await bench.comparisons.resume(run.id)
    assert (await bench.comparisons.finished(run.id)).state is RunState.DONE
    assert len(provider.requests) == 5
    with pytest.raises(UserError):
        await bench.comparisons.start(run.id)


async def test_a_run_can_be_stopped_while_it_is_being_started(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    provider.script = lambda request: echo(request).after(30)
    run = (await bench.comparisons.create(SPEC)).value
    async with asyncio.TaskGroup() as group:
        group.create_task(bench.comparisons.start(run.id))
        await until(lambda: run.id in bench.comparisons._active)
        group.create_task(bench.comparisons.stop(run.id))
    assert (await bench.comparisons.finished(run.id)).state is RunState.STOPPED


async def test_a_run_can_be_paused(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    gate = asyncio.Event()

    def script(request: FakeRequest) -> Reply:
        return echo(request).after(0.05)

    provider.script = script
    run = (await bench.comparisons.create(replace(SPEC, limits=RunLimits(concurrency=1)))).value
    bench.comparisons.subscribe(
        lambda event: gate.set() if isinstance(event, CellFinished) else None
    )
    await bench.comparisons.start(run.id)
    await gate.wait()
    await bench.comparisons.pause(run.id)
    await until(lambda: {p.state for p in bench.comparisons.active()} == {RunState.PAUSED})
    await bench.comparisons.resume(run.id)
    assert (await bench.comparisons.finished(run.id)).state is RunState.DONE
    assert len(provider.requests) == 4


async def test_failed_calls_can_be_sent_again(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    provider.script = lambda request: (
        refusal(400, "no") if b"mail 1" in request.body else echo(request)
    )
    run = await ran(bench, SPEC)
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.errors, summary.answered, summary.unscored) == (1, 3, 0)
    provider.script = echo
    await bench.comparisons.retry(run.id)
    assert (await bench.comparisons.finished(run.id)).state is RunState.DONE
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.errors, summary.answered) == (0, 4)


async def test_a_run_that_is_complete_says_how_to_send_its_failures_again(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    run = await ran(bench, SPEC)
    with pytest.raises(UserError) as refused:
        await bench.comparisons.start(run.id)
    assert refused.value.message == "Run 1 is complete."
    assert "--retry-failed" in str(refused.value.hint)


async def test_a_run_that_goes_is_not_scored_again_before_its_end(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    provider.script = lambda request: echo(request).after(0 if request.number < 1 else 30)
    run = (await bench.comparisons.create(SPEC)).value
    await bench.comparisons.start(run.id)
    await until(lambda: len(provider.requests) == 4)
    with pytest.raises(UserError, match="Run 1 is still going"):
        await bench.runs.rescore(run.id, [EvaluatorSpec(type="json")])
    await bench.comparisons.stop(run.id)
    assert (await bench.comparisons.finished(run.id)).evaluators == SPEC.evaluators
    await bench.runs.rescore(run.id, [EvaluatorSpec(type="json")])
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.answered, summary.failed) == (1, 1)


async def test_a_cap_that_is_reached_stops_and_can_be_raised(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    limits = RunLimits(max_cost_usd=Decimal("0.0002"), concurrency=1)
    run = await ran(bench, replace(SPEC, limits=limits))
    assert run.state is RunState.BUDGET_STOPPED
    (summary,) = await bench.runs.summary(run.id)
    assert summary.cost_usd is not None
    assert summary.cost_usd <= Decimal("0.0002")
    assert summary.answered < 4
    await bench.comparisons.start(run.id, max_cost_usd=Decimal(1))
    assert (await bench.comparisons.finished(run.id)).state is RunState.DONE
    assert (await bench.runs.get(run.number)).limits.max_cost_usd == 1


async def test_a_cap_that_cannot_be_kept_stops_before_anything_is_sent(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    capped = replace(SPEC, limits=RunLimits(max_cost_usd=Decimal(1)))
    with pytest.raises(BudgetError, match="max_tokens"):
        await bench.comparisons.create(replace(capped, settings=(ModelSettings(),)))
    register(provider.base_url, price=None)
    with pytest.raises(BudgetError, match="price of fake/fake"):
        await bench.comparisons.create(capped)
    allowed = RunLimits(max_cost_usd=Decimal(1), allow_unknown_cost=True)
    run = await ran(bench, replace(SPEC, limits=allowed))
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.unknown_cost, summary.cost_usd) == (4, None)
    assert (await bench.runs.page()) == (run,)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"prompts": ()}, InvalidInputError),
        ({"prompts": ("none",)}, NotFoundError),
        ({"models": ("fake",)}, InvalidInputError),
        ({"models": ("none/x",)}, NotFoundError),
        ({"models": ("local/smollm2-135m-instruct",)}, ModelFileError),
        ({"dataset": "none"}, NotFoundError),
        ({"evaluators": (EvaluatorSpec(type="none"),)}, NotFoundError),
        ({"evaluators": (EvaluatorSpec(type="regex"),)}, InvalidInputError),
        ({"evaluators": (EvaluatorSpec(type="exact"),) * 2}, InvalidInputError),
        ({"limits": RunLimits(repetitions=0)}, InvalidInputError),
        ({"limits": RunLimits(repetitions=1_000_000_000)}, InvalidInputError),
        ({"limits": RunLimits(concurrency=10**30)}, InvalidInputError),
        ({"limits": RunLimits(max_cost_usd=Decimal("NaN"))}, InvalidInputError),
        ({"limits": RunLimits(max_cost_usd=Decimal("Infinity"))}, InvalidInputError),
        (
            {
                "models": tuple(f"fake/{number}" for number in range(300)),
                "limits": RunLimits(repetitions=1_000),
            },
            InvalidInputError,
        ),
        ({"case_limit": 0}, InvalidInputError),
    ],
)
async def test_what_cannot_work_is_refused_before_it_runs(
    bench: Workbench,
    version: PromptVersion,
    reviews: DatasetVersion,
    provider: FakeProvider,
    wrong: dict[str, object],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        await bench.comparisons.create(replace(SPEC, **wrong))
    assert await bench.runs.page() == ()
    if error is not ModelFileError:  # what a model that is not there yet would take can be told
        with pytest.raises(error):
            await bench.comparisons.estimate(replace(SPEC, **wrong))


async def test_a_prompt_that_asks_for_more_than_the_cases_give_is_refused(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    await bench.prompts.save(version.prompt_id, text_prompt("{{other}}"), message="", base_id=None)
    for ask in (bench.comparisons.estimate, bench.comparisons.create):
        with pytest.raises(InvalidInputError, match="other") as refused:
            await ask(SPEC)
        assert refused.value.hint == "The cases give: mail."


async def test_a_text_from_the_editor_runs_at_once(
    bench: Workbench, version: PromptVersion, provider: FakeProvider
) -> None:
    created = await bench.comparisons.create_quick(
        "reply", version, text_prompt("Unsaved {{mail}}"), ["fake/a", "fake/b"], {"mail": "now"}
    )
    run = created.value
    assert (run.kind, run.variants[0].version_id) == (RunKind.QUICK, None)
    await bench.comparisons.start(run.id)
    await bench.comparisons.finished(run.id)
    assert set((await bench.runs.texts(run.id, 0, 1)).values()) == {"Unsaved now"}


async def test_a_worker_that_dies_leaves_a_run_that_can_go_on(
    bench: Workbench,
    version: PromptVersion,
    reviews: DatasetVersion,
    provider: FakeProvider,
    events: list[Event],
) -> None:
    provider.script = lambda request: echo(request).after(0 if request.number < 1 else 30)
    run = (await bench.comparisons.create(replace(SPEC, limits=RunLimits(concurrency=1)))).value
    await bench.comparisons.start(run.id)
    await until(lambda: len(provider.requests) == 2)
    await until(lambda: any(isinstance(event, CellFinished) for event in events))
    (worker,) = (event.pid for event in events if isinstance(event, Ready))
    os.kill(worker, signal.SIGKILL)
    ended = await bench.comparisons.finished(run.id)
    assert ended.state is RunState.INTERRUPTED
    assert any(isinstance(event, WorkerFailed) for event in events)
    (summary,) = await bench.runs.summary(run.id)
    assert (summary.answered, summary.unknown) == (1, 1)

    provider.script = echo
    await bench.comparisons.resume(run.id)
    assert (await bench.comparisons.finished(run.id)).state is RunState.DONE
    states = {cell.state for cell in await bench.runs.cells(run.id)}
    assert states == {GenerationState.DONE}


async def test_a_run_does_not_go_on_in_a_project_that_is_read_only(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    run = (await bench.comparisons.create(SPEC)).value
    bench._open_project.read_only = True
    for begin in (bench.comparisons.start, bench.comparisons.retry):
        with pytest.raises(ProjectReadOnlyError):
            await begin(run.id)
    assert provider.requests == []
    bench._open_project.read_only = False


async def test_nobody_is_kept_waiting_where_no_run_was_left_behind(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    await ran(bench, SPEC)
    with closing(sqlite3.connect(bench.project.location, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await bench.comparisons.interrupted() == ()


async def test_a_run_left_behind_is_offered_when_the_project_is_opened(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> None:
    run = (await bench.comparisons.create(SPEC)).value
    await bench._open_project.write(lambda r: r.runs.set_state(run.id, RunState.RUNNING))
    other = await wired_projects().open(bench.project.location)
    try:
        (found,) = await other.comparisons.interrupted()
        assert (found.run.state, found.maybe_billed) == (RunState.INTERRUPTED, 0)
        assert await other.comparisons.interrupted() == ()
    finally:
        await other.close()
