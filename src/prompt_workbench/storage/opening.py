"""Making and opening projects: what can be wrong with one, as sentences."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import inspect

from prompt_workbench.domain.errors import ConflictError, NotAProjectError, StorageError
from prompt_workbench.storage import schema
from prompt_workbench.storage.database import Database
from prompt_workbench.storage.sqlite import APPLICATION_ID, SqliteDatabase

_POSTGRES = ("postgresql://", "postgres://")


def create_project(location: str | Path) -> None:
    """Make a new project: a file, readable by its owner only, or the tables of a database.

    Raises:
        ConflictError: There is already something.
        StorageError: It cannot be made there.
    """
    if is_server_address(location):
        _create_on_server(str(location))
    else:
        _create_file(Path(location))


def open_database(location: str | Path) -> tuple[Database, str]:
    """Open the database of a project, and say what a person should know about it."""
    if is_server_address(location):
        return _open_on_server(str(location)), ""
    path = Path(location)
    if not path.is_file():
        raise NotAProjectError(f"There is no project at {path}.")
    return SqliteDatabase(path), ""


def is_server_address(location: str | Path) -> bool:
    """Return whether a location names a database on a server, not a file."""
    return str(location).startswith(_POSTGRES)


def _create_file(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise ConflictError(
            f"There is already a file {path}.", hint="Open it, or choose another name."
        ) from None
    except OSError as error:
        raise StorageError(
            f"The project {path} cannot be made: {error.strerror}.",
            hint="Choose a folder that exists and that you may write to.",
        ) from None
    database = SqliteDatabase(path)
    with database.sentences(), database.writer.connect() as connection, connection.begin():
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        schema.create(connection, path.stem)


def _create_on_server(location: str) -> None:
    database = _server_database(location)
    with database.sentences(), database.writer.connect() as connection, connection.begin():
        if inspect(connection).get_table_names():
            raise ConflictError(
                "The database is not empty.", hint="Make a new database for the project."
            )
        schema.create(connection, database.writer.url.database or "project")


def _open_on_server(location: str) -> Database:
    database = _server_database(location)
    with database.sentences(), database.reader.connect() as connection:
        schema.check_revision(connection)
    return database


def _server_database(location: str) -> Database:
    try:
        from prompt_workbench.storage.postgres import PostgresDatabase
    except ImportError:
        raise StorageError(
            "The PostgreSQL driver is not installed.",
            hint="Install it with: pip install prompt-workbench[postgres]",
        ) from None
    return PostgresDatabase(location)
