"""Prompts, their versions, and what points to these."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from prompt_workbench.storage.tables.columns import (
    METADATA,
    big,
    integer,
    json,
    key,
    living_name,
    string,
)

PROMPT = Table(
    "prompt",
    METADATA,
    string("id", primary_key=True),
    string("name"),
    string("folder"),
    json("tags"),
    big("created_at"),
    big("deleted_at", optional=True),
    living_name("prompt"),
)

CONTENT = Table("content", METADATA, string("hash", primary_key=True), json("body"))
"""Prompt content, once per hash."""

PROMPT_VERSION = Table(
    "prompt_version",
    METADATA,
    string("id", primary_key=True),
    string("prompt_id", "prompt.id"),
    integer("number"),
    string("content_hash", "content.hash"),
    json("parents"),
    string("branch"),
    string("message"),
    string("author"),
    big("created_at"),
    UniqueConstraint("prompt_id", "number"),
)
"""Immutable versions."""

BRANCH = Table(
    "branch",
    METADATA,
    string("prompt_id", "prompt.id", primary_key=True),
    string("name", primary_key=True),
    string("head_id", "prompt_version.id"),
    sqlite_with_rowid=False,
)

LABEL_MOVE = Table(
    "label_move",
    METADATA,
    key(),
    string("prompt_id", "prompt.id"),
    string("name"),
    # None where the label was removed.
    string("version_id", "prompt_version.id", optional=True),
    big("moved_at"),
    Index(None, "prompt_id", "name"),
)
"""Moves of labels; the newest one of a name says where the label is."""

DRAFT = Table(
    "draft",
    METADATA,
    string("prompt_id", "prompt.id", primary_key=True),
    string("branch", primary_key=True),
    string("base_id", "prompt_version.id", optional=True),
    json("content"),
    json("inputs"),
    big("updated_at"),
)
"""Unsaved work on a branch."""
