"""Statements in the driver's own form, for hot paths.

SQLAlchemy writes them once; the driver then takes many rows at a time, in a fraction of
the time that SQLAlchemy would need for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase


class DriverStatement:
    """A statement as the driver takes it: text, and values in order."""

    def __init__(self, statement: UpdateBase, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each row; return how many rows of the database it touched."""
        if not rows:
            return 0
        names = self._names
        values = [tuple([row[name] for name in names]) for row in rows]
        return connection.exec_driver_sql(self._sql, values).rowcount
