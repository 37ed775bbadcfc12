"""What the rest of storage needs of a database, be it SQLite or PostgreSQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from threading import Event

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import StorageError

BUSY_S = 5
"""How long a statement waits for another program's lock."""

LOOK_EVERY_S = 0.5
"""How often a process looks for what others committed."""


class Database(ABC):
    """One project's database."""

    def __init__(self, *, location: str, read_only: bool, writer: Engine, reader: Engine) -> None:
        self.location = location
        self.read_only = read_only
        self.writer = writer
        """Its transactions take the write lock when they begin."""
        self.reader = reader
        """Its transactions see one state of the database and cannot write."""

    @abstractmethod
    def new_keys(self, connection: Connection, count: int) -> Sequence[int]:
        """Return keys for new generations, rising, within a write transaction."""

    @abstractmethod
    def note_changes(self, connection: Connection, kinds: Collection[Kind]) -> None:
        """Let other processes know, once this transaction commits, what it changed."""

    @abstractmethod
    def committed(self) -> frozenset[Kind]:
        """Take note that the changes just noted are committed, by this process.

        Returns:
            The kinds of things that others turned out to have changed meanwhile.
        """

    @abstractmethod
    def watch(self, announce: Callable[[frozenset[Kind]], None], stopped: Event) -> None:
        """Announce what other processes commit until stopped; blocks."""

    @abstractmethod
    def meaning(self, error: DBAPIError) -> StorageError | None:
        """Return the sentence for an error of the driver; None when it is a bug."""

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Turn errors of the driver that a person can do something about into sentences."""
        try:
            yield
        except DBAPIError as error:
            meaning = self.meaning(error)
            if meaning is None:
                raise
            raise meaning from error
