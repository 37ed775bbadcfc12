"""Leads a project through the Alembic revisions; Alembic is imported only when needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent


def upgrade(connection: Connection, revision: str, *, scripts: Path = SCRIPTS) -> None:
    """Apply the revisions that lead to one, within the connection's transaction."""
    config = Config(attributes={"connection": connection})
    # A percent sign begins a reference in Alembic's settings.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, revision)
