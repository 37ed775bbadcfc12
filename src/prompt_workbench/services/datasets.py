"""What a person can do with datasets: import, look, edit into new versions, export."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.datasets import (
    Case,
    Dataset,
    DatasetVersion,
    PlacedCase,
    dataset_hash,
    input_columns,
)
from prompt_workbench.domain.errors import ConflictError, InvalidInputError, UserError
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.imports import ColumnMapping, FilePreview
from prompt_workbench.domain.names import checked_name
from prompt_workbench.interop.cases import (
    CaseFormat,
    cases_text,
    format_of,
    preview_cases,
    read_cases,
)
from prompt_workbench.services.base import Done, Undo, now
from prompt_workbench.services.dataset_drafts import DatasetDrafts
from prompt_workbench.services.exporting import write_new_text
from prompt_workbench.services.references import find_dataset, resolve_dataset

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetListing:
    """One line of the list of datasets."""

    dataset: Dataset
    latest: DatasetVersion | None


class Datasets(DatasetDrafts):
    """Import, look at, edit and export datasets."""

    async def list(self, *, include_deleted: bool = False) -> tuple[DatasetListing, ...]:
        """Return the datasets by name, each with its newest version."""

        def work(repositories: Repositories) -> tuple[DatasetListing, ...]:
            newest = repositories.datasets.newest_versions()
            datasets = repositories.datasets.all(include_deleted=include_deleted)
            return tuple(
                DatasetListing(dataset=dataset, latest=newest.get(dataset.id))
                for dataset in sorted(datasets, key=lambda dataset: dataset.name.casefold())
            )

        return await self._project.read(work)

    async def get(self, ref: str) -> Dataset:
        """Return the dataset of that name or id."""
        return await self._project.read(lambda repositories: find_dataset(repositories, ref))

    async def versions(self, dataset_id: str) -> tuple[DatasetVersion, ...]:
        """Return the versions of a dataset, newest first."""
        return tuple(await self._project.read(lambda r: r.datasets.versions(dataset_id)))

    async def version(self, ref: str) -> DatasetVersion:
        """Return the version that ``NAME`` or ``NAME@NUMBER`` names."""
        return (await self._project.read(lambda r: resolve_dataset(r, ref)))[1]

    async def cases(
        self, version_id: str, start: int = 0, count: int | None = None
    ) -> tuple[PlacedCase, ...]:
        """Return cases of a version from a position on; all without a count."""
        return tuple(await self._project.read(lambda r: r.datasets.cases(version_id, start, count)))

    async def preview_file(self, path: Path) -> FilePreview:
        """Return what importing a file would give, without importing it."""
        return await asyncio.to_thread(preview_cases, path)

    async def import_file(
        self,
        path: Path,
        name: str,
        *,
        mapping: ColumnMapping | None = None,
        message: str = "",
    ) -> Done[DatasetVersion]:
        """Store the cases of a CSV or JSONL file as a version of the dataset of that name.

        The dataset is made when there is none of that name.

        Raises:
            InvalidInputError: A line of the file cannot be used.
            UserError: The newest version holds the same cases already.
        """
        checked = checked_name(name, what="dataset")
        cases = await asyncio.to_thread(read_cases, path, mapping)
        return await self._store(checked, cases, message.strip() or f"Imported {_file_name(path)}")

    async def create(
        self, name: str, cases: Sequence[Case], *, message: str = ""
    ) -> Done[DatasetVersion]:
        """Make a dataset of these cases.

        Raises:
            ConflictError: There is a dataset of that name.
        """
        checked = checked_name(name, what="dataset")
        if await self._project.read(lambda r: r.datasets.by_name(checked)) is not None:
            raise ConflictError(
                f"There is a dataset named “{checked}” already.", hint="Choose another name."
            )
        return await self._store(checked, cases, message.strip())

    async def save_version(
        self, dataset_id: str, cases: Sequence[Case], message: str, base_id: str | None
    ) -> Done[DatasetVersion]:
        """Store edited cases as the next version; earlier versions stay as they are.

        With a base, the draft of the dataset is obsolete after that.

        Raises:
            ConflictError: There is a newer version than ``base_id``.
            UserError: The cases are those of the newest version.
        """
        return await self._save(dataset_id, tuple(cases), message.strip(), base_id)

    async def export(self, ref: str, path: Path, form: CaseFormat | None = None) -> Path:
        """Write the cases of ``NAME`` or ``NAME@NUMBER`` to a file and return its path.

        Raises:
            InvalidInputError: The file's name tells no format and none is given.
        """
        text = await self.export_text(ref, form or format_of(path))
        return await asyncio.to_thread(write_new_text, path, text)

    async def export_text(self, ref: str, form: CaseFormat) -> str:
        """Return the cases of ``NAME`` or ``NAME@NUMBER`` in a format."""

        def work(repositories: Repositories) -> list[Case]:
            _, version = resolve_dataset(repositories, ref)
            return [placed.case for placed in repositories.datasets.cases(version.id)]

        cases = await self._project.read(work)
        return await asyncio.to_thread(cases_text, cases, form)

    async def rename(self, dataset_id: str, name: str) -> Done[Dataset]:
        """Give a dataset another name; finished runs keep the one they ran on.

        Raises:
            ConflictError: There is a dataset of that name.
        """
        checked = checked_name(name, what="dataset")
        return await self._update(
            lambda repositories: repositories.datasets,
            dataset_id,
            lambda dataset: replace(dataset, name=checked),
            title=f"Rename to “{checked}”",
            inverse=lambda before: partial(self.rename, dataset_id, before.name),
        )

    async def delete(self, dataset_id: str) -> Done[Dataset]:
        """Hide a dataset; everything of it is kept, and its runs stay complete."""
        return await self._update(
            lambda repositories: repositories.datasets,
            dataset_id,
            lambda dataset: replace(dataset, deleted_at=now()),
            title="Delete dataset",
            inverse=lambda _: partial(self.restore, dataset_id),
        )

    async def restore(self, dataset_id: str) -> Done[Dataset]:
        """Bring a deleted dataset back.

        Raises:
            ConflictError: Another dataset has its name by now.
        """
        return await self._update(
            lambda repositories: repositories.datasets,
            dataset_id,
            lambda dataset: replace(dataset, deleted_at=None),
            title="Restore dataset",
            inverse=lambda _: partial(self.delete, dataset_id),
        )

    async def _store(self, name: str, cases: Sequence[Case], message: str) -> Done[DatasetVersion]:
        existing = await self._project.read(lambda r: r.datasets.by_name(name))
        if existing is not None:
            return await self._save(existing.id, tuple(cases), message, None)
        dataset = Dataset(id=new_id(), name=name, created_at=now())
        version = await asyncio.to_thread(_version, dataset.id, 1, tuple(cases), message)

        def work(repositories: Repositories) -> None:
            repositories.datasets.add(dataset)
            repositories.datasets.add_version(version, cases)

        await self._project.write(work)
        undo = Undo(title=f"Create dataset “{name}”", apply=partial(self.delete, dataset.id))
        return self._done(version, Kind.DATASET, ids=frozenset({dataset.id}), undo=undo)

    async def _save(
        self, dataset_id: str, cases: Sequence[Case], message: str, base_id: str | None
    ) -> Done[DatasetVersion]:
        draft = await asyncio.to_thread(_version, dataset_id, 0, cases, message)

        def work(repositories: Repositories) -> tuple[DatasetVersion, DatasetVersion]:
            latest = repositories.datasets.versions(dataset_id)[0]
            _refuse_stale(latest, draft, base_id)
            number = repositories.datasets.next_number(dataset_id)
            version = replace(draft, number=number)
            repositories.datasets.add_version(version, cases)
            if base_id is not None:
                repositories.datasets.delete_draft(dataset_id)
            return latest, version

        latest, version = await self._project.write(work)
        undo = Undo(
            title=f"Save version {version.number}",
            apply=partial(self._return_to, dataset_id, latest),
        )
        return self._done(version, Kind.DATASET, ids=frozenset({dataset_id}), undo=undo)

    async def _return_to(self, dataset_id: str, version: DatasetVersion) -> Done[DatasetVersion]:
        """Save the cases of an earlier version as the newest one: no version is ever lost."""
        placed = await self.cases(version.id)
        cases = tuple(item.case for item in placed)
        return await self._save(dataset_id, cases, f"Back to version {version.number}", None)


def _version(dataset_id: str, number: int, cases: Sequence[Case], message: str) -> DatasetVersion:
    if not cases:
        raise InvalidInputError("A dataset needs at least one case.")
    return DatasetVersion(
        id=new_id(),
        dataset_id=dataset_id,
        number=number,
        content_hash=dataset_hash(case.id for case in cases),
        case_count=len(cases),
        columns=input_columns(cases),
        message=message,
        created_at=now(),
    )


def _file_name(path: Path) -> str:
    """Return a file's name as text; not every system holds its names to UTF-8."""
    return os.fsencode(path.name).decode(errors="replace")


def _refuse_stale(latest: DatasetVersion, draft: DatasetVersion, base_id: str | None) -> None:
    if base_id is not None and latest.id != base_id:
        raise ConflictError(
            f"The dataset has moved on to version {latest.number}.",
            hint="Look at that version, then make your changes there.",
        )
    if latest.content_hash == draft.content_hash:
        raise UserError(f"Nothing changed since version {latest.number}.")
