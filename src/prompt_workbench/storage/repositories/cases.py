"""Cases, stored once per hash of their content."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, select

from prompt_workbench.domain.canonical import canonical_json
from prompt_workbench.domain.datasets import Case, case_from_json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.storage.encoding import damaged, json_object
from prompt_workbench.storage.tables import DATASET_CASE
from prompt_workbench.storage.upsert import add_missing

_AT_ONCE = 500


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
