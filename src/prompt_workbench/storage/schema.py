"""Making the tables of a new project, and knowing which revision a project has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, inspect, text

from prompt_workbench.domain.errors import ProjectTooNewError
from prompt_workbench.domain.ids import new_id
from prompt_workbench.storage.encoding import to_micros
from prompt_workbench.storage.search import search_dialect
from prompt_workbench.storage.sqlite import MARK_AS_PROJECT
from prompt_workbench.storage.tables import PROJECT


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions of the schema, in order, and the folder of the steps that lead to each."""

    names: tuple[str, ...]
    scripts: Path

    @property
    def head(self) -> str:
        """The newest revision."""
        return self.names[-1]

    def is_behind(self, revision: str) -> bool:
        """Return whether a project at the revision can be led to the newest one.

        Raises:
            ProjectTooNewError: This version of the program does not know the revision.
        """
        if revision not in self.names:
            raise ProjectTooNewError("A newer version of Prompt Workbench wrote this project.")
        return revision != self.head

    def upgrade(self, connection: Connection) -> None:
        """Lead a project to the newest revision, within the connection's transaction."""
        from prompt_workbench.storage.migrations.upgrade import upgrade

        upgrade(connection, self.head, self.scripts)


REVISIONS = Revisions(("0001", "0002", "0003", "0004"), Path(__file__).parent / "migrations")


def create(connection: Connection, name: str) -> str:
    """Make the tables of a new project and its one row; return the id of the project."""
    create_tables(connection)
    project_id, now = new_id(), to_micros(datetime.now(UTC))
    connection.execute(insert(PROJECT).values(id=project_id, name=name, created_at=now))
    return project_id


def create_tables(connection: Connection) -> None:
    """Make the tables at the newest revision."""
    from prompt_workbench.storage.tables.whole import METADATA

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(MARK_AS_PROJECT)
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
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": REVISIONS.head})


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a project; None when it is no project."""
    # Asked first, because a failed query ends the transaction of PostgreSQL.
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
