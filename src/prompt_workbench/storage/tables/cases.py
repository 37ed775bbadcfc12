"""The cases of datasets and runs, of which there may be very many."""

from __future__ import annotations

from sqlalchemy import Table

from prompt_workbench.storage.tables.columns import METADATA, integer, json, key, key_of, string

DATASET_CASE = Table("dataset_case", METADATA, key(), string("id", unique=True), json("body"))
"""Cases, once per content hash."""

PLACED_CASE = Table(
    "placed_case",
    METADATA,
    key_of("dataset_version.seq", "version_seq", primary_key=True),
    integer("position", primary_key=True),
    key_of("dataset_case.seq", "case_seq"),
    sqlite_with_rowid=False,
)
"""The places of cases in the versions of datasets."""

RUN_CASE = Table(
    "run_case",
    METADATA,
    key_of("run.seq", "run_seq", primary_key=True),
    integer("position", primary_key=True),
    key_of("dataset_case.seq", "case_seq"),
    sqlite_with_rowid=False,
)
"""The cases of runs, each in the run's own order."""
