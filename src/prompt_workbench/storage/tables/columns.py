"""The columns that tables are made of: none may be empty unless it says so."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The description of all tables of a project; complete where `whole` is imported."""

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""An integer key: SQLite's own row number, and 64 bits in PostgreSQL."""

ONE_OF = "one_of"
"""Notes at a column which values it takes, when these are few."""

JSON = "json"
"""Notes at a column that its texts are JSON."""

WHERE = "where"
"""Notes at an index which rows it is over. `postgres` takes it from there: to say it here would
load SQLAlchemy's whole support for PostgreSQL where nobody uses it."""


def key(name: str = "seq") -> sa.Column[int]:
    """Return an integer key that the database can choose."""
    return sa.Column(name, KEY, primary_key=True)


def key_of(target: str, name: str, **options: Any) -> sa.Column[int]:
    """Return the integer key of a row of another table, named as ``table.column``."""
    return sa.Column(name, KEY, sa.ForeignKey(target), nullable=False, **options)


def string(
    name: str, target: str | None = None, *, optional: bool = False, **options: Any
) -> sa.Column[str]:
    """Return a column of text, perhaps the key of a row of another table."""
    keys = [] if target is None else [sa.ForeignKey(target)]
    return sa.Column(name, sa.String, *keys, nullable=optional, **options)


def json(name: str, *, optional: bool = False) -> sa.Column[str]:
    """Return a column of JSON text."""
    return string(name, optional=optional, info={JSON: True})


def one_of(
    values: type[StrEnum], name: str, *, optional: bool = False, **options: Any
) -> sa.Column[str]:
    """Return a column that holds one of few texts."""
    return string(name, optional=optional, info={ONE_OF: frozenset(values)}, **options)


def integer(name: str, *, optional: bool = False, **options: Any) -> sa.Column[int]:
    """Return a column of numbers, which fit into 32 bits."""
    return sa.Column(name, sa.Integer, nullable=optional, **options)


def big(name: str, *, optional: bool = False) -> sa.Column[int]:
    """Return a column of numbers of 64 bits, as times and amounts of money need."""
    return sa.Column(name, sa.BigInteger, nullable=optional)


def real(name: str, *, optional: bool = False) -> sa.Column[float]:
    """Return a column of floating-point numbers."""
    return sa.Column(name, sa.Float, nullable=optional)


def binary(name: str) -> sa.Column[bytes]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary, nullable=False)


def boolean(name: str, *, optional: bool = False) -> sa.Column[bool]:
    """Return a column of truth values."""
    return sa.Column(name, sa.Boolean, nullable=optional)


def living_name(table: str) -> sa.Index:
    """Return the index by which no two things that are not deleted have the same name."""
    return partial_index(f"uq_{table}_living_name", "name", "deleted_at IS NULL", unique=True)


def partial_index(name: str, column: str, condition: str, *, unique: bool = False) -> sa.Index:
    """Return an index over the rows that fulfil a condition."""
    where = sa.text(condition)
    return sa.Index(name, column, unique=unique, sqlite_where=where, info={WHERE: where})
