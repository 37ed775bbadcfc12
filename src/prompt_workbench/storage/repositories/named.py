"""Prompts and datasets alike: found by name, and hidden rather than deleted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, insert, select, update

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.datasets import Dataset
from prompt_workbench.domain.errors import ConflictError
from prompt_workbench.domain.prompts import Prompt
from prompt_workbench.storage.repositories.base import Columns, Repository

N = TypeVar("N", Prompt, Dataset)


class NamedRepository(Repository, ABC, Generic[N]):
    """The prompts or the datasets of the project."""

    kind: ClassVar[Kind]
    _table: ClassVar[Table]
    _order: ClassVar[tuple[ColumnElement[Any], ...]]

    def add(self, thing: N) -> None:
        """Store a new one.

        Raises:
            ConflictError: One that is not deleted has the same name.
        """
        self._refuse_taken(thing)
        self._write(insert(self._table).values(self._columns(thing)), self.kind)

    def update(self, thing: N) -> None:
        """Store one as it is now.

        Raises:
            ConflictError: Another one that is not deleted has the same name.
        """
        self._refuse_taken(thing)
        changed = update(self._table).where(self._table.c.id == thing.id)
        self._write(changed.values(self._columns(thing)), self.kind)

    def get(self, thing_id: str) -> N:
        """Return the one with the id, deleted or not."""
        statement = select(self._table).where(self._table.c.id == thing_id)
        return self._thing(self._needed(statement, f"{self.kind} with the id {thing_id}"))

    def by_name(self, name: str) -> N | None:
        """Return the one of that name, unless it is deleted."""
        living = (self._table.c.name == name, self._table.c.deleted_at.is_(None))
        found = self._one(select(self._table).where(*living))
        return None if found is None else self._thing(found)

    def all(self, *, include_deleted: bool = False) -> list[N]:
        """Return all in their order."""
        statement = select(self._table).order_by(*self._order)
        if not include_deleted:
            statement = statement.where(self._table.c.deleted_at.is_(None))
        return [self._thing(row) for row in self._all(statement)]

    def _refuse_taken(self, thing: N) -> None:
        holder = None if thing.deleted_at else self.by_name(thing.name)
        if holder is not None and holder.id != thing.id:
            raise ConflictError(
                f"There is already a {self.kind} named “{thing.name}”.", hint="Choose another name."
            )

    @staticmethod
    @abstractmethod
    def _columns(thing: N) -> Columns:
        """Return the row of a thing."""

    @staticmethod
    @abstractmethod
    def _thing(row: Columns) -> N:
        """Return the thing of a row."""
