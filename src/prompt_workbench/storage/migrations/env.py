"""Run by Alembic: applies revisions on the connection it was given, in its transaction."""

from __future__ import annotations

from alembic import context

from prompt_workbench.storage.tables.whole import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    # Constraints that a revision does not name are named as in `tables`.
    target_metadata=METADATA,
    # SQLite alters a table by making it anew.
    render_as_batch=True,
)
context.run_migrations()
