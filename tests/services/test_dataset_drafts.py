"""Edits of datasets that are not saved are kept, and obsolete once they are a version."""

from __future__ import annotations

import pytest
from tests.services.conftest import undone

from prompt_workbench.domain.case_edits import CaseEdits
from prompt_workbench.domain.datasets import Case, DatasetVersion
from prompt_workbench.services.workbench import Workbench

ADDED = CaseEdits(base_count=2).adding(Case(inputs={"review": "Fine"}))
REMOVED = ADDED.removing([0])


@pytest.fixture
async def base(bench: Workbench) -> DatasetVersion:
    cases = (Case(inputs={"review": "Good"}), Case(inputs={"review": "Bad"}))
    return (await bench.datasets.create("reviews", cases)).value


async def drafts(bench: Workbench) -> list[tuple[DatasetVersion, CaseEdits]]:
    return [(draft.base, draft.edits) for draft in await bench.datasets.drafts()]


async def test_the_last_edits_are_kept(bench: Workbench, base: DatasetVersion) -> None:
    await bench.datasets.save_draft(base, ADDED)
    done = await bench.datasets.save_draft(base, REMOVED)
    assert await drafts(bench) == [(base, REMOVED)]
    await undone(done)
    assert await drafts(bench) == [(base, ADDED)]


async def test_edits_that_are_thrown_away_can_be_brought_back(
    bench: Workbench, base: DatasetVersion
) -> None:
    await bench.datasets.save_draft(base, ADDED)
    done = await bench.datasets.discard_draft(base.dataset_id)
    assert await drafts(bench) == []
    await undone(done)
    assert await drafts(bench) == [(base, ADDED)]
    assert (await bench.datasets.discard_draft("nothing")).undo is None


async def test_edits_that_became_a_version_are_no_draft_any_more(
    bench: Workbench, base: DatasetVersion
) -> None:
    await bench.datasets.save_draft(base, ADDED)
    cases = [placed.case for placed in await bench.datasets.cases(base.id)]
    await bench.datasets.save_version(base.dataset_id, ADDED.applied(cases), "", base.id)
    assert await drafts(bench) == []


async def test_edits_stay_when_another_way_makes_the_next_version(
    bench: Workbench, base: DatasetVersion
) -> None:
    await bench.datasets.save_draft(base, ADDED)
    await bench.datasets.save_version(base.dataset_id, ADDED.added, "Imported", None)
    assert await drafts(bench) == [(base, ADDED)]
