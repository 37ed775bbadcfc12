"""A project in one SQLite file.

SQLite is reached only through this module. Before 3.51.3 its WAL mode can damage a file
that several connections use; with such a version the file is used in rollback mode, and
refused while another program has it open in WAL mode.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from typing_extensions import override

from prompt_workbench.domain.errors import (
    DiskFullError,
    ProjectDamagedError,
    ProjectLockedError,
    ProjectReadOnlyError,
    StorageError,
)
from prompt_workbench.storage.database import BUSY_S, LOOK_EVERY_S, Database

APPLICATION_ID = 0x50574231
"""Marks a project file, as ``PWB1``."""

MARK_AS_PROJECT = f"PRAGMA application_id = {APPLICATION_ID}"

Mode: TypeAlias = Literal["rw", "ro", "immutable"]

_SOUND_WAL = (3, 51, 3)
_CACHE_KIB = 16_384
_CHECKPOINT_PAGES = 4_000
_LEFT_OVER_WAL_BYTES = 64 * 2**20

_SENTENCES: dict[int, Callable[[], StorageError]] = {
    sqlite3.SQLITE_BUSY: lambda: ProjectLockedError("Another program holds the project."),
    sqlite3.SQLITE_LOCKED: lambda: ProjectLockedError("Another program holds the project."),
    sqlite3.SQLITE_FULL: lambda: DiskFullError("There is no room left on the disk."),
    sqlite3.SQLITE_READONLY: lambda: ProjectReadOnlyError("The project cannot be written."),
    sqlite3.SQLITE_CANTOPEN: lambda: ProjectReadOnlyError("The project file cannot be opened."),
    sqlite3.SQLITE_CORRUPT: lambda: ProjectDamagedError("The project file is damaged."),
    sqlite3.SQLITE_NOTADB: lambda: ProjectDamagedError("The project file is damaged."),
    sqlite3.SQLITE_INTERRUPT: lambda: ProjectDamagedError(
        "The project file takes too long to read."
    ),
    sqlite3.SQLITE_IOERR: lambda: StorageError(
        "The disk reported an error while the project was used.",
        hint="Make room on the disk, or check it; what was saved before is safe.",
    ),
}


@cache
def driver() -> ModuleType:
    """Return the SQLite driver: the packaged one where it is installed, else Python's own."""
    try:
        packaged = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3
    return packaged if packaged.sqlite_version_info >= sqlite3.sqlite_version_info else sqlite3


def has_sound_wal(module: ModuleType) -> bool:
    """Return whether the driver's SQLite keeps a file whole that several connections use."""
    return bool(module.sqlite_version_info >= _SOUND_WAL)


def connect(
    path: Path, mode: Mode, module: ModuleType | None = None, *, busy_s: float = BUSY_S
) -> Any:
    """Return a configured connection of the driver, usable from any one thread at a time."""
    module = module or driver()
    parameters = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    connection = module.connect(
        f"file:{quote(str(path.absolute()))}?{parameters}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _configure(connection, mode, module)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: Any, mode: Mode, module: ModuleType) -> None:
    for pragma in (
        "PRAGMA foreign_keys = ON",
        "PRAGMA trusted_schema = OFF",
        f"PRAGMA cache_size = -{_CACHE_KIB}",
        "PRAGMA temp_store = MEMORY",
    ):
        connection.execute(pragma)
    if mode != "rw":
        return
    for pragma in (
        "PRAGMA synchronous = FULL",
        f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}",
        f"PRAGMA journal_size_limit = {_LEFT_OVER_WAL_BYTES}",
    ):
        connection.execute(pragma)
    if has_sound_wal(module):
        connection.execute("PRAGMA journal_mode = WAL")
    else:
        _leave_wal(connection, module)


def _leave_wal(connection: Any, module: ModuleType) -> None:
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except module.OperationalError:
        mode = "wal"
    if mode == "wal":
        raise ProjectLockedError(
            "The project is open in another program, and this machine's SQLite"
            f" ({module.sqlite_version}) cannot share it safely.",
            hint="Close the other program, or install SQLite 3.51.3 or newer.",
        )


def engine(path: Path, mode: Mode, *, begin: str, busy_s: float) -> Engine:
    """Return an engine whose transactions begin with the given statement."""
    made = create_engine(
        "sqlite://",
        creator=lambda: connect(path, mode, busy_s=busy_s),
        poolclass=NullPool,
        module=driver(),
        # What was to be stored is no part of an error: errors are logged and reported.
        hide_parameters=True,
    )
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql(begin))
    return made


class SqliteDatabase(Database):
    """A project file."""

    def __init__(self, path: Path, mode: Mode = "rw", *, busy_s: float = BUSY_S) -> None:
        super().__init__(
            location=str(path),
            read_only=mode != "rw",
            writer=engine(path, mode, begin="BEGIN IMMEDIATE", busy_s=busy_s),
            reader=engine(path, "ro" if mode == "rw" else mode, begin="BEGIN", busy_s=busy_s),
        )
        self.path = path

    @override
    def leave(self) -> None:
        if not self.read_only:
            # Its log is folded into the project when the last to leave may write.
            with suppress(DBAPIError):
                self.writer.connect().close()

    @override
    def _commits(self, stopped: Event) -> Iterator[None]:
        with suppress(driver().Error), closing(connect(self.path, "ro")) as connection:
            version = _data_version(connection)
            yield
            while not stopped.wait(LOOK_EVERY_S):
                before, version = version, _data_version(connection)
                if version != before:
                    yield

    @override
    def meaning(self, error: DBAPIError) -> StorageError | None:
        return sentence_for(error.orig)


@contextmanager
def driver_sentences() -> Iterator[None]:
    """Turn errors of the driver, used without SQLAlchemy, into sentences."""
    try:
        yield
    except driver().Error as error:
        raise sentence_for(error) or ProjectDamagedError(
            f"The project file cannot be read: {error}."
        ) from error
    except UnicodeDecodeError as error:
        # The driver stumbles over a damaged text, even in the message of another error.
        raise ProjectDamagedError("The project file is damaged.") from error


def _data_version(connection: Any) -> int:
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


def sentence_for(error: BaseException | None) -> StorageError | None:
    """Return what an error of the driver means to a person; None when it is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    make = None if code is None else _SENTENCES.get(code & 0xFF)
    return None if make is None else make()
