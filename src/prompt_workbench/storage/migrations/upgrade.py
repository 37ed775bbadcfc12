"""Leads a project through the Alembic revisions. Imported only when one is behind."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str, scripts: Path) -> None:
    """Apply the revisions that lead to one, within the connection's transaction."""
    config = Config(attributes={"connection": connection})
    # A percent sign begins a reference in Alembic's settings.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    command.upgrade(config, revision)
