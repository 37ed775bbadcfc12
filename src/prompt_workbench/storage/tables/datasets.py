"""Datasets, their versions, and edits that are not saved as one."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from prompt_workbench.storage.tables.columns import living_name
from prompt_workbench.storage.tables.fields import Row, big, json, key


class DatasetRow(Row, table=True):
    """A dataset."""

    __tablename__ = "dataset"
    __table_args__ = (living_name("dataset"),)

    id: str = Field(primary_key=True)
    name: str
    description: str
    created_at: int = big()
    deleted_at: int | None = big()


class DatasetVersionRow(Row, table=True):
    """An immutable version of a dataset."""

    __tablename__ = "dataset_version"
    __table_args__ = (UniqueConstraint("dataset_id", "number"),)

    seq: int | None = key()
    id: str = Field(unique=True)
    dataset_id: str = Field(foreign_key="dataset.id")
    number: int
    content_hash: str
    case_count: int
    column_names: str = json()
    message: str
    created_at: int = big()


class DatasetDraftRow(Row, table=True):
    """Edits of a dataset that are not saved as a version."""

    __tablename__ = "dataset_draft"

    dataset_id: str = Field(primary_key=True, foreign_key="dataset.id")
    base_id: str = Field(foreign_key="dataset_version.id")
    edits: str = json()
    updated_at: int = big()
