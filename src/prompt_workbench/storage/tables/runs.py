"""Runs, what they are about, and who works on them."""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

from prompt_workbench.domain.comparisons import RunKind, RunState
from prompt_workbench.storage.tables.columns import (
    METADATA,
    big,
    integer,
    json,
    key,
    key_of,
    one_of,
    string,
)

SUBJECT = Table(
    "subject",
    METADATA,
    key(),
    string("provider"),
    string("model"),
    string("prompt_name"),
    # Empty for a draft.
    string("version_id"),
    integer("version_number", optional=True),
    string("content_hash", "content.hash"),
    UniqueConstraint("content_hash", "provider", "model", "version_id", "prompt_name"),
)
"""What calls were about: a model and a prompt text. Rollups and filters go by it."""

RUN = Table(
    "run",
    METADATA,
    key(),
    string("id", unique=True),
    integer("number", unique=True),
    one_of(RunKind, "kind"),
    string("name"),
    one_of(RunState, "state"),
    string("state_reason"),
    string("dataset_version_id", "dataset_version.id", optional=True),
    string("dataset_name"),
    json("evaluators"),
    json("limits"),
    integer("case_count"),
    big("created_at"),
    big("finished_at", optional=True),
)

RUN_VARIANT = Table(
    "run_variant",
    METADATA,
    key_of("run.seq", "run_seq", primary_key=True),
    integer("number", primary_key=True),
    key_of("subject.seq", "subject_seq"),
    json("overrides"),
    sqlite_with_rowid=False,
)
"""The columns of runs."""

RUN_LEASE = Table(
    "run_lease",
    METADATA,
    key_of("run.seq", "run_seq", primary_key=True),
    string("ledger_id"),
    string("host"),
    integer("pid"),
    string("boot_id"),
    big("renewed_at"),
)
"""Which process works on a run; without a fresh heartbeat the lease is dead."""
