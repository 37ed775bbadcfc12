"""Statements in the driver's own form, for hot paths.

SQLAlchemy writes them once; the driver then takes many rows at a time, in a fraction of
the time that SQLAlchemy would need for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError


class DriverStatement:
    """A statement as the driver takes it: text, and values in order."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._errors: Any = dialect.loaded_dbapi.Error

    def run(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> int:
        """Run it for each row of values; return how many rows of the database it touched."""
        if not rows:
            return 0
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(self._sql, rows)
            return cursor.rowcount
        except self._errors as error:
            raise self._wrapped(error) from error
        finally:
            cursor.close()

    def run_named(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each row of values by name; return how many rows it touched."""
        names = self._names
        return self.run(connection, [tuple([row[name] for name in names]) for row in rows])

    def number(self, connection: Connection) -> int | None:
        """Run it once; return the one number that it finds."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._sql)
            row: Any = cursor.fetchone()
        except self._errors as error:
            raise self._wrapped(error) from error
        finally:
            cursor.close()
        return None if row is None else row[0]

    def _wrapped(self, error: Exception) -> BaseException:
        """Return the error as SQLAlchemy has it everywhere else, without what was to be stored."""
        return DBAPIError.instance(self._sql, None, error, self._errors, hide_parameters=True)
