"""Datasets keep every version, and a case is stored once however often it is used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.storage.examples import NOW, add_dataset, cases

from prompt_workbench.domain.case_edits import CaseEdits, DatasetDraft
from prompt_workbench.domain.datasets import Case, PlacedCase
from prompt_workbench.domain.errors import ConflictError, NotFoundError
from prompt_workbench.storage.project import Project


async def test_cases_come_back_in_order_and_whole(project: Project) -> None:
    items = [
        Case(inputs={"a": 1, "b": [True, None, 0.5]}, expected_output={"x": "ü"}),
        Case(inputs={"a": "🙂", "c": ""}, metadata={"source": "mail"}),
        Case(inputs={"a": 1, "b": [True, None, 0.5]}, expected_output={"x": "ü"}),
    ]
    stored = await project.write(lambda store: add_dataset(store, items))
    assert stored.columns == ("a", "b", "c")
    assert await project.read(lambda store: store.datasets.version(stored.id)) == stored
    placed = await project.read(lambda store: store.datasets.cases(stored.id))
    assert placed == [PlacedCase(position=n, case=case) for n, case in enumerate(items)]
    window = await project.read(lambda store: store.datasets.cases(stored.id, 1, 1))
    assert window == placed[1:2]


async def test_many_cases_fit(project: Project) -> None:
    items = cases(1_234)
    stored = await project.write(lambda store: add_dataset(store, items))
    placed = await project.read(lambda store: store.datasets.cases(stored.id, 1_230))
    assert [item.case for item in placed] == items[1_230:]


async def test_versions_are_counted_per_dataset(project: Project) -> None:
    first = await project.write(lambda store: add_dataset(store, cases(2)))
    second = replace(first, id="second", number=2, case_count=1, message="Fewer")
    await project.write(lambda store: store.datasets.add_version(second, cases(1)))
    listed = await project.read(lambda store: store.datasets.versions(first.dataset_id))
    assert listed == [second, first]
    assert await project.read(lambda store: store.datasets.next_number(first.dataset_id)) == 3
    found = await project.read(lambda s: s.datasets.version_numbered(first.dataset_id, 2))
    assert found == second


async def test_names_of_living_datasets_are_unique(project: Project) -> None:
    first = await project.write(lambda store: add_dataset(store, cases(1)))
    with pytest.raises(ConflictError, match="already a dataset named “facts”"):
        await project.write(lambda store: add_dataset(store, cases(1)))
    it = await project.read(lambda store: store.datasets.get(first.dataset_id))
    await project.write(lambda store: store.datasets.update(replace(it, deleted_at=NOW)))
    assert await project.read(lambda store: store.datasets.by_name("facts")) is None
    assert await project.read(lambda store: store.datasets.all(include_deleted=True)) == [
        replace(it, deleted_at=NOW)
    ]
    await project.write(lambda store: add_dataset(store, cases(1)))


async def test_edits_are_kept_with_the_version_they_are_made_on(project: Project) -> None:
    first = await project.write(lambda store: add_dataset(store, cases(3)))
    edits = CaseEdits(base_count=3).removing([1]).adding(cases(1)[0])
    for kept in (CaseEdits(base_count=3).removing([0]), edits):
        draft = DatasetDraft(base=first, edits=kept, updated_at=NOW)
        await project.write(lambda store, draft=draft: store.datasets.save_draft(draft))
    assert await project.read(lambda store: store.datasets.drafts()) == [draft]
    await project.write(lambda store: store.datasets.delete_draft(first.dataset_id))
    assert await project.read(lambda store: store.datasets.drafts()) == []


async def test_a_dataset_that_is_not_there_is_named(project: Project) -> None:
    with pytest.raises(NotFoundError, match="no dataset with the id nothing"):
        await project.read(lambda store: store.datasets.get("nothing"))
