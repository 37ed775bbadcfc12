"""A project's database, be it SQLite or PostgreSQL, and the news of what others commit.

In both, one process writes at a time: a write transaction takes the project's write lock
when it begins. So keys that it chooses are free, and rise in the order of the commits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock

from sqlalchemy import Connection, Engine, RootTransaction, select
from sqlalchemy.exc import DBAPIError

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import StorageError
from prompt_workbench.storage.encoding import damaged
from prompt_workbench.storage.tables import CHANGE
from prompt_workbench.storage.upsert import adding

BUSY_S = 5
"""How long a statement waits for another program's lock."""

LOOK_EVERY_S = 0.5
"""How often a process looks for what others committed."""

_COUNTS = select(CHANGE.c.kind, CHANGE.c.times)


def begun(connection: Connection) -> RootTransaction:
    """Begin a transaction, on a new connection where the server closed the last one."""
    try:
        return connection.begin()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return connection.begin()


class Database(ABC):
    """One project's database."""

    def __init__(self, *, location: str, read_only: bool, writer: Engine, reader: Engine) -> None:
        self.location = location
        self.read_only = read_only
        self.writer = writer
        """Its transactions take the write lock when they begin."""
        self.reader = reader
        """Its transactions see one state of the database and cannot write."""
        self._lock = Lock()
        self._seen: dict[str, int] = {}
        """The counts of changes that this process made or announced."""
        self._noted: dict[str, int] = {}

    @abstractmethod
    def meaning(self, error: DBAPIError) -> StorageError | None:
        """Return the sentence for an error of the driver; None when it is a bug."""

    @abstractmethod
    def _commits(self, stopped: Event) -> Iterator[None]:
        """Yield at once and after commits, of whichever process, until stopped; blocks in between.

        It ends early where the connection is lost.
        """

    def leave(self) -> None:
        """Leave the project tidy, once every connection to it is closed."""
        return

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
        except UnicodeDecodeError as error:
            raise damaged() from error

    def tell_others(self, connection: Connection, kinds: Collection[Kind]) -> None:
        """Let other processes know, once this transaction commits, what it changed."""
        one_more = [{"kind": name, "times": 1} for name in sorted(kind.value for kind in kinds)]
        adding(connection.dialect, CHANGE).run_named(connection, one_more)

    def note_changes(self, connection: Connection, kinds: Collection[Kind]) -> None:
        """Tell others as `tell_others`, and note it for `committed`."""
        self.tell_others(connection, kinds)
        self._noted = {}
        if kinds:
            counts = connection.execute(_COUNTS)
            names = {kind.value for kind in kinds}
            self._noted = {kind: times for kind, times in counts if kind in names}

    def committed(self) -> frozenset[Kind]:
        """Take note that the changes just noted are committed, by this process.

        Returns:
            The kinds of things that others turned out to have changed meanwhile.
        """
        with self._lock:
            foreign = {
                kind
                for kind, times in self._noted.items()
                if times > self._seen.get(kind, times - 1) + 1
            }
            self._seen.update(self._noted)
        return frozenset(map(Kind, foreign))

    def watch(self, announce: Callable[[frozenset[Kind]], None], stopped: Event) -> None:
        """Announce what other processes commit until stopped; blocks.

        Where the connection is lost it looks again until there is one, and announces what was
        committed in between.
        """
        with suppress(DBAPIError):
            self._others_changed()
        while not stopped.is_set():
            with suppress(DBAPIError):
                for _ in self._commits(stopped):
                    if kinds := self._others_changed():
                        announce(kinds)
            stopped.wait(LOOK_EVERY_S)

    def _others_changed(self) -> frozenset[Kind]:
        with self.reader.connect() as connection:
            counts = {row.kind: row.times for row in connection.execute(_COUNTS)}
        with self._lock:
            foreign = {kind for kind, times in counts.items() if times > self._seen.get(kind, 0)}
            self._seen.update({kind: counts[kind] for kind in foreign})
        # A newer program may count kinds that this one does not know.
        return frozenset(kind for kind in Kind if kind.value in foreign)
