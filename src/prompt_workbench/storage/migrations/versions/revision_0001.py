"""The first schema: prompts, datasets, runs, calls and their rollups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make all tables."""
    _make_project()
    _make_prompts()
    _make_datasets()
    _make_runs()
    _make_generations()
    _make_bodies()
    _make_scores_and_notes()
    _make_rollups()
    _make_search_index()


def _make_project() -> None:
    op.create_table(
        "project",
        *_text("id", "name"),
        *_big("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "change",
        *_text("kind"),
        *_big("times"),
        sa.PrimaryKeyConstraint("kind"),
        sqlite_with_rowid=False,
    )


def _make_prompts() -> None:
    op.create_table(
        "prompt",
        *_text("id", "name", "folder", "tags"),
        *_big("created_at"),
        *_big("deleted_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("uq_prompt_living_name", "prompt", "name", "deleted_at IS NULL", unique=True)
    op.create_table(
        "content",
        *_text("hash", "body"),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "prompt_version",
        *_text("id", "prompt_id"),
        *_int("number"),
        *_text("content_hash", "parents", "branch", "message", "author"),
        *_big("created_at"),
        sa.PrimaryKeyConstraint("id"),
        _to("content_hash", "content.hash"),
        _to("prompt_id", "prompt.id"),
        sa.UniqueConstraint("prompt_id", "number"),
    )
    op.create_table(
        "branch",
        *_text("prompt_id", "name", "head_id"),
        sa.PrimaryKeyConstraint("prompt_id", "name"),
        _to("head_id", "prompt_version.id"),
        _to("prompt_id", "prompt.id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "label_move",
        *_key("seq"),
        *_text("prompt_id", "name"),
        *_text("version_id", nullable=True),
        *_big("moved_at"),
        sa.PrimaryKeyConstraint("seq"),
        _to("prompt_id", "prompt.id"),
        _to("version_id", "prompt_version.id"),
    )
    op.create_index("ix_label_move_prompt_id_name", "label_move", ["prompt_id", "name"])
    op.create_table(
        "draft",
        *_text("prompt_id", "branch"),
        *_text("base_id", nullable=True),
        *_text("content", "inputs"),
        *_big("updated_at"),
        sa.PrimaryKeyConstraint("prompt_id", "branch"),
        _to("base_id", "prompt_version.id"),
        _to("prompt_id", "prompt.id"),
    )


def _make_datasets() -> None:
    op.create_table(
        "dataset",
        *_text("id", "name", "description"),
        *_big("created_at"),
        *_big("deleted_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial_index("uq_dataset_living_name", "dataset", "name", "deleted_at IS NULL", unique=True)
    op.create_table(
        "dataset_version",
        *_key("seq"),
        *_text("id", "dataset_id"),
        *_int("number"),
        *_text("content_hash"),
        *_int("case_count"),
        *_text("column_names", "message"),
        *_big("created_at"),
        sa.PrimaryKeyConstraint("seq"),
        _to("dataset_id", "dataset.id"),
        sa.UniqueConstraint("dataset_id", "number"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "dataset_case",
        *_key("seq"),
        *_text("id", "body"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "placed_case",
        *_key("version_seq"),
        *_int("position"),
        *_key("case_seq"),
        sa.PrimaryKeyConstraint("version_seq", "position"),
        _to("case_seq", "dataset_case.seq"),
        _to("version_seq", "dataset_version.seq"),
        sqlite_with_rowid=False,
    )


def _make_runs() -> None:
    op.create_table(
        "subject",
        *_key("seq"),
        *_text("provider", "model", "prompt_name", "version_id"),
        *_int("version_number", nullable=True),
        *_text("content_hash"),
        sa.PrimaryKeyConstraint("seq"),
        _to("content_hash", "content.hash"),
        sa.UniqueConstraint("content_hash", "provider", "model", "version_id", "prompt_name"),
    )
    op.create_table(
        "run",
        *_key("seq"),
        *_text("id"),
        *_int("number"),
        *_text("kind", "name", "state", "state_reason"),
        *_text("dataset_version_id", nullable=True),
        *_text("dataset_name", "evaluators", "limits"),
        *_int("case_count"),
        *_big("created_at"),
        *_big("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        _to("dataset_version_id", "dataset_version.id"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "run_variant",
        *_key("run_seq"),
        *_int("number"),
        *_key("subject_seq"),
        *_text("overrides"),
        sa.PrimaryKeyConstraint("run_seq", "number"),
        _to("run_seq", "run.seq"),
        _to("subject_seq", "subject.seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_case",
        *_key("run_seq"),
        *_int("position"),
        *_key("case_seq"),
        sa.PrimaryKeyConstraint("run_seq", "position"),
        _to("case_seq", "dataset_case.seq"),
        _to("run_seq", "run.seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_lease",
        *_key("run_seq"),
        *_text("ledger_id", "host"),
        *_int("pid"),
        *_text("boot_id"),
        *_big("renewed_at"),
        sa.PrimaryKeyConstraint("run_seq"),
        _to("run_seq", "run.seq"),
    )


def _make_generations() -> None:
    op.create_table(
        "generation",
        *_key("seq"),
        *_text("id"),
        *_key("run_seq", "subject_seq"),
        *_int("case_index", "variant", "repetition"),
        *_text("state"),
        *_big("started_at"),
        *_big("reserved_pico_usd", nullable=True),
        *_text("response_model", "finish_reason", nullable=True),
        *_text("usage_source"),
        *_int(
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "reasoning_output_tokens",
            nullable=True,
        ),
        *_big("cost_pico_usd", nullable=True),
        *_text("cost_source"),
        *_float("duration_s", "time_to_first_chunk_s", nullable=True),
        *_int("attempts"),
        *_bool("from_cache", "repaired"),
        *_text("error_kind", nullable=True),
        *_text("error", "preview"),
        sa.PrimaryKeyConstraint("seq"),
        _to("run_seq", "run.seq"),
        _to("subject_seq", "subject.seq"),
        sa.UniqueConstraint("id"),
    )
    _partial_index("ix_generation_paid", "generation", "cost_pico_usd", "cost_pico_usd > 0")
    op.create_index(
        "ix_generation_run_seq_case_index_variant_repetition",
        "generation",
        ["run_seq", "case_index", "variant", "repetition"],
    )
    op.create_index("ix_generation_subject_seq", "generation", ["subject_seq"])
    _partial_index(
        "ix_generation_unusual_state", "generation", "state", "state NOT IN ('sent', 'done')"
    )


def _make_bodies() -> None:
    op.create_table(
        "generation_request",
        *_key("generation_seq"),
        *_text("messages", "body"),
        sa.PrimaryKeyConstraint("generation_seq"),
        _to("generation_seq", "generation.seq"),
    )
    op.create_table(
        "generation_answer",
        *_key("generation_seq"),
        *_text("text"),
        *_text(
            "parts",
            "usage_raw",
            "response_id",
            "request_id",
            "cost_lines",
            "last_attempt",
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("generation_seq"),
        _to("generation_seq", "generation.seq"),
    )
    op.create_table(
        "failed_attempt",
        *_key("generation_seq"),
        *_int("number"),
        *_text("body"),
        sa.PrimaryKeyConstraint("generation_seq", "number"),
        _to("generation_seq", "generation.seq"),
        sqlite_with_rowid=False,
    )


def _make_scores_and_notes() -> None:
    op.create_table(
        "score",
        *_key("generation_seq"),
        *_text("name"),
        *_float("value", nullable=True),
        *_bool("passed", nullable=True),
        *_text("label", "explanation"),
        sa.PrimaryKeyConstraint("generation_seq", "name"),
        _to("generation_seq", "generation.seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cached_answer",
        *_text("cache_key"),
        *_key("generation_seq"),
        sa.PrimaryKeyConstraint("cache_key"),
        _to("generation_seq", "generation.seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_pending",
        *_key("generation_seq"),
        sa.PrimaryKeyConstraint("generation_seq"),
        _to("generation_seq", "generation.seq"),
    )


def _make_rollups() -> None:
    op.create_table(
        "rollup",
        *_int("day"),
        *_key("subject_seq"),
        *_int("calls", "answered", "truncated", "failed", "cancelled", "unknown", "from_cache"),
        *_big("input_tokens", "output_tokens"),
        *_int("missing_usage"),
        *_big("cost_pico_usd"),
        *_int("estimated_cost", "unknown_cost"),
        sa.PrimaryKeyConstraint("day", "subject_seq"),
        _to("subject_seq", "subject.seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_bucket",
        *_int("day"),
        *_key("subject_seq"),
        *_text("measure"),
        *_int("bucket", "calls"),
        sa.PrimaryKeyConstraint("day", "subject_seq", "measure", "bucket"),
        _to("subject_seq", "subject.seq"),
        sqlite_with_rowid=False,
    )


def _make_search_index() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE generation_text USING fts5(input, output, content='')")
        return
    op.execute(
        "CREATE TABLE generation_text ("
        " generation_seq BIGINT NOT NULL CONSTRAINT pk_generation_text PRIMARY KEY"
        " REFERENCES generation (seq),"
        " document TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_generation_text_document ON generation_text USING gin (document)")


def _key(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, _KEY, nullable=nullable) for name in names]


def _int(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _big(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _float(*names: str, nullable: bool = False) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Float(), nullable=nullable) for name in names]


def _bool(*names: str, nullable: bool = False) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=nullable) for name in names]


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target])


def _partial_index(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        [column],
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
