"""Making and opening projects, wherever they are."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect

from prompt_workbench.domain.errors import ConflictError, NotAProjectError, StorageError
from prompt_workbench.storage import project_files, schema
from prompt_workbench.storage.database import Database

_UPDATED = (
    "The project was updated in one step, so everybody who uses it needs this version or a newer"
    " one. No backup was made: those of a database are made on its server."
)
_SERVER = ("postgresql://", "postgres://")


def create_project(location: str | Path) -> None:
    """Make a new project: a file, readable by its owner only, or the tables of a database.

    Raises:
        ConflictError: There is already something.
        StorageError: It cannot be made there.
    """
    if _is_on_server(location):
        _create_on_server(str(location))
    else:
        project_files.create(Path(location))


def open_database(location: str | Path) -> tuple[Database, str]:
    """Open the database of a project, and say what a person should know about it.

    Raises:
        StorageError: It cannot be opened; the sentence says why.
    """
    if _is_on_server(location):
        return _open_on_server(str(location))
    return project_files.open_file(Path(location))


def _is_on_server(location: str | Path) -> bool:
    return str(location).startswith(_SERVER)


def _create_on_server(location: str) -> None:
    database = _server_database(location)
    with database.sentences(), database.writer.connect() as connection, connection.begin():
        if inspect(connection).get_table_names():
            raise ConflictError(
                "The database is not empty.", hint="Make a new database for the project."
            )
        schema.create(connection, database.writer.url.database or "project")


def _open_on_server(location: str) -> tuple[Database, str]:
    database = _server_database(location)
    with database.sentences():
        with database.reader.connect() as connection:
            revision = schema.revision_of(connection)
        if revision is None:
            raise NotAProjectError(
                "There is no Prompt Workbench project in this database.",
                hint="Make one in an empty database with: pwb init",
            )
        if not schema.REVISIONS.is_behind(revision):
            return database, ""
        with database.writer.begin() as connection:
            # Somebody else may have updated it since.
            behind = schema.revision_of(connection) == revision
            if behind:
                schema.REVISIONS.upgrade(connection)
    return database, _UPDATED if behind else ""


def _server_database(location: str) -> Database:
    try:
        from prompt_workbench.storage.postgres import PostgresDatabase
    except ImportError:
        raise StorageError(
            "The PostgreSQL driver is not installed.",
            hint="Install it with: pip install prompt-workbench[postgres]",
        ) from None
    return PostgresDatabase(location)
