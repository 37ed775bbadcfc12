"""Making and opening projects: what can be wrong with one, as sentences."""

from __future__ import annotations

import os
from pathlib import Path

from prompt_workbench.domain.errors import ConflictError, NotAProjectError
from prompt_workbench.storage import schema
from prompt_workbench.storage.database import Database
from prompt_workbench.storage.sqlite import APPLICATION_ID, SqliteDatabase


def create_project_file(path: Path) -> None:
    """Make a new project file, readable by its owner only.

    Raises:
        ConflictError: There is already a file of that name.
        StorageError: It cannot be made there.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise ConflictError(
            f"There is already a file {path}.", hint="Open it, or choose another name."
        ) from None
    database = SqliteDatabase(path)
    with database.sentences(), database.writer.connect() as connection, connection.begin():
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        schema.create(connection, path.stem)


def open_database(location: str | Path) -> tuple[Database, str]:
    """Open the database of a project, and say what a person should know about it."""
    path = Path(location)
    if not path.is_file():
        raise NotAProjectError(f"There is no project at {path}.")
    return SqliteDatabase(path), ""
