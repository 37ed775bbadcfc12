"""Outlines of the tables that SQLModel declares, for queries of what stands beside them.

A process that only runs or lists calls reads a few of their columns, and is spared the import
of SQLModel, which takes longer than many queries.
"""

from __future__ import annotations

from sqlalchemy import String, column, table

from prompt_workbench.storage.tables.columns import KEY

PROMPT = table("prompt", column("id", String), column("name", String))
PROMPT_VERSION = table("prompt_version", column("id", String), column("prompt_id", String))
DRAFT = table("draft", column("content", String))
DATASET_VERSION = table("dataset_version", column("seq", KEY), column("id", String))
