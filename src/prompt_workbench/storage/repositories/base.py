"""What every repository shares: its connection, and the kinds of things it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Executable, Row

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import NotFoundError

Columns: TypeAlias = Mapping[str, Any]
"""The columns of a stored row, by name."""


class Repository:
    """Reads and writes one family of values within one transaction."""

    def __init__(self, connection: Connection, changes: set[Kind]) -> None:
        self._connection = connection
        self._changes = changes

    def _one(self, statement: Executable) -> Columns | None:
        found = self._connection.execute(statement).mappings().first()
        return None if found is None else dict(found)

    def _needed(self, statement: Executable, what: str) -> Columns:
        found = self._one(statement)
        if found is None:
            raise NotFoundError(f"There is no {what}.")
        return found

    def _all(self, statement: Executable) -> list[Columns]:
        return [dict(row) for row in self._connection.execute(statement).mappings()]

    def _rows(self, statement: Executable) -> list[Row[Any]]:
        return list(self._connection.execute(statement))

    def _write(self, statement: Executable, kind: Kind) -> None:
        self._connection.execute(statement)
        self._changes.add(kind)
