"""Batches in the project: what is in one is not lost when the program ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.storage.examples import add_run, answer, sent

from prompt_workbench.domain.batches import Batch, BatchState
from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.storage.leases import this_holder
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project


@pytest.fixture
async def run(project: Project) -> Run:
    return await project.write(add_run)


def a_batch(run: Run, count: int) -> Batch:
    return Batch(
        id="batch",
        run_id=run.id,
        model=run.variants[0].model,
        state=BatchState.WRITTEN,
        call_count=count,
        created_at=datetime.now(UTC),
    )


async def test_a_batch_is_there_with_its_calls_or_not_at_all(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    calls = [sent(run, case=case) for case in range(2)]
    await ledger.written(a_batch(run, 2), calls)
    (found,) = await ledger.batches(run.id)
    assert (found.state, found.call_count, found.remote_id) == (BatchState.WRITTEN, 2, None)
    kept = await ledger.batch_calls(found.id)
    assert [(call.id, call.cell) for call in kept] == [(call.id, call.cell) for call in calls]
    assert [call.request_body for call in kept] == [call.request_body for call in calls]


async def test_what_is_in_a_batch_does_not_become_unknown(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    in_batch, alone = sent(run, case=0), sent(run, case=1)
    await ledger.written(a_batch(run, 1), [in_batch])
    await ledger.sent(alone)
    await project.write(lambda r: r.runs.take_lease(run.id, this_holder("another")))
    cells = await project.read(lambda r: r.generations.cells(run.id))
    states = {cell.id: cell.state for cell in cells}
    assert states[in_batch.id] is GenerationState.SENT
    assert states[alone.id] is GenerationState.UNKNOWN


async def test_a_later_start_settles_what_an_earlier_one_sent(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run)
    await ledger.written(a_batch(run, 1), [call])
    await ledger.submitting("batch", datetime.now(UTC))
    await ledger.submitted("batch", "remote")
    later = ProjectLedger.open(project.location)
    (batch,) = await later.batches(run.id)
    assert (batch.state, batch.remote_id) == (BatchState.SUBMITTED, "remote")
    (kept,) = await later.batch_calls(batch.id)
    await later.settled(answer(call), cache_key=None)
    await later.collected(batch.id)
    assert await later.batches(run.id) == []
    assert await later.batch_calls(batch.id) == []
    await later.close()
    (cell,) = await project.read(lambda r: r.generations.cells(run.id))
    assert (cell.id, cell.state) == (kept.id, GenerationState.DONE)


async def test_a_batch_that_is_written_again_is_there_once(
    project: Project, ledger: ProjectLedger, run: Run
) -> None:
    call = sent(run)
    await ledger.written(a_batch(run, 1), [call])
    await project.write(lambda r: r.batches.add(a_batch(run, 1), [call.id]))
    assert len(await ledger.batches(run.id)) == 1
    assert len(await ledger.batch_calls("batch")) == 1
