"""The ledger knows every call: before it leaves, after it ends, and when nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec import structs
from tests.storage.examples import NOW, add_run, answer, sent, variant

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.comparisons import Run, RunLimits, RunState
from prompt_workbench.domain.costs import CostGroup, Measure
from prompt_workbench.domain.errors import ConflictError, ProviderErrorKind
from prompt_workbench.domain.generations import Attempt, CellKey, GenerationState
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import UNKNOWN_COST, Cost, CostSource, UsageSource
from prompt_workbench.engine.ports import FailedAttempt, Ledger, SentCall
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project

TODAY = NOW.date()


@pytest.fixture
async def run(project: Project) -> Run:
    return await project.write(lambda store: add_run(store, 5))


async def all_of(calls: Iterable[Coroutine[None, None, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for call in calls:
            group.create_task(call)


async def ask(ledger: ProjectLedger, call: SentCall, text: str = "Fine.", **more: object) -> None:
    await ledger.sent(call)
    await ledger.settled(answer(call, text, **more), cache_key=call.cache_key)


def test_it_is_what_the_engine_needs(ledger: ProjectLedger) -> None:
    port: Ledger = ledger
    assert port is ledger


async def test_a_call_is_on_record_before_it_leaves(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run, case=2, reserved_pico_usd=700)
    await ledger.sent(call)
    (cell,) = await project.read(lambda store: store.generations.cells(run.id))
    assert (cell.id, cell.cell, cell.state) == (call.id, call.cell, GenerationState.SENT)
    kept = await project.read(lambda store: store.generations.get(call.id))
    assert kept.body.messages == call.request.messages
    assert kept.body.request_body == call.request_body
    assert await ledger.answered(run.id) == set()
    assert await ledger.spent_pico_usd(run.id) == (0, 700)


async def test_an_answer_comes_back_whole(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run)
    scores = (Score(name="exact", value=1.0, passed=True), Score(name="label", label="yes"))
    given = answer(call, scores=scores)
    await ledger.sent(call)
    await ledger.settled(given, cache_key=None)
    assert await project.read(lambda store: store.generations.get(call.id)) == given
    assert await ledger.answered(run.id) == {call.cell}
    assert await project.read(lambda store: store.generations.texts(run.id, 0, 1)) == {
        call.cell: "Fine."
    }


async def test_attempts_are_on_record_one_by_one(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run)
    refused = Attempt(
        number=1,
        started_at=NOW,
        status=429,
        error_kind=ProviderErrorKind.RATE_LIMITED,
        error="Busy.",
    )
    await ledger.sent(call)
    await ledger.retrying(FailedAttempt(generation_id=call.id, attempt=refused))
    kept = await project.read(lambda store: store.generations.get(call.id))
    assert kept.body.attempts == (refused,)
    given = answer(call, attempts=2)
    last = structs.replace(given.body.attempts[0], number=2)
    body = structs.replace(given.body, attempts=(refused, last))
    given = structs.replace(given, body=body)
    await ledger.settled(given, cache_key=None)
    assert await project.read(lambda store: store.generations.get(call.id)) == given


async def test_a_failed_cell_can_be_sent_again_and_the_newest_counts(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    await ask(ledger, sent(run), "", state=GenerationState.FAILED, error="Refused.")
    assert await ledger.answered(run.id) == set()
    again = sent(run)
    await ask(ledger, again)
    cells = await project.read(lambda store: store.generations.cells(run.id))
    assert [cell.id for cell in cells] == [again.id]
    rows = await project.read(lambda store: store.generations.page(CallFilter()))
    assert [row.state for row in rows] == [GenerationState.DONE, GenerationState.FAILED]


async def test_unknown_costs_hold_their_reservation(ledger: ProjectLedger, run: Run) -> None:
    await ask(ledger, sent(run, case=0, reserved_pico_usd=100))
    await ask(ledger, sent(run, case=1, reserved_pico_usd=50), cost=UNKNOWN_COST)
    assert await ledger.spent_pico_usd(run.id) == (6_000_000, 50)
    assert await ledger.unknown_cost(run.id) == 1


async def test_calls_of_uncertain_cost_hold_what_was_reserved_for_each_attempt(
    ledger: ProjectLedger, run: Run
) -> None:
    lost = Attempt(number=1, started_at=NOW, perhaps_billed=True)
    refused = Attempt(number=2, started_at=NOW, status=500)
    call = sent(run, reserved_pico_usd=9_000_000)
    estimated = Cost(usd=Decimal("0.000006"), source=CostSource.ESTIMATED)
    await ledger.sent(call)
    for attempt in (lost, refused):
        await ledger.retrying(FailedAttempt(generation_id=call.id, attempt=attempt))
    assert await ledger.spent_pico_usd(run.id) == (0, 18_000_000)
    await ledger.settled(answer(call, cost=estimated), cache_key=None)
    assert await ledger.spent_pico_usd(run.id) == (6_000_000, 12_000_000)


async def test_only_complete_answers_are_cached(ledger: ProjectLedger, run: Run) -> None:
    done = sent(run, case=0, cache_key="a")
    cut = sent(run, case=1, cache_key="b")
    await ask(ledger, done)
    await ask(ledger, cut, state=GenerationState.TRUNCATED, finish_reason=None)
    found = await ledger.cached("a")
    assert found is not None
    assert found == answer(done)
    assert await ledger.cached("b") is None
    copy = sent(run, case=2)
    from_cache = answer(
        copy, from_cache=True, cost=Cost(usd=Decimal(0), source=CostSource.KNOWN), duration_s=None
    )
    await ledger.settled(from_cache, cache_key="a")
    again = await ledger.cached("a")
    assert again is not None
    assert again.summary.id == done.id


async def test_many_at_once_share_their_commits(project: Project, ledger: ProjectLedger) -> None:
    run = await project.write(lambda store: add_run(store, 200))
    calls = [sent(run, case=place) for place in range(200)]
    await all_of(ask(ledger, call) for call in calls)
    assert ledger.commits < 100
    assert len(await ledger.answered(run.id)) == 200
    totals = await project.read(lambda store: store.costs.totals(TODAY, TODAY))
    assert (totals.calls, totals.cost_usd) == (200, Decimal("0.0012"))


async def test_rollups_say_what_the_rows_say(project: Project, ledger: ProjectLedger) -> None:
    variants = (variant(0), variant(1, "cloud/large"))
    run = await project.write(lambda store: add_run(store, 3, variants=variants))
    estimated = Cost(usd=Decimal("0.5"), source=CostSource.ESTIMATED)
    await ask(ledger, sent(run, 0))
    await ask(ledger, sent(run, 1), state=GenerationState.TRUNCATED, cost=estimated)
    await ask(
        ledger, sent(run, 0, 1), cost=UNKNOWN_COST, usage=None, usage_source=UsageSource.MISSING
    )
    await ask(ledger, sent(run, 1, 1), state=GenerationState.FAILED, cost=UNKNOWN_COST)
    points = await project.read(lambda s: s.costs.by_day(TODAY, TODAY, CostGroup.MODEL))
    cloud, local = (point.totals for point in points)
    assert [point.group for point in points] == ["cloud/large", "local/small"]
    assert (local.calls, local.answered, local.truncated, local.estimated_cost) == (2, 2, 1, 1)
    assert (local.cost_usd, local.unknown_cost) == (Decimal("0.500006"), 0)
    assert (cloud.failed, cloud.missing_usage) == (1, 1)
    assert (cloud.cost_usd, cloud.unknown_cost) == (None, 2)
    totals = await project.read(lambda store: store.costs.totals(TODAY, TODAY))
    assert (totals.cost_usd, totals.unknown_cost, totals.output_tokens) == (
        Decimal("0.500006"), 2, 9
    )  # fmt: skip


async def test_latencies_are_known_to_five_percent(project: Project, ledger: ProjectLedger) -> None:
    run = await project.write(lambda store: add_run(store, 99))
    await all_of(ask(ledger, sent(run, n), duration_s=(n + 1) / 10) for n in range(99))
    histograms = await project.read(lambda store: store.costs.latency(TODAY, TODAY))
    (duration,) = (item for item in histograms if item.measure is Measure.DURATION)
    assert duration.count == 99
    assert duration.quantile(0.5) == pytest.approx(5.0, rel=0.05)
    history = await project.read(
        lambda store: store.generations.history(run.variants[0].model, run.variants[0].content.hash)
    )
    assert history is not None
    assert history.calls == 99
    assert history.mean_duration_s == pytest.approx(5.0, rel=0.05)
    assert history.p95_output_tokens == pytest.approx(3, rel=0.1)


async def test_what_a_dead_process_had_in_flight_becomes_unknown(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    await ask(ledger, sent(run, 0))
    await ledger.sent(sent(run, 1, reserved_pico_usd=9))
    lost = await project.write(lambda store: store.runs.recover(run.id))
    assert lost == 1
    states = await project.read(
        lambda store: {cell.cell.case: cell.state for cell in store.generations.cells(run.id)}
    )
    assert states == {0: GenerationState.DONE, 1: GenerationState.UNKNOWN}
    stored = await project.read(lambda store: store.runs.get(run.id))
    assert stored.state is RunState.INTERRUPTED
    assert await ledger.answered(run.id) == {CellKey(case=0, variant=0)}
    assert await ledger.spent_pico_usd(run.id) == (6_000_000, 9)
    totals = await project.read(lambda store: store.costs.totals(TODAY, TODAY))
    assert (totals.calls, totals.unknown, totals.unknown_cost) == (2, 1, 1)


async def test_an_answer_that_arrives_after_all_replaces_unknown(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run)
    await ledger.sent(call)
    await project.write(lambda store: store.runs.recover(run.id))
    await ledger.settled(answer(call), cache_key=None)
    assert await ledger.answered(run.id) == {call.cell}
    totals = await project.read(lambda store: store.costs.totals(TODAY, TODAY))
    assert (totals.calls, totals.unknown, totals.unknown_cost, totals.answered) == (1, 0, 0, 1)


async def test_a_run_has_one_worker(project: Project, ledger: ProjectLedger, run: Run) -> None:
    other = ProjectLedger.open(project.location)
    assert await ledger.acquire(run.id)
    assert not await other.acquire(run.id)
    await ledger.keep(run.id)
    assert await project.read(lambda store: store.runs.unfinished()) == []
    with pytest.raises(ConflictError, match="works on this run"):
        await project.write(lambda store: store.runs.recover(run.id))
    await ledger.release(run.id, RunState.DONE)
    stored = await project.read(lambda store: store.runs.get(run.id))
    assert stored.state is RunState.DONE
    assert stored.finished_at is not None
    assert await other.acquire(run.id)
    with pytest.raises(ConflictError, match="took this run over"):
        await ledger.keep(run.id)
    await other.close()


async def test_a_run_left_running_is_offered(project: Project, run: Run) -> None:
    assert [r.id for r in await project.read(lambda store: store.runs.unfinished())] == [run.id]


async def test_texts_that_no_database_takes_are_stored_all_the_same(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run)
    await ask(ledger, call, "half \ud83d end", error="\ud800")
    kept = await project.read(lambda store: store.generations.get(call.id))
    assert kept.body.text == "half \ufffd end"
    nul = sent(run, 1)
    await ask(ledger, nul, "a\0b")
    kept = await project.read(lambda store: store.generations.get(nul.id))
    assert kept.body.text in {"a\0b", "a\ufffdb"}


async def test_what_cannot_be_stored_fails_alone(ledger: ProjectLedger, run: Run) -> None:
    good, twin = sent(run, 0), sent(run, 1)
    twin = structs.replace(twin, id=good.id)
    with pytest.raises(ExceptionGroup) as failed:
        await all_of(ledger.sent(call) for call in (good, sent(run, 2), twin))
    assert len(failed.value.exceptions) == 1
    assert await ledger.spent_pico_usd(run.id) == (0, 0)


async def test_cases_and_limits_of_a_run_come_back(project: Project, ledger: ProjectLedger) -> None:
    limits = RunLimits(max_cost_usd=Decimal("0.25"), concurrency=3, use_cache=False)
    run = await project.write(lambda store: add_run(store, 5, limits=limits))
    assert await ledger.run(run.id) == run
    assert [case.inputs["question"] for case in await ledger.cases(run.id, 3, 9)] == ["q3", "q4"]
    await ledger.set_state(run.id, RunState.PAUSED, "You paused it.")
    stored = await ledger.run(run.id)
    assert (stored.state, stored.state_reason) == (RunState.PAUSED, "You paused it.")
    more = replace(limits, max_cost_usd=Decimal(1))
    await project.write(lambda store: store.runs.set_limits(run.id, more))
    assert (await ledger.run(run.id)).limits == more


async def test_days_are_kept_apart(project: Project, ledger: ProjectLedger, run: Run) -> None:
    early = structs.replace(sent(run, 0), started_at=NOW - timedelta(days=1))
    await ask(ledger, early)
    await ask(ledger, sent(run, 1))
    points = await project.read(
        lambda s: s.costs.by_day(TODAY - timedelta(days=9), TODAY, CostGroup.NONE)
    )
    assert [point.day for point in points] == [TODAY - timedelta(days=1), TODAY]
