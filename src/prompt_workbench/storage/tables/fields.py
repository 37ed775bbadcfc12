"""The fields that rows as SQLModel objects are made of: none may be empty unless it says so."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from prompt_workbench.storage.tables.columns import JSON, KEY, METADATA


class Row(SQLModel, registry=registry(metadata=METADATA)):
    """Base of all rows that are objects."""

    __abstract__: ClassVar[bool] = True


def key() -> Any:
    """Return an integer key that the database chooses."""
    return Field(default=None, sa_type=KEY, primary_key=True)


def big() -> Any:
    """Return a field of numbers of 64 bits, as times need."""
    return Field(sa_type=BigInteger)


def json() -> Any:
    """Return a field of JSON text."""
    return Field(sa_column_kwargs={"info": {JSON: True}})
