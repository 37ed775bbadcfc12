"""A project in a PostgreSQL database, shared by several people.

Imported only when a project's location is a ``postgresql://`` address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from threading import Event
from typing import Any

import psycopg
from psycopg.types.string import StrDumper
from sqlalchemy import Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from typing_extensions import override

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import (
    DiskFullError,
    ProjectDamagedError,
    ProjectLockedError,
    ProjectReadOnlyError,
    ProjectUnreachableError,
    StorageError,
)
from prompt_workbench.storage.database import BUSY_S, LOOK_EVERY_S, Database
from prompt_workbench.storage.tables.columns import METADATA, WHERE
from prompt_workbench.system.egress import announced

_WRITE_LOCK = 0x50574231
_PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""With a server that vanished without a word; libpq's own lasts for hours."""

_SENTENCES: dict[type[psycopg.Error], Callable[[], StorageError]] = {
    psycopg.errors.LockNotAvailable: lambda: ProjectLockedError(
        "Another program holds the project."
    ),
    psycopg.errors.DiskFull: lambda: DiskFullError("The database server's disk is full."),
    psycopg.errors.ReadOnlySqlTransaction: lambda: ProjectReadOnlyError(
        "The project is open for reading only."
    ),
    psycopg.errors.InsufficientPrivilege: lambda: ProjectReadOnlyError(
        "Your account may not do this in the project."
    ),
    psycopg.errors.DataCorrupted: lambda: ProjectDamagedError("The database is damaged."),
    psycopg.errors.IndexCorrupted: lambda: ProjectDamagedError("The database is damaged."),
    psycopg.OperationalError: lambda: ProjectUnreachableError(
        "The database server does not answer, or refused the connection."
    ),
}


@event.listens_for(METADATA, "before_create")
def _let_indexes_be_partial(metadata: MetaData, *_: object, **__: object) -> None:
    for index in chain.from_iterable(table.indexes for table in metadata.tables.values()):
        if WHERE in index.info:
            index.dialect_options["postgresql"]["where"] = index.info[WHERE]


class PostgresDatabase(Database):
    """A project in its own PostgreSQL database."""

    def __init__(self, location: str) -> None:
        url = make_url(location).set(drivername="postgresql+psycopg")
        super().__init__(
            location=location,
            read_only=False,
            writer=_engine(url, begin=f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})"),
            reader=_engine(url, begin="SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        )
        event.listen(self.writer, "commit", _notify)

    @override
    def meaning(self, error: DBAPIError) -> StorageError | None:
        return next(
            (make() for kind, make in _SENTENCES.items() if isinstance(error.orig, kind)), None
        )

    @override
    def _commits(self, stopped: Event) -> Iterator[None]:
        with suppress(psycopg.Error), self.reader.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.autocommit = True
            driver.execute("LISTEN prompt_workbench")
            yield
            while not stopped.is_set():
                if list(driver.notifies(timeout=LOOK_EVERY_S, stop_after=1)):
                    yield


class _NulFreeDumper(StrDumper):
    """Writes texts, with a replacement for the one character PostgreSQL cannot hold."""

    @override
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _engine(url: URL, *, begin: str) -> Engine:
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    made = create_engine(
        url,
        poolclass=NullPool,
        # It ends with its connection; and one that the server closed cannot be told to.
        pool_reset_on_return=None,
        # The hot statements give their values in order.
        paramstyle="format",
        # What was to be stored is no part of an error: errors are logged and reported.
        hide_parameters=True,
        connect_args={"options": f"-c lock_timeout={BUSY_S}s -c timezone=UTC", **patience},
    )
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql(begin))
    event.listen(made, "do_connect", _connected)
    event.listen(made, "connect", _prepare)
    return made


def _connected(dialect: Any, record: object, arguments: Any, options: dict[str, Any]) -> Any:
    """Connect, and let the egress log have it."""
    host = str(options.get("host") or "")
    if not host or host.startswith("/"):  # a socket of this computer
        return None
    with announced(host, Purpose.PROJECT, port=options.get("port")):
        return dialect.connect(*arguments, **options)


def _prepare(connection: Any, _: object) -> None:
    connection.adapters.register_dumper(str, _NulFreeDumper)


def _notify(connection: Any) -> None:
    connection.exec_driver_sql("NOTIFY prompt_workbench")
