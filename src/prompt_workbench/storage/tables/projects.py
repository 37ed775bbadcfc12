"""The project itself, and what tells other processes that it changed."""

from __future__ import annotations

from sqlalchemy import Table

from prompt_workbench.storage.tables.columns import METADATA, big, string

PROJECT = Table(
    "project", METADATA, string("id", primary_key=True), string("name"), big("created_at")
)
"""One row."""

CHANGE = Table(
    "change",
    METADATA,
    string("kind", primary_key=True),
    big("times"),
    sqlite_with_rowid=False,
)
"""How often things of a kind were changed, so that other processes notice."""
