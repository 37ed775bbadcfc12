"""One open project: readers side by side, and one writer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from prompt_workbench.domain.changes import ChangeSet, Kind, changed
from prompt_workbench.domain.errors import (
    ConflictError,
    ProjectReadOnlyError,
    ProjectUnreachableError,
)
from prompt_workbench.storage.database import Database, begun
from prompt_workbench.storage.opening import create_project, open_database
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench.storage.tables import PROJECT

T = TypeVar("T")

_READERS = 3


class Project:
    """One open project file or PostgreSQL database."""

    def __init__(self, database: Database, *, notice: str = "") -> None:
        self._database = database
        self._local = threading.local()
        self._connections: list[Connection] = []
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="project-reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="project-writer")
        self._announce: Callable[[ChangeSet], None] | None = None
        self._watcher: threading.Thread | None = None
        self._closing = threading.Event()
        self.location = database.location
        self.read_only = database.read_only
        self.notice = notice
        """What a person should know about how it was opened, as a sentence."""
        try:
            self.id, self.name = self._readers.submit(self._run_read, _identity).result()
        except BaseException:
            self._close()
            raise

    @staticmethod
    def create(location: str | Path) -> Project:
        """Make a new project file, or a project in an empty database, and open it; blocks.

        Raises:
            ConflictError: There is already something.
            StorageError: It cannot be made there.
        """
        create_project(location)
        return Project.open(location)

    @staticmethod
    def open(location: str | Path) -> Project:
        """Open a project file, or the PostgreSQL database of a URL; blocks.

        Raises:
            StorageError: It cannot be opened; the sentence says why.
        """
        database, notice = open_database(location)
        return Project(database, notice=notice)

    async def read(self, work: Callable[[Repositories], T]) -> T:
        """Run some reading on one state of the project, off the loop's thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, self._run_read, lambda connection: work(Repositories(connection))
        )

    async def write(self, work: Callable[[Repositories], T]) -> T:
        """Run some writing in one transaction, off the loop's thread.

        Raises:
            StorageError: It cannot be written, and nothing was changed.
            ProjectUnreachableError: The connection was lost meanwhile; it may be written or not.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self._run_write, work)

    def watch(self, announce: Callable[[ChangeSet], None]) -> None:
        """Announce within a second what other processes commit, from a thread of its own."""
        self._announce = announce
        if not self.read_only and self._watcher is None:
            self._watcher = threading.Thread(
                target=self._look_around, name="project-watcher", daemon=True
            )
            self._watcher.start()

    async def close(self) -> None:
        """Finish what was begun and close the project."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join()
        self._readers.shutdown()
        self._writer.shutdown()
        for connection in self._connections:
            connection.close()
        self._database.leave()

    def _run_read(self, work: Callable[[Connection], T]) -> T:
        with self._database.sentences():
            connection = self._connection(self._database.reader)
            with begun(connection):
                return work(connection)

    def _run_write(self, work: Callable[[Repositories], T]) -> T:
        if self.read_only:
            raise ProjectReadOnlyError("The project is open for reading only.")
        with self._database.sentences():
            connection = self._connection(self._database.writer)
            try:
                with begun(connection):
                    repositories = Repositories(connection)
                    result = work(repositories)
                    self._database.note_changes(connection, repositories.changes)
            except IntegrityError as error:
                raise ConflictError("Something else was saved at the same time.") from error
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                # Whether the commit reached the server, nobody knows.
                raise ProjectUnreachableError(
                    "The connection to the database server was lost while this was saved.",
                    hint="It may be saved all the same: look before you try again.",
                ) from error
        self._tell(self._database.committed())
        return result

    def _look_around(self) -> None:
        self._database.watch(self._tell, self._closing)

    def _tell(self, kinds: frozenset[Kind]) -> None:
        if kinds and self._announce is not None:
            self._announce(changed(*kinds))

    def _connection(self, engine: Engine) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = engine.connect()
            self._connections.append(connection)
        return connection


def _identity(connection: Connection) -> tuple[str, str]:
    row = connection.execute(select(PROJECT.c.id, PROJECT.c.name)).one()
    return row.id, row.name
