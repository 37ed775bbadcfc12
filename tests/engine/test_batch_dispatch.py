"""Runs in batches, with the real adapters, the real ledger and a provider over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.batches import BatchOffice, asked_for, batch_office, new_project, register
from tests.support.engine import until

from prompt_workbench.domain.batches import BatchState
from prompt_workbench.domain.comparisons import RunLimits, RunState
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import CostSource
from prompt_workbench.engine.protocol import CellStarted
from prompt_workbench.providers.batches import Fate
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import Reply, refusal
from prompt_workbench.storage.project import Project

pytestmark = pytest.mark.usefixtures("spoken")

DONE, FAILED, CANCELLED = (
    GenerationState.DONE,
    GenerationState.FAILED,
    GenerationState.CANCELLED,
)


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as provider:
        yield provider


@pytest.fixture(
    params=[Interface.OPENAI_CHAT, Interface.OPENAI_RESPONSES, Interface.ANTHROPIC_MESSAGES]
)
def spoken(request: pytest.FixtureRequest, provider: FakeProvider) -> Interface:
    interface: Interface = request.param
    register(provider.base_url, interface)
    return interface


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    project = await new_project(tmp_path)
    yield project
    await project.close()


@pytest.fixture
async def office(project: Project, spoken: Interface) -> AsyncIterator[BatchOffice]:
    async with batch_office(project) as office:
        yield office


async def test_answers_come_to_their_cells_in_whatever_order(
    office: BatchOffice, provider: FakeProvider
) -> None:
    run = await office.add(cases=5)
    cells = await office.work(run)
    assert [cell.preview for cell in cells] == [f"Say word-{n}" for n in range(5)]
    assert {cell.state for cell in cells} == {DONE}
    assert office.end().state is RunState.DONE
    assert asked_for(provider) == 5
    assert len(provider.batches.all) == 1


async def test_what_is_not_known_of_a_call_in_a_batch_is_not_made_up(
    office: BatchOffice,
) -> None:
    run = await office.add(cases=1)
    (cell,) = await office.work(run)
    assert (cell.duration_s, cell.time_to_first_chunk_s) == (None, None)
    assert cell.usage is not None
    assert cell.usage.output_tokens == 2
    assert cell.finish_reason is not None
    stored = await office.project.read(lambda r: r.generations.get(cell.id))
    assert '"stream"' not in stored.body.request_body
    assert stored.body.usage_raw is not None
    assert stored.body.response_id


async def test_each_call_is_in_the_ledger_before_anything_leaves(
    office: BatchOffice, provider: FakeProvider
) -> None:
    run = await office.add(cases=3)
    seen = []

    def look(method: str, path: str) -> Reply | None:
        seen.append(len([e for e in office.events if isinstance(e, CellStarted)]))
        return None

    provider.batches.refuse = look
    await office.work(run)
    assert seen[0] == 3


async def test_calls_that_fail_expire_or_are_missing_fail_by_themselves(
    office: BatchOffice, provider: FakeProvider
) -> None:
    fates = [Fate.ANSWERED, Fate.FAILED, Fate.EXPIRED, Fate.ANSWERED]
    provider.batches.fate = lambda number, text: fates[number]
    run = await office.add(cases=4)
    cells = await office.work(run)
    assert [cell.state for cell in cells] == [DONE, FAILED, FAILED, DONE]
    assert "The fake refuses this call." in cells[1].error
    assert "24 hours" in cells[2].error
    assert [bool(cell.cost.usd) for cell in cells] == [True, False, False, True]
    assert office.end().state is RunState.DONE


async def test_a_batch_outlives_the_program(project: Project, provider: FakeProvider) -> None:
    provider.batches.polls_until_end = float("inf")
    async with batch_office(project) as first:
        run = await first.add(cases=3)
        first.runner.start(run.id)
        await until(lambda: any("in progress" in reason for reason in first.reasons()))
    assert first.end().state is RunState.INTERRUPTED
    provider.batches.polls_until_end = 0
    async with batch_office(project) as second:
        cells = await second.work(run)
        assert second.end().state is RunState.DONE
    assert {cell.state for cell in cells} == {DONE}
    assert len(provider.batches.all) == 1
    assert asked_for(provider) == 3


async def test_a_submission_whose_answer_was_lost_is_found_and_not_repeated(
    office: BatchOffice, provider: FakeProvider, spoken: Interface
) -> None:
    lost: list[str] = []

    def lose(method: str, path: str, reply: Reply) -> Reply:
        if method == "POST" and path.endswith("/batches") and not lost:
            lost.append(path)
            return reply.cut(5)
        return reply

    provider.batches.interfere = lose
    if spoken is Interface.ANTHROPIC_MESSAGES:
        # A batch shows whose it is only once it has ended.
        provider.batches.polls_until_end = 0
        provider.batches.refuse = lambda method, path: _end_all(provider, method)
    run = await office.add(cases=3)
    cells = await office.work(run)
    assert {cell.state for cell in cells} == {DONE}
    assert len(provider.batches.all) == 1
    assert asked_for(provider) == 3


def _end_all(provider: FakeProvider, method: str) -> None:
    for batch in provider.batches.all.values():
        if method == "GET" and batch.results is None:
            provider.batches.end(batch)


async def test_a_program_that_died_while_submitting_looks_before_it_submits_again(
    project: Project, provider: FakeProvider
) -> None:
    def never_answer(method: str, path: str, reply: Reply) -> Reply:
        submitting = method == "POST" and path.endswith("/batches")
        return reply.after(float("inf")) if submitting else reply

    provider.batches.interfere = never_answer
    async with batch_office(project) as first:
        run = await first.add(cases=2)
        first.runner.start(run.id)
        await until(lambda: provider.batches.all)
    (left,) = await project.read(lambda r: r.batches.open(run.id))
    assert (left.state, left.remote_id) == (BatchState.SUBMITTING, None)
    for remote in provider.batches.all.values():
        provider.batches.end(remote)
    async with batch_office(project) as second:
        cells = await second.work(run)
    assert {cell.state for cell in cells} == {DONE}
    assert len(provider.batches.all) == 1
    assert asked_for(provider) == 2
    assert await project.read(lambda r: r.batches.open(run.id)) == []


async def test_what_was_written_and_never_left_is_submitted_once(
    project: Project, provider: FakeProvider
) -> None:
    provider.batches.refuse = lambda method, path: Reply().after(float("inf"))
    async with batch_office(project) as first:
        run = await first.add(cases=2)
        first.runner.start(run.id)
        await until(lambda: provider.batches.requests)
    assert provider.batches.all == {}
    provider.batches.refuse = lambda method, path: None
    async with batch_office(project) as second:
        cells = await second.work(run)
    assert {cell.state for cell in cells} == {DONE}
    assert len(provider.batches.all) == 1
    assert asked_for(provider) == 2


async def test_stopping_cancels_at_the_provider_and_keeps_what_was_answered(
    office: BatchOffice, provider: FakeProvider
) -> None:
    provider.batches.polls_until_end = float("inf")
    run = await office.add(cases=2)
    office.runner.start(run.id)
    await until(lambda: any("in progress" in reason for reason in office.reasons()))
    office.runner.stop(run.id)
    await office.runner.wait()
    cells = await office.cells(run)
    assert {cell.state for cell in cells} == {CANCELLED}
    assert {cell.cost.usd for cell in cells} == {0}
    assert office.end().state is RunState.STOPPED
    assert [one.was_cancelled for one in provider.batches.all.values()] == [True]


async def test_a_busy_provider_is_asked_again(office: BatchOffice, provider: FakeProvider) -> None:
    busy = [refusal(429, "Too many.", headers={"Retry-After": "0"}), refusal(503, "Overloaded.")]

    def refuse(method: str, path: str) -> Reply | None:
        return busy.pop() if busy else None

    provider.batches.refuse = refuse
    cells = await office.work(await office.add(cases=2))
    assert {cell.state for cell in cells} == {DONE}
    assert len(provider.batches.all) == 1


async def test_a_download_that_breaks_off_goes_on(
    office: BatchOffice, provider: FakeProvider
) -> None:
    cuts = [300, 900]

    def cut(method: str, path: str, reply: Reply) -> Reply:
        if path.endswith(("/content", "/results")) and cuts:
            return reply.cut(cuts.pop())
        return reply

    provider.batches.interfere = cut
    cells = await office.work(await office.add(cases=4))
    assert {cell.state for cell in cells} == {DONE}
    assert asked_for(provider) == 4


async def test_a_refused_submission_fails_its_calls_with_the_reason(
    office: BatchOffice, provider: FakeProvider
) -> None:
    provider.batches.refuse = lambda method, path: refusal(400, "No batches for this model.")
    cells = await office.work(await office.add(cases=2))
    assert {cell.state for cell in cells} == {FAILED}
    assert "No batches for this model." in cells[0].error
    assert asked_for(provider) == 0


async def test_a_key_that_is_refused_leaves_the_batch_to_be_collected(
    project: Project, provider: FakeProvider
) -> None:
    def refuse(method: str, path: str) -> Reply | None:
        return refusal(401, "Wrong key.") if method == "GET" else None

    provider.batches.refuse = refuse
    async with batch_office(project) as first:
        run = await first.add(cases=2)
        await first.work(run)
        assert first.end().state is RunState.INTERRUPTED
        assert "Wrong key." in first.end().reason
    provider.batches.refuse = lambda method, path: None
    async with batch_office(project) as second:
        cells = await second.work(run)
    assert {cell.state for cell in cells} == {DONE}
    assert asked_for(provider) == 2


async def test_a_call_costs_the_price_of_batches_and_says_so(office: BatchOffice) -> None:
    (cell,) = await office.work(await office.add(cases=1))
    assert cell.usage is not None
    tokens = cell.usage.input_tokens + cell.usage.output_tokens
    assert (cell.cost.source, cell.cost.usd) == (CostSource.KNOWN, tokens * Decimal("0.000001"))
    stored = await office.project.read(lambda r: r.generations.get(cell.id))
    assert {line.name for line in stored.body.cost.lines} == {
        "batch input",
        "batch output",
    }
    assert {line.price_per_million_usd for line in stored.body.cost.lines} == {1}


async def test_no_more_is_submitted_than_the_spend_cap_allows(
    office: BatchOffice, provider: FakeProvider
) -> None:
    # What one call can cost at most is between $0.00002 and $0.0002.
    limits = RunLimits(max_cost_usd=Decimal("0.0002"))
    run = await office.add(cases=40, limits=limits)
    cells = await office.work(run)
    assert office.end().state is RunState.BUDGET_STOPPED
    assert 0 < len(cells) == asked_for(provider) < 40
    assert sum(cell.cost.usd or 0 for cell in cells) <= limits.max_cost_usd
    assert {cell.state for cell in cells} == {DONE}


async def test_answers_are_used_again(office: BatchOffice, provider: FakeProvider) -> None:
    await office.work(await office.add(cases=2))
    cells = await office.work(await office.add(cases=2, number=2))
    assert {cell.from_cache for cell in cells} == {True}
    assert asked_for(provider) == 2


async def test_failed_cells_are_sent_again_in_a_batch_of_their_own(
    office: BatchOffice, provider: FakeProvider
) -> None:
    provider.batches.fate = lambda number, text: Fate.FAILED if number else Fate.ANSWERED
    run = await office.add(cases=3)
    await office.work(run)
    provider.batches.fate = lambda number, text: Fate.ANSWERED
    office.runner.retry(run.id)
    await office.runner.wait()
    cells = await office.cells(run)
    assert {cell.state for cell in cells} == {DONE}
    first, second = provider.batches.all.values()
    assert (len(first.calls), len(second.calls)) == (3, 2)
