"""Batches, and which calls are in them."""

from __future__ import annotations

from sqlalchemy import Index, Table

from prompt_workbench.domain.batches import BatchState
from prompt_workbench.storage.tables.columns import (
    METADATA,
    big,
    integer,
    key,
    key_of,
    one_of,
    string,
)

BATCH = Table(
    "batch",
    METADATA,
    key(),
    string("id", unique=True),
    key_of("run.seq", "run_seq"),
    string("provider"),
    string("model"),
    one_of(BatchState, "state"),
    string("remote_id", optional=True),
    integer("call_count"),
    big("submitting_at", optional=True),
    big("created_at"),
    Index(None, "run_seq"),
)
"""Calls that were submitted together."""

BATCH_CALL = Table(
    "batch_call",
    METADATA,
    key_of("generation.seq", "generation_seq", primary_key=True),
    key_of("batch.seq", "batch_seq"),
    Index(None, "batch_seq"),
)
"""Which batch a call is in."""
