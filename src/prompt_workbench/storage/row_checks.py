"""Checks of single rows of a project file that someone else made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Column, Table

from prompt_workbench.domain.errors import ProjectDamagedError, WorkbenchError
from prompt_workbench.domain.messages import file_id
from prompt_workbench.storage.encoding import from_text
from prompt_workbench.storage.repositories.cases import parse_case
from prompt_workbench.storage.repositories.contents import hash_of_text
from prompt_workbench.storage.tables import CONTENT, DATASET_CASE, FILE, JSON, ONE_OF

Check: TypeAlias = Callable[[Any], bool]

_TEXT_AT_MOST = 64 * 2**20
_TYPES: Mapping[str, Check] = {
    "VARCHAR": lambda value: isinstance(value, str) and len(value) <= _TEXT_AT_MOST,
    "INTEGER": lambda value: isinstance(value, int),
    "BIGINT": lambda value: isinstance(value, int),
    "FLOAT": lambda value: isinstance(value, int | float),
    "BLOB": lambda value: isinstance(value, bytes) and len(value) <= _TEXT_AT_MOST,
    "BOOLEAN": lambda value: isinstance(value, int) and value in (0, 1),
}
"""What the driver gives for each type; SQLite itself takes any value anywhere."""
_WHOLE_ROWS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    CONTENT.name: lambda row: hash_of_text(row["body"]) == row["hash"],
    FILE.name: lambda row: file_id(row["content"]) == row["id"],
    DATASET_CASE.name: lambda row: parse_case(row["body"]).id == row["id"],
}
"""What is stored under the hash of its content must have that hash."""


class RowCheck:
    """The check of the rows of one table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._columns = [(column, _type_check(column)) for column in table.columns]
        self._whole = _WHOLE_ROWS.get(table.name)

    def checked(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return a row with its column names.

        Raises:
            ProjectDamagedError: A value is not what its column holds.
        """
        row: dict[str, Any] = {}
        for (column, check), value in zip(self._columns, values, strict=True):
            if not (column.nullable if value is None else check(value)):
                raise _wrong(self._table, column.name)
            row[column.name] = value
        try:
            if self._whole is not None and not self._whole(row):
                raise _wrong(self._table, "hash")
        except WorkbenchError:
            raise _wrong(self._table, "body") from None
        return row


def _type_check(column: Column[Any]) -> Check:
    typed = _TYPES[str(column.type)]
    allowed = column.info.get(ONE_OF)
    if allowed is not None:
        return lambda value: typed(value) and value in allowed
    if column.info.get(JSON):
        return lambda value: typed(value) and _is_json(value)
    return typed


def _is_json(text: str) -> bool:
    try:
        from_text(text)
    except ProjectDamagedError:
        return False
    return True


def _wrong(table: Table, column: str) -> ProjectDamagedError:
    return ProjectDamagedError(
        f"The project holds something wrong ({table.name}, {column}).",
        hint="Ask its sender for the project again; nothing of it was used.",
    )
