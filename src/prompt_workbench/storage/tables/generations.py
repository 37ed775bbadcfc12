"""Calls: what lists and charts read of them, and apart from it what they sent and received."""

from __future__ import annotations

from sqlalchemy import Index, Table

from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.usage import CostSource, UsageSource
from prompt_workbench.storage.tables.columns import (
    METADATA,
    big,
    boolean,
    integer,
    json,
    key,
    key_of,
    one_of,
    partial_index,
    real,
    string,
)

GENERATION = Table(
    "generation",
    METADATA,
    key(),
    string("id", unique=True),
    key_of("run.seq", "run_seq"),
    key_of("subject.seq", "subject_seq"),
    integer("case_index"),
    integer("variant"),
    integer("repetition"),
    one_of(GenerationState, "state"),
    big("started_at"),
    big("reserved_pico_usd", optional=True),
    string("response_model", optional=True),
    string("finish_reason", optional=True),
    one_of(UsageSource, "usage_source"),
    integer("input_tokens", optional=True),
    integer("output_tokens", optional=True),
    integer("cache_read_input_tokens", optional=True),
    integer("cache_creation_input_tokens", optional=True),
    integer("reasoning_output_tokens", optional=True),
    big("cost_pico_usd", optional=True),
    one_of(CostSource, "cost_source"),
    real("duration_s", optional=True),
    real("time_to_first_chunk_s", optional=True),
    integer("attempts"),
    boolean("from_cache"),
    boolean("repaired"),
    one_of(ProviderErrorKind, "error_kind", optional=True),
    string("error"),
    string("preview"),
    Index(None, "run_seq", "case_index", "variant", "repetition"),
    Index(None, "subject_seq"),
    partial_index("ix_generation_unusual_state", "state", "state NOT IN ('sent', 'done')"),
    partial_index("ix_generation_paid", "cost_pico_usd", "cost_pico_usd > 0"),
)

GENERATION_REQUEST = Table(
    "generation_request",
    METADATA,
    key_of("generation.seq", "generation_seq", primary_key=True),
    json("messages"),
    string("body"),
)
"""What calls sent."""

GENERATION_ANSWER = Table(
    "generation_answer",
    METADATA,
    key_of("generation.seq", "generation_seq", primary_key=True),
    string("text"),
    # None when the answer is its text and nothing else.
    json("parts", optional=True),
    json("usage_raw", optional=True),
    string("response_id", optional=True),
    string("request_id", optional=True),
    json("cost_lines", optional=True),
    json("last_attempt", optional=True),
)
"""What calls received."""

FAILED_ATTEMPT = Table(
    "failed_attempt",
    METADATA,
    key_of("generation.seq", "generation_seq", primary_key=True),
    integer("number", primary_key=True),
    json("body"),
    sqlite_with_rowid=False,
)
"""Attempts that were followed by another one."""

SCORE = Table(
    "score",
    METADATA,
    key_of("generation.seq", "generation_seq", primary_key=True),
    string("name", primary_key=True),
    real("value", optional=True),
    boolean("passed", optional=True),
    string("label"),
    string("explanation"),
    sqlite_with_rowid=False,
)

CACHED_ANSWER = Table(
    "cached_answer",
    METADATA,
    string("cache_key", primary_key=True),
    key_of("generation.seq", "generation_seq"),
    sqlite_with_rowid=False,
)
"""The complete answers to exact requests."""

SEARCH_PENDING = Table(
    "search_pending",
    METADATA,
    key_of("generation.seq", "generation_seq", primary_key=True),
)
"""Finished calls whose texts are not in the search index yet."""
