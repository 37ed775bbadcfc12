"""Datasets, their versions, and edits that are not saved as one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, tuple_
from sqlmodel import col, select
from typing_extensions import override

from prompt_workbench.domain.canonical import canonical_json
from prompt_workbench.domain.case_edits import DatasetDraft, edits_from_json
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.datasets import Case, Dataset, DatasetVersion, PlacedCase
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.storage.encoding import (
    damaged,
    from_micros,
    json_array,
    json_object,
    optional_micros,
    optional_moment,
    to_micros,
    to_text,
)
from prompt_workbench.storage.repositories.cases import add_cases, parse_case
from prompt_workbench.storage.repositories.named import NamedRepository
from prompt_workbench.storage.tables import DATASET_CASE, PLACED_CASE
from prompt_workbench.storage.tables.datasets import (
    DatasetDraftRow,
    DatasetRow,
    DatasetVersionRow,
)


class Datasets(NamedRepository[Dataset, DatasetRow]):
    """The datasets of the project."""

    kind = Kind.DATASET
    _named = DatasetRow
    _order = (col(DatasetRow.name),)

    def add_version(self, version: DatasetVersion, cases: Sequence[Case]) -> None:
        """Store a new version with its cases."""
        row = DatasetVersionRow(
            id=version.id,
            dataset_id=version.dataset_id,
            number=version.number,
            content_hash=version.content_hash,
            case_count=version.case_count,
            column_names=to_text(version.columns),
            message=version.message,
            created_at=to_micros(version.created_at),
        )
        self._add(row, Kind.DATASET)
        places = [
            {"version_seq": row.seq, "position": position, "case_seq": case_seq}
            for position, case_seq in enumerate(add_cases(self._connection, cases))
        ]
        if places:
            self._connection.execute(insert(PLACED_CASE), places)

    def version(self, version_id: str) -> DatasetVersion:
        """Return a dataset version."""
        return _version(self._version_row(version_id))

    def version_numbered(self, dataset_id: str, number: int) -> DatasetVersion:
        """Return the version of a dataset that has the number."""
        statement = select(DatasetVersionRow).where(
            DatasetVersionRow.dataset_id == dataset_id, DatasetVersionRow.number == number
        )
        return _version(self._required(statement, f"version {number} of this dataset"))

    def versions(self, dataset_id: str) -> list[DatasetVersion]:
        """Return the versions of a dataset, newest first."""
        statement = select(DatasetVersionRow).where(DatasetVersionRow.dataset_id == dataset_id)
        rows = self._session.exec(statement.order_by(col(DatasetVersionRow.number).desc()))
        return [_version(row) for row in rows]

    def newest_versions(self) -> dict[str, DatasetVersion]:
        """Return the newest version of every dataset, by the id of the dataset."""
        place = (col(DatasetVersionRow.dataset_id), col(DatasetVersionRow.number))
        newest = select(place[0], func.max(place[1])).group_by(place[0])
        rows = self._session.exec(select(DatasetVersionRow).where(tuple_(*place).in_(newest)))
        return {row.dataset_id: _version(row) for row in rows}

    def next_number(self, dataset_id: str) -> int:
        """Return the number of the next version of a dataset."""
        newest = select(func.max(DatasetVersionRow.number))
        newest = newest.where(DatasetVersionRow.dataset_id == dataset_id)
        return (self._session.exec(newest).one() or 0) + 1

    def cases(self, version_id: str, start: int = 0, count: int | None = None) -> list[PlacedCase]:
        """Return the cases of a version from a position on."""
        statement = (
            select(PLACED_CASE.c.position, DATASET_CASE.c.body)
            .join(DATASET_CASE, DATASET_CASE.c.seq == PLACED_CASE.c.case_seq)
            .where(
                PLACED_CASE.c.version_seq == self._version_row(version_id).seq,
                PLACED_CASE.c.position >= start,
            )
            .order_by(PLACED_CASE.c.position)
            .limit(count)
        )
        return [
            PlacedCase(position=row.position, case=parse_case(row.body))
            for row in self._rows(statement)
        ]

    def drafts(self) -> list[DatasetDraft]:
        """Return all edits that are not saved as a version, newest first."""
        is_base = col(DatasetVersionRow.id) == DatasetDraftRow.base_id
        statement = select(DatasetDraftRow, DatasetVersionRow).join(DatasetVersionRow, is_base)
        rows = self._session.exec(statement.order_by(col(DatasetDraftRow.updated_at).desc()))
        return [_draft(draft, base) for draft, base in rows]

    def save_draft(self, draft: DatasetDraft) -> None:
        """Keep the edits of a dataset."""
        row = DatasetDraftRow(
            dataset_id=draft.base.dataset_id,
            base_id=draft.base.id,
            edits=canonical_json(draft.edits.to_json()).decode(),
            updated_at=to_micros(draft.updated_at),
        )
        self._put(row, Kind.DRAFT)

    def delete_draft(self, dataset_id: str) -> None:
        """Drop the edits of a dataset."""
        self._remove(DatasetDraftRow, dataset_id, Kind.DRAFT)

    def _version_row(self, version_id: str) -> DatasetVersionRow:
        statement = select(DatasetVersionRow).where(DatasetVersionRow.id == version_id)
        return self._required(statement, f"dataset version with the id {version_id}")

    @staticmethod
    @override
    def _row(thing: Dataset) -> DatasetRow:
        return DatasetRow(
            id=thing.id,
            name=thing.name,
            description=thing.description,
            created_at=to_micros(thing.created_at),
            deleted_at=optional_micros(thing.deleted_at),
        )

    @staticmethod
    @override
    def _thing(row: DatasetRow) -> Dataset:
        return Dataset(
            id=row.id,
            name=row.name,
            description=row.description,
            created_at=from_micros(row.created_at),
            deleted_at=optional_moment(row.deleted_at),
        )


def _draft(row: DatasetDraftRow, base_row: DatasetVersionRow) -> DatasetDraft:
    base = _version(base_row)
    try:
        edits = edits_from_json(json_object(row.edits), base.case_count)
    except InvalidInputError as error:
        raise damaged() from error
    return DatasetDraft(base=base, edits=edits, updated_at=from_micros(row.updated_at))


def _version(row: DatasetVersionRow) -> DatasetVersion:
    return DatasetVersion(
        id=row.id,
        dataset_id=row.dataset_id,
        number=row.number,
        content_hash=row.content_hash,
        case_count=row.case_count,
        columns=tuple(map(str, json_array(row.column_names))),
        message=row.message,
        created_at=from_micros(row.created_at),
    )
