"""Repositories whose rows are objects of SQLModel, not columns by name."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.storage.repositories.base import Repository
from prompt_workbench.storage.tables.fields import Row

R = TypeVar("R", bound=Row)


class RowRepository(Repository):
    """Reads and writes rows as objects, within the transaction of its connection."""

    @cached_property
    def _session(self) -> Session:
        return Session(self._connection)

    def _required(self, statement: SelectOfScalar[R], what: str) -> R:
        """Return the row that a query finds.

        Raises:
            NotFoundError: It finds none.
        """
        found = self._session.exec(statement).first()
        if found is None:
            raise NotFoundError(f"There is no {what}.")
        return found

    def _add(self, row: Row, kind: Kind) -> None:
        """Insert a row; the database fills in the key that it chooses."""
        self._session.add(row)
        self._flush(kind)

    def _put(self, row: Row, kind: Kind) -> None:
        """Insert a row, or change the one with the same primary key."""
        self._session.merge(row)
        self._flush(kind)

    def _remove(self, rows: type[Row], key: object, kind: Kind) -> None:
        """Delete the row with a primary key, if there is one."""
        found = self._session.get(rows, key)
        if found is not None:
            self._session.delete(found)
            self._flush(kind)

    def _flush(self, kind: Kind) -> None:
        # Now and not before the commit: statements that pass the session by must see it, too.
        self._session.flush()
        self._changes.add(kind)
