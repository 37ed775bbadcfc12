"""Datasets, their versions and cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from sqlalchemy import Connection, delete, func, insert, select, tuple_
from typing_extensions import override

from prompt_workbench.domain.canonical import canonical_json
from prompt_workbench.domain.case_edits import DatasetDraft, edits_from_json
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.datasets import (
    Case,
    Dataset,
    DatasetVersion,
    PlacedCase,
    case_from_json,
)
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
from prompt_workbench.storage.repositories.base import Columns
from prompt_workbench.storage.repositories.named import NamedRepository
from prompt_workbench.storage.tables import (
    DATASET,
    DATASET_CASE,
    DATASET_DRAFT,
    DATASET_VERSION,
    PLACED_CASE,
)
from prompt_workbench.storage.upsert import add_missing, put

_AT_ONCE = 500


class Datasets(NamedRepository[Dataset]):
    """The datasets of the project."""

    kind = Kind.DATASET
    _table = DATASET
    _order = (DATASET.c.name,)

    def add_version(self, version: DatasetVersion, cases: Sequence[Case]) -> None:
        """Store a new version with its cases."""
        columns = {
            "id": version.id,
            "dataset_id": version.dataset_id,
            "number": version.number,
            "content_hash": version.content_hash,
            "case_count": version.case_count,
            "column_names": to_text(version.columns),
            "message": version.message,
            "created_at": to_micros(version.created_at),
        }
        self._write(insert(DATASET_VERSION).values(columns), Kind.DATASET)
        version_seq = self._version_seq(version.id)
        places = [
            {"version_seq": version_seq, "position": position, "case_seq": case_seq}
            for position, case_seq in enumerate(add_cases(self._connection, cases))
        ]
        if places:
            self._connection.execute(insert(PLACED_CASE), places)

    def version(self, version_id: str) -> DatasetVersion:
        """Return a dataset version."""
        statement = select(DATASET_VERSION).where(DATASET_VERSION.c.id == version_id)
        return _version(self._needed(statement, f"dataset version with the id {version_id}"))

    def version_numbered(self, dataset_id: str, number: int) -> DatasetVersion:
        """Return the version of a dataset that has the number."""
        statement = select(DATASET_VERSION).where(
            DATASET_VERSION.c.dataset_id == dataset_id, DATASET_VERSION.c.number == number
        )
        return _version(self._needed(statement, f"version {number} of this dataset"))

    def versions(self, dataset_id: str) -> list[DatasetVersion]:
        """Return the versions of a dataset, newest first."""
        statement = select(DATASET_VERSION).where(DATASET_VERSION.c.dataset_id == dataset_id)
        rows = self._all(statement.order_by(DATASET_VERSION.c.number.desc()))
        return [_version(row) for row in rows]

    def newest_versions(self) -> dict[str, DatasetVersion]:
        """Return the newest version of every dataset, by the id of the dataset."""
        place = (DATASET_VERSION.c.dataset_id, DATASET_VERSION.c.number)
        newest = select(place[0], func.max(place[1])).group_by(place[0])
        rows = self._all(select(DATASET_VERSION).where(tuple_(*place).in_(newest)))
        return {row["dataset_id"]: _version(row) for row in rows}

    def next_number(self, dataset_id: str) -> int:
        """Return the number of the next version of a dataset."""
        newest = select(func.max(DATASET_VERSION.c.number))
        newest = newest.where(DATASET_VERSION.c.dataset_id == dataset_id)
        return (self._connection.scalar(newest) or 0) + 1

    def cases(self, version_id: str, start: int = 0, count: int | None = None) -> list[PlacedCase]:
        """Return the cases of a version from a position on."""
        statement = (
            select(PLACED_CASE.c.position, DATASET_CASE.c.body)
            .join(DATASET_CASE, DATASET_CASE.c.seq == PLACED_CASE.c.case_seq)
            .where(
                PLACED_CASE.c.version_seq == self._version_seq(version_id),
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
        is_base = DATASET_VERSION.c.id == DATASET_DRAFT.c.base_id
        joined = DATASET_DRAFT.join(DATASET_VERSION, is_base)
        draft = (DATASET_DRAFT.c.edits, DATASET_DRAFT.c.updated_at)
        statement = select(DATASET_VERSION, *draft).select_from(joined)
        return [_draft(row) for row in self._all(statement.order_by(draft[1].desc()))]

    def save_draft(self, draft: DatasetDraft) -> None:
        """Keep the edits of a dataset."""
        columns = {
            "dataset_id": draft.base.dataset_id,
            "base_id": draft.base.id,
            "edits": canonical_json(draft.edits.to_json()).decode(),
            "updated_at": to_micros(draft.updated_at),
        }
        put(self._connection, DATASET_DRAFT, columns)
        self._changes.add(Kind.DRAFT)

    def delete_draft(self, dataset_id: str) -> None:
        """Drop the edits of a dataset."""
        named = DATASET_DRAFT.c.dataset_id == dataset_id
        self._write(delete(DATASET_DRAFT).where(named), Kind.DRAFT)

    def _version_seq(self, version_id: str) -> int:
        statement = select(DATASET_VERSION.c.seq).where(DATASET_VERSION.c.id == version_id)
        found = self._needed(statement, f"dataset version with the id {version_id}")
        return int(found["seq"])

    @staticmethod
    @override
    def _columns(thing: Dataset) -> Columns:
        return {
            "id": thing.id,
            "name": thing.name,
            "description": thing.description,
            "created_at": to_micros(thing.created_at),
            "deleted_at": optional_micros(thing.deleted_at),
        }

    @staticmethod
    @override
    def _thing(row: Columns) -> Dataset:
        return Dataset(
            id=row["id"],
            name=row["name"],
            description=row["description"],
            created_at=from_micros(row["created_at"]),
            deleted_at=optional_moment(row["deleted_at"]),
        )


def add_cases(connection: Connection, cases: Iterable[Case]) -> list[int]:
    """Store the cases that are new, and return the key of each, in order."""
    keys: list[int] = []
    remaining = iter(cases)
    while batch := list(islice(remaining, _AT_ONCE)):
        rows = [{"id": case.id, "body": canonical_json(case.to_json()).decode()} for case in batch]
        add_missing(connection, DATASET_CASE, rows, keys=["id"])
        ids = [row["id"] for row in rows]
        stored = select(DATASET_CASE.c.id, DATASET_CASE.c.seq).where(DATASET_CASE.c.id.in_(ids))
        found = {row.id: row.seq for row in connection.execute(stored)}
        keys.extend(found[id_] for id_ in ids)
    return keys


def parse_case(text: str) -> Case:
    """Return the case of its JSON text."""
    try:
        return case_from_json(json_object(text))
    except InvalidInputError as error:
        raise damaged() from error


def _draft(row: Columns) -> DatasetDraft:
    base = _version(row)
    try:
        edits = edits_from_json(json_object(row["edits"]), base.case_count)
    except InvalidInputError as error:
        raise damaged() from error
    return DatasetDraft(base=base, edits=edits, updated_at=from_micros(row["updated_at"]))


def _version(row: Columns) -> DatasetVersion:
    return DatasetVersion(
        id=row["id"],
        dataset_id=row["dataset_id"],
        number=row["number"],
        content_hash=row["content_hash"],
        case_count=row["case_count"],
        columns=tuple(map(str, json_array(row["column_names"]))),
        message=row["message"],
        created_at=from_micros(row["created_at"]),
    )
