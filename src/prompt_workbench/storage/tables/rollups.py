"""Sums and histograms per day and subject."""

from __future__ import annotations

from sqlalchemy import Table

from prompt_workbench.domain.costs import Measure
from prompt_workbench.storage.tables.columns import METADATA, big, integer, key_of, one_of

ROLLUP = Table(
    "rollup",
    METADATA,
    integer("day", primary_key=True),
    key_of("subject.seq", "subject_seq", primary_key=True),
    integer("calls"),
    integer("answered"),
    integer("truncated"),
    integer("failed"),
    integer("cancelled"),
    integer("unknown"),
    integer("from_cache"),
    big("input_tokens"),
    big("output_tokens"),
    integer("missing_usage"),
    big("cost_pico_usd"),
    integer("estimated_cost"),
    integer("unknown_cost"),
    sqlite_with_rowid=False,
)

ROLLUP_BUCKET = Table(
    "rollup_bucket",
    METADATA,
    integer("day", primary_key=True),
    key_of("subject.seq", "subject_seq", primary_key=True),
    one_of(Measure, "measure", primary_key=True),
    integer("bucket", primary_key=True),
    integer("calls"),
    sqlite_with_rowid=False,
)
"""The buckets of the histograms of measures."""
