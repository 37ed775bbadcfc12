"""A call as SQLModel objects: what `storing` compares the ledger with."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Row(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the rows, whose tables are there already."""


class GenerationRow(Row, table=True):
    """A call."""

    __tablename__ = "generation"

    seq: int | None = Field(default=None, primary_key=True)
    id: str
    run_seq: int
    subject_seq: int
    case_index: int
    variant: int
    repetition: int
    state: str
    started_at: int
    reserved_pico_usd: int | None
    response_model: str | None
    finish_reason: str | None
    usage_source: str
    input_tokens: int | None
    output_tokens: int | None
    cache_read_input_tokens: int | None
    cache_creation_input_tokens: int | None
    reasoning_output_tokens: int | None
    cost_pico_usd: int | None
    cost_source: str
    duration_s: float | None
    time_to_first_chunk_s: float | None
    attempts: int
    from_cache: bool
    repaired: bool
    error_kind: str | None
    error: str
    preview: str


class GenerationRequestRow(Row, table=True):
    """What it sent."""

    __tablename__ = "generation_request"

    generation_seq: int = Field(primary_key=True)
    messages: str
    body: str


class GenerationAnswerRow(Row, table=True):
    """What it received."""

    __tablename__ = "generation_answer"

    generation_seq: int = Field(primary_key=True)
    text: str
    parts: str | None
    usage_raw: str | None
    response_id: str | None
    request_id: str | None
    cost_lines: str | None
    last_attempt: str | None
