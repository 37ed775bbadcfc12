"""What prompts say, apart from the prompts: runs and calls refer to it, too."""

from __future__ import annotations

from sqlalchemy import Table

from prompt_workbench.storage.tables.columns import METADATA, json, string

CONTENT = Table("content", METADATA, string("hash", primary_key=True), json("body"))
"""Prompt content, once per hash."""
