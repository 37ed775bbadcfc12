"""What a person can do with datasets."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from tests.services.conftest import undone

from prompt_workbench.domain.datasets import Case, DatasetVersion
from prompt_workbench.domain.errors import (
    ConflictError,
    HostError,
    InvalidInputError,
    NotFoundError,
    UserError,
)
from prompt_workbench.domain.imports import ColumnMapping, ColumnRole, ColumnTarget
from prompt_workbench.interop.cases import CaseFormat
from prompt_workbench.services.workbench import Workbench

ROWS = "review,label\nGood,positive\nBad,negative\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


async def inputs(bench: Workbench, ref: str) -> list[object]:
    version = await bench.datasets.version(ref)
    return [dict(placed.case.inputs) for placed in await bench.datasets.cases(version.id)]


async def test_a_file_becomes_a_dataset(bench: Workbench, file: Path) -> None:
    preview = await bench.datasets.preview_file(file)
    assert preview.columns == ("review", "label")
    done = await bench.datasets.import_file(file, "reviews")
    assert (done.value.number, done.value.case_count) == (1, 2)
    assert done.value.message == "Imported reviews.csv"
    (listing,) = await bench.datasets.list()
    assert (listing.dataset.name, listing.latest) == ("reviews", done.value)
    first, second = await bench.datasets.cases(done.value.id)
    assert (first.position, first.case.expected_output) == (0, "positive")
    assert await bench.datasets.cases(done.value.id, 1, 5) == (second,)


async def test_a_person_can_say_where_columns_go(bench: Workbench, file: Path) -> None:
    mapping = ColumnMapping(
        targets={
            "review": ColumnTarget(role=ColumnRole.INPUT, name="text"),
            "label": ColumnTarget(role=ColumnRole.METADATA, name="truth"),
        }
    )
    version = (await bench.datasets.import_file(file, "reviews", mapping=mapping)).value
    (first, _) = await bench.datasets.cases(version.id)
    assert first.case == Case(inputs={"text": "Good"}, metadata={"truth": "positive"})


async def test_importing_again_makes_a_version(bench: Workbench, file: Path) -> None:
    await bench.datasets.import_file(file, "reviews")
    with pytest.raises(UserError, match="Nothing changed since version 1"):
        await bench.datasets.import_file(file, "reviews")
    longer = await bench.datasets.export("reviews", file.with_name("longer.csv"))
    await asyncio.to_thread(longer.write_text, ROWS + "Fine,positive\n", encoding="utf-8")
    done = await bench.datasets.import_file(longer, "reviews")
    assert done.value.number == 2
    assert len(await inputs(bench, "reviews@1")) == 2
    assert len(await inputs(bench, "reviews")) == 3


async def test_edits_make_versions_that_can_be_undone(
    bench: Workbench, reviews: DatasetVersion
) -> None:
    edited = [Case(inputs={"mail": "new"})]
    done = await bench.datasets.save_version(reviews.dataset_id, edited, "one", reviews.id)
    redo = await undone(done)
    assert await inputs(bench, "reviews") == await inputs(bench, "reviews@1")
    await undone(redo)
    assert await inputs(bench, "reviews") == [{"mail": "new"}]
    assert [v.number for v in await bench.datasets.versions(reviews.dataset_id)] == [4, 3, 2, 1]


async def test_edits_of_an_old_version_are_refused(
    bench: Workbench, reviews: DatasetVersion
) -> None:
    await bench.datasets.save_version(reviews.dataset_id, [Case(inputs={"a": 1})], "", reviews.id)
    with pytest.raises(ConflictError, match="moved on to version 2"):
        await bench.datasets.save_version(
            reviews.dataset_id, [Case(inputs={"a": 2})], "", reviews.id
        )
    with pytest.raises(InvalidInputError, match="at least one case"):
        await bench.datasets.save_version(reviews.dataset_id, [], "", None)


async def test_making_renaming_and_deleting_can_be_undone(
    bench: Workbench, reviews: DatasetVersion
) -> None:
    async def names() -> list[str]:
        return [listing.dataset.name for listing in await bench.datasets.list()]

    made = await bench.datasets.create("other", [Case(inputs={"a": 1})])
    renamed = await bench.datasets.rename(reviews.dataset_id, "mails")
    assert await names() == ["mails", "other"]
    again = await undone(renamed)
    assert await names() == ["other", "reviews"]
    await undone(again)
    remade = await undone(made)
    assert await names() == ["mails"]
    await undone(remade)
    deleted = await bench.datasets.delete(reviews.dataset_id)
    assert await names() == ["other"]
    await undone(deleted)
    assert await names() == ["mails", "other"]


async def test_names_are_taken_once(bench: Workbench, reviews: DatasetVersion) -> None:
    with pytest.raises(ConflictError):
        await bench.datasets.create("reviews", [Case(inputs={"a": 1})])
    with pytest.raises(NotFoundError, match="no dataset named “none”"):
        await bench.datasets.version("none@1")
    with pytest.raises(NotFoundError, match="not a version"):
        await bench.datasets.version("reviews@x")


@pytest.mark.parametrize("form", list(CaseFormat))
async def test_an_export_imports_as_the_same_cases(
    bench: Workbench, reviews: DatasetVersion, tmp_path: Path, form: CaseFormat
) -> None:
    path = await bench.datasets.export("reviews@1", tmp_path / f"out.{form}")
    copy = (await bench.datasets.import_file(path, "copy")).value
    assert copy.content_hash == reviews.content_hash


async def test_an_export_that_cannot_be_written_says_so(
    bench: Workbench, reviews: DatasetVersion, tmp_path: Path
) -> None:
    with pytest.raises(HostError, match="cannot be written"):
        await bench.datasets.export("reviews", tmp_path / "none" / "out.csv")


async def test_the_name_of_a_file_need_not_be_utf8(bench: Workbench, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"caf\xff.csv")
    try:
        file.write_text("mail\nA refund\n")
    except OSError:
        pytest.skip("This system holds the names of its files to UTF-8.")
    version = (await bench.datasets.import_file(file, "cafe")).value
    assert version.message == "Imported caf\ufffd.csv"
