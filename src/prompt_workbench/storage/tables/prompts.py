"""Prompts, their versions, and what points to these."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from prompt_workbench.storage.tables.columns import living_name
from prompt_workbench.storage.tables.fields import Row, big, json, key


class PromptRow(Row, table=True):
    """A prompt."""

    __tablename__ = "prompt"
    __table_args__ = (living_name("prompt"),)

    id: str = Field(primary_key=True)
    name: str
    folder: str
    tags: str = json()
    created_at: int = big()
    deleted_at: int | None = big()


class PromptVersionRow(Row, table=True):
    """An immutable version of a prompt."""

    __tablename__ = "prompt_version"
    __table_args__ = (UniqueConstraint("prompt_id", "number"),)

    id: str = Field(primary_key=True)
    prompt_id: str = Field(foreign_key="prompt.id")
    number: int
    content_hash: str = Field(foreign_key="content.hash")
    parents: str = json()
    branch: str
    message: str
    author: str
    created_at: int = big()


class BranchRow(Row, table=True):
    """A branch and its head."""

    __tablename__ = "branch"
    __table_args__ = ({"sqlite_with_rowid": False},)

    prompt_id: str = Field(primary_key=True, foreign_key="prompt.id")
    name: str = Field(primary_key=True)
    head_id: str = Field(foreign_key="prompt_version.id")


class LabelMoveRow(Row, table=True):
    """One move of a label; the newest one of a name says where the label is."""

    __tablename__ = "label_move"
    __table_args__ = (Index(None, "prompt_id", "name"),)

    seq: int | None = key()
    prompt_id: str = Field(foreign_key="prompt.id")
    name: str
    version_id: str | None = Field(foreign_key="prompt_version.id")
    """None where the label was removed."""
    moved_at: int = big()


class DraftRow(Row, table=True):
    """Unsaved work on a branch."""

    __tablename__ = "draft"

    prompt_id: str = Field(primary_key=True, foreign_key="prompt.id")
    branch: str = Field(primary_key=True)
    base_id: str | None = Field(foreign_key="prompt_version.id")
    content: str = json()
    inputs: str = json()
    updated_at: int = big()
