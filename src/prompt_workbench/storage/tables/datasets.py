"""Datasets, their versions and their cases."""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

from prompt_workbench.storage.tables.columns import (
    METADATA,
    big,
    integer,
    json,
    key,
    key_of,
    living_name,
    string,
)

DATASET = Table(
    "dataset",
    METADATA,
    string("id", primary_key=True),
    string("name"),
    string("description"),
    big("created_at"),
    big("deleted_at", optional=True),
    living_name("dataset"),
)

DATASET_VERSION = Table(
    "dataset_version",
    METADATA,
    key(),
    string("id", unique=True),
    string("dataset_id", "dataset.id"),
    integer("number"),
    string("content_hash"),
    integer("case_count"),
    json("column_names"),
    string("message"),
    big("created_at"),
    UniqueConstraint("dataset_id", "number"),
)
"""Immutable versions."""

DATASET_CASE = Table("dataset_case", METADATA, key(), string("id", unique=True), json("body"))
"""Cases, once per content hash."""

DATASET_DRAFT = Table(
    "dataset_draft",
    METADATA,
    string("dataset_id", "dataset.id", primary_key=True),
    string("base_id", "dataset_version.id"),
    json("edits"),
    big("updated_at"),
)
"""Edits of a dataset that are not saved as a version."""

PLACED_CASE = Table(
    "placed_case",
    METADATA,
    key_of("dataset_version.seq", "version_seq", primary_key=True),
    integer("position", primary_key=True),
    key_of("dataset_case.seq", "case_seq"),
    sqlite_with_rowid=False,
)
"""The places of cases in the versions of datasets."""
