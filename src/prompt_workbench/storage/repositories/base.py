"""What every repository shares: its connection, and the kinds of things it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Executable, Row

from prompt_workbench.domain.changes import Kind

Columns: TypeAlias = Mapping[str, Any]
"""The columns of a stored row, by name."""


class Repository:
    """Reads and writes one family of values within one transaction."""

    def __init__(self, connection: Connection, changes: set[Kind]) -> None:
        self._connection = connection
        self._changes = changes

    def _rows(self, statement: Executable) -> list[Row[Any]]:
        return list(self._connection.execute(statement))

    def _write(self, statement: Executable, kind: Kind) -> None:
        self._connection.execute(statement)
        self._changes.add(kind)
