"""Making the tables of a new project, and knowing which revision a project has."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, inspect, text

from prompt_workbench.domain.errors import NotAProjectError, ProjectTooNewError
from prompt_workbench.domain.ids import new_id
from prompt_workbench.storage.encoding import to_micros
from prompt_workbench.storage.search import search_dialect
from prompt_workbench.storage.tables import METADATA, PROJECT

HEAD = "0001"
"""The newest revision; `storage.migrations` holds the steps that lead to it."""


def create(connection: Connection, name: str) -> None:
    """Make the tables of a new project at the newest revision, and its one row."""
    create_tables(connection)
    now = to_micros(datetime.now(UTC))
    connection.execute(insert(PROJECT).values(id=new_id(), name=name, created_at=now))


def create_tables(connection: Connection) -> None:
    """Make the tables at the newest revision."""
    METADATA.create_all(connection, checkfirst=False)
    for statement in search_dialect(connection.dialect.name).create:
        connection.execute(text(statement))
    # Written as Alembic writes it.
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a project; None when it is no project."""
    # Asked first, because a failed query ends the transaction of PostgreSQL.
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def check_revision(connection: Connection) -> None:
    """Refuse what is no project, or a project at another revision than the newest.

    Raises:
        NotAProjectError: There is no project.
        ProjectTooNewError: A newer version of the program wrote it.
    """
    revision = revision_of(connection)
    if revision is None:
        raise NotAProjectError("This is not a Prompt Workbench project.")
    if revision != HEAD:
        raise ProjectTooNewError("A newer version of Prompt Workbench wrote this project.")
