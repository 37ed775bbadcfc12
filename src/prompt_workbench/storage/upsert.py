"""Insert-or-update statements, which SQLite and PostgreSQL spell alike and SQLAlchemy twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, TableClause
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

from prompt_workbench.storage.driver_statement import DriverStatement

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_for(dialect: Dialect, table: TableClause) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's insert, which knows ``ON CONFLICT``."""
    if dialect.name == "postgresql":
        # Imported where it is needed: it takes longer than all other statements together.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)


@lru_cache(maxsize=8)
def adding(dialect: Dialect, table: Table) -> DriverStatement:
    """Return the statement that adds to the numbers of a row, or makes the row."""
    statement = insert_for(dialect, table)
    keys = [column.name for column in table.primary_key]
    added = {
        column.name: column + statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    return DriverStatement(
        statement.on_conflict_do_update(index_elements=keys, set_=added), dialect
    )


def put(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or replace the other columns of the row with the same primary key."""
    keys = [column.name for column in table.primary_key]
    others = {name: value for name, value in values.items() if name not in keys}
    statement = insert_for(connection.dialect, table).values(dict(values))
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others))


def add_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keys: Iterable[str]
) -> None:
    """Insert the rows whose keys are not there yet."""
    if rows:
        statement = insert_for(connection.dialect, table)
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
        connection.execute(statement, [dict(row) for row in rows])
