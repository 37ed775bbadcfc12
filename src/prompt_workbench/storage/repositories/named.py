"""Prompts and datasets alike: found by name, and hidden rather than deleted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sqlmodel import col, select

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.datasets import Dataset
from prompt_workbench.domain.errors import ConflictError
from prompt_workbench.domain.prompts import Prompt
from prompt_workbench.storage.repositories.row_objects import RowRepository

if TYPE_CHECKING:
    from prompt_workbench.storage.tables.datasets import DatasetRow
    from prompt_workbench.storage.tables.prompts import PromptRow

N = TypeVar("N", Prompt, Dataset)
NamedRow = TypeVar("NamedRow", "PromptRow", "DatasetRow")


class NamedRepository(RowRepository, ABC, Generic[N, NamedRow]):
    """The prompts or the datasets of the project."""

    kind: ClassVar[Kind]
    _named: type[NamedRow]
    _order: ClassVar[tuple[Any, ...]]

    def add(self, thing: N) -> None:
        """Store a new one.

        Raises:
            ConflictError: One that is not deleted has the same name.
        """
        self._refuse_taken(thing)
        self._add(self._row(thing), self.kind)

    def update(self, thing: N) -> None:
        """Store one as it is now.

        Raises:
            ConflictError: Another one that is not deleted has the same name.
        """
        self._refuse_taken(thing)
        self._put(self._row(thing), self.kind)

    def get(self, thing_id: str) -> N:
        """Return the one with the id, deleted or not."""
        statement = select(self._named).where(self._named.id == thing_id)
        return self._thing(self._required(statement, f"{self.kind} with the id {thing_id}"))

    def by_name(self, name: str) -> N | None:
        """Return the one of that name, unless it is deleted."""
        living = select(self._named).where(col(self._named.deleted_at).is_(None))
        found = self._session.exec(living.where(self._named.name == name)).first()
        return None if found is None else self._thing(found)

    def all(self, *, include_deleted: bool = False) -> list[N]:
        """Return all in their order."""
        statement = select(self._named).order_by(*self._order)
        if not include_deleted:
            statement = statement.where(col(self._named.deleted_at).is_(None))
        return [self._thing(row) for row in self._session.exec(statement)]

    def _refuse_taken(self, thing: N) -> None:
        holder = None if thing.deleted_at else self.by_name(thing.name)
        if holder is not None and holder.id != thing.id:
            raise ConflictError(
                f"There is already a {self.kind} named “{thing.name}”.", hint="Choose another name."
            )

    @staticmethod
    @abstractmethod
    def _row(thing: N) -> NamedRow:
        """Return the row of a thing."""

    @staticmethod
    @abstractmethod
    def _thing(row: NamedRow) -> N:
        """Return the thing of a row."""
