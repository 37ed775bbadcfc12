"""The tables of a project, columns only.

Hot tables have an integer key (``seq``) and, where something outside refers to them, a
UUIDv7 (``id``). What a call sent and what it answered are kept apart from its row in
``generation``, so that lists and charts read little.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, Integer, MetaData, Table, UniqueConstraint, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from prompt_workbench.domain.comparisons import RunKind, RunState
from prompt_workbench.domain.costs import Measure
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.usage import CostSource, UsageSource

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer, "sqlite")
"""An integer key: SQLite's own row number, and 64 bits in PostgreSQL."""

ONE_OF = "one_of"
"""Notes at a column which values it takes, when these are few."""

JSON = "json"
"""Notes at a column that its texts are JSON."""

_WITHOUT_ROWID = {"sqlite_with_rowid": False}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """Base of all rows."""

    __abstract__: ClassVar[bool] = True


def _key(**options: Any) -> Any:
    return Field(sa_type=Key, primary_key=True, **options)


def _to(target: str, **options: Any) -> Any:
    return Field(sa_type=Key, foreign_key=target, **options)


def _big(**options: Any) -> Any:
    return Field(sa_type=BigInteger, **options)


def _one_of(values: type[StrEnum], **options: Any) -> Any:
    return Field(sa_column_kwargs={"info": {ONE_OF: frozenset(values)}}, **options)


def _json(**options: Any) -> Any:
    return Field(sa_column_kwargs={"info": {JSON: True}}, **options)


def _living_name(table: str) -> Index:
    condition = text("deleted_at IS NULL")
    return Index(
        f"uq_{table}_living_name",
        "name",
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


class ProjectRow(Row, table=True):
    """The project itself; one row."""

    __tablename__ = "project"

    id: str = Field(primary_key=True)
    name: str
    created_at: int = _big()


class ChangeRow(Row, table=True):
    """How often things of a kind were changed, so that other processes notice."""

    __tablename__ = "change"
    __table_args__ = (_WITHOUT_ROWID,)

    kind: str = Field(primary_key=True)
    times: int = _big()


class PromptRow(Row, table=True):
    """A prompt."""

    __tablename__ = "prompt"
    __table_args__ = (_living_name("prompt"),)

    id: str = Field(primary_key=True)
    name: str
    folder: str
    tags: str = _json()
    created_at: int = _big()
    deleted_at: int | None = _big()


class ContentRow(Row, table=True):
    """Prompt content, once per hash."""

    __tablename__ = "content"

    hash: str = Field(primary_key=True)
    body: str = _json()


class PromptVersionRow(Row, table=True):
    """An immutable version of a prompt."""

    __tablename__ = "prompt_version"
    __table_args__ = (UniqueConstraint("prompt_id", "number"),)

    id: str = Field(primary_key=True)
    prompt_id: str = Field(foreign_key="prompt.id")
    number: int
    content_hash: str = Field(foreign_key="content.hash")
    parents: str = _json()
    branch: str
    message: str
    author: str
    created_at: int = _big()


class BranchRow(Row, table=True):
    """A branch and its head."""

    __tablename__ = "branch"
    __table_args__ = (_WITHOUT_ROWID,)

    prompt_id: str = Field(primary_key=True, foreign_key="prompt.id")
    name: str = Field(primary_key=True)
    head_id: str = Field(foreign_key="prompt_version.id")


class LabelMoveRow(Row, table=True):
    """One move of a label; the newest one of a name says where the label is."""

    __tablename__ = "label_move"
    __table_args__ = (Index(None, "prompt_id", "name"),)

    seq: int | None = _key(default=None)
    prompt_id: str = Field(foreign_key="prompt.id")
    name: str
    version_id: str | None = Field(foreign_key="prompt_version.id")
    """None where the label was removed."""
    moved_at: int = _big()


class DraftRow(Row, table=True):
    """Unsaved work on a branch."""

    __tablename__ = "draft"

    prompt_id: str = Field(primary_key=True, foreign_key="prompt.id")
    branch: str = Field(primary_key=True)
    base_id: str | None = Field(foreign_key="prompt_version.id")
    content: str = _json()
    inputs: str = _json()
    updated_at: int = _big()


class DatasetRow(Row, table=True):
    """A dataset."""

    __tablename__ = "dataset"
    __table_args__ = (_living_name("dataset"),)

    id: str = Field(primary_key=True)
    name: str
    description: str
    created_at: int = _big()
    deleted_at: int | None = _big()


class DatasetVersionRow(Row, table=True):
    """An immutable version of a dataset."""

    __tablename__ = "dataset_version"
    __table_args__ = (UniqueConstraint("dataset_id", "number"),)

    seq: int | None = _key(default=None)
    id: str = Field(unique=True)
    dataset_id: str = Field(foreign_key="dataset.id")
    number: int
    content_hash: str
    case_count: int
    column_names: str = _json()
    message: str
    created_at: int = _big()


class DatasetCaseRow(Row, table=True):
    """A case, once per content hash."""

    __tablename__ = "dataset_case"

    seq: int | None = _key(default=None)
    id: str = Field(unique=True)
    body: str = _json()


class PlacedCaseRow(Row, table=True):
    """The place of a case in a dataset version."""

    __tablename__ = "placed_case"
    __table_args__ = (_WITHOUT_ROWID,)

    version_seq: int = _to("dataset_version.seq", primary_key=True)
    position: int = Field(primary_key=True)
    case_seq: int = _to("dataset_case.seq")


class SubjectRow(Row, table=True):
    """What calls were about: a model and a prompt text. Rollups and filters go by it."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("content_hash", "provider", "model", "version_id", "prompt_name"),
    )

    seq: int | None = _key(default=None)
    provider: str
    model: str
    prompt_name: str
    version_id: str
    """Empty for a draft."""
    version_number: int | None
    content_hash: str = Field(foreign_key="content.hash")


class RunRow(Row, table=True):
    """A run."""

    __tablename__ = "run"

    seq: int | None = _key(default=None)
    id: str = Field(unique=True)
    number: int = Field(unique=True)
    kind: str = _one_of(RunKind)
    name: str
    state: str = _one_of(RunState)
    state_reason: str
    dataset_version_id: str | None = Field(foreign_key="dataset_version.id")
    dataset_name: str
    evaluators: str = _json()
    limits: str = _json()
    case_count: int
    created_at: int = _big()
    finished_at: int | None = _big()


class RunVariantRow(Row, table=True):
    """One column of a run."""

    __tablename__ = "run_variant"
    __table_args__ = (_WITHOUT_ROWID,)

    run_seq: int = _to("run.seq", primary_key=True)
    number: int = Field(primary_key=True)
    subject_seq: int = _to("subject.seq")
    overrides: str = _json()


class RunCaseRow(Row, table=True):
    """The cases of a run, in its own order."""

    __tablename__ = "run_case"
    __table_args__ = (_WITHOUT_ROWID,)

    run_seq: int = _to("run.seq", primary_key=True)
    position: int = Field(primary_key=True)
    case_seq: int = _to("dataset_case.seq")


class RunLeaseRow(Row, table=True):
    """Which process works on a run; without a fresh heartbeat the lease is dead."""

    __tablename__ = "run_lease"

    run_seq: int = _to("run.seq", primary_key=True)
    ledger_id: str
    host: str
    pid: int
    boot_id: str
    renewed_at: int = _big()


class GenerationRow(Row, table=True):
    """A call, the part that lists and charts read."""

    __tablename__ = "generation"
    __table_args__ = (
        Index(None, "run_seq", "case_index", "variant", "repetition"),
        Index(None, "subject_seq"),
        Index(
            "ix_generation_unusual_state",
            "state",
            sqlite_where=text("state NOT IN ('sent', 'done')"),
            postgresql_where=text("state NOT IN ('sent', 'done')"),
        ),
        Index(
            "ix_generation_paid",
            "cost_pico_usd",
            sqlite_where=text("cost_pico_usd > 0"),
            postgresql_where=text("cost_pico_usd > 0"),
        ),
    )

    seq: int | None = _key(default=None)
    id: str = Field(unique=True)
    run_seq: int = _to("run.seq")
    subject_seq: int = _to("subject.seq")
    case_index: int
    variant: int
    repetition: int
    state: str = _one_of(GenerationState)
    started_at: int = _big()
    reserved_pico_usd: int | None = _big()
    response_model: str | None = None
    finish_reason: str | None = None
    usage_source: str = _one_of(UsageSource)
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    cost_pico_usd: int | None = _big()
    cost_source: str = _one_of(CostSource)
    duration_s: float | None = None
    time_to_first_chunk_s: float | None = None
    attempts: int
    from_cache: bool
    repaired: bool
    error_kind: str | None = _one_of(ProviderErrorKind, default=None)
    error: str
    preview: str


class GenerationRequestRow(Row, table=True):
    """What a call sent."""

    __tablename__ = "generation_request"

    generation_seq: int = _to("generation.seq", primary_key=True)
    messages: str = _json()
    body: str


class GenerationAnswerRow(Row, table=True):
    """What a call received."""

    __tablename__ = "generation_answer"

    generation_seq: int = _to("generation.seq", primary_key=True)
    text: str
    parts: str | None = _json(default=None)
    """None when the answer is its text and nothing else."""
    usage_raw: str | None = _json(default=None)
    response_id: str | None = None
    request_id: str | None = None
    cost_lines: str | None = _json(default=None)
    last_attempt: str | None = _json(default=None)


class FailedAttemptRow(Row, table=True):
    """An attempt of a call that was followed by another one."""

    __tablename__ = "failed_attempt"
    __table_args__ = (_WITHOUT_ROWID,)

    generation_seq: int = _to("generation.seq", primary_key=True)
    number: int = Field(primary_key=True)
    body: str = _json()


class ScoreRow(Row, table=True):
    """A score of a generation."""

    __tablename__ = "score"
    __table_args__ = (_WITHOUT_ROWID,)

    generation_seq: int = _to("generation.seq", primary_key=True)
    name: str = Field(primary_key=True)
    value: float | None
    passed: bool | None
    label: str
    explanation: str


class CachedAnswerRow(Row, table=True):
    """The complete answer to an exact request."""

    __tablename__ = "cached_answer"
    __table_args__ = (_WITHOUT_ROWID,)

    cache_key: str = Field(primary_key=True)
    generation_seq: int = _to("generation.seq")


class RollupRow(Row, table=True):
    """Sums of the calls of one day about one subject."""

    __tablename__ = "rollup"
    __table_args__ = (_WITHOUT_ROWID,)

    day: int = Field(primary_key=True)
    subject_seq: int = _to("subject.seq", primary_key=True)
    calls: int
    answered: int
    truncated: int
    failed: int
    cancelled: int
    unknown: int
    from_cache: int
    input_tokens: int = _big()
    output_tokens: int = _big()
    missing_usage: int
    cost_pico_usd: int = _big()
    estimated_cost: int
    unknown_cost: int


class RollupBucketRow(Row, table=True):
    """One bucket of the histogram of a measure, for one day and one subject."""

    __tablename__ = "rollup_bucket"
    __table_args__ = (_WITHOUT_ROWID,)

    day: int = Field(primary_key=True)
    subject_seq: int = _to("subject.seq", primary_key=True)
    measure: str = _one_of(Measure, primary_key=True)
    bucket: int = Field(primary_key=True)
    calls: int


class SearchPendingRow(Row, table=True):
    """A finished call whose text is not in the search index yet."""

    __tablename__ = "search_pending"

    generation_seq: int = _to("generation.seq", primary_key=True)


def _table(row: type[Row]) -> Table:
    return Row.metadata.tables[str(row.__tablename__)]


PROJECT = _table(ProjectRow)
CHANGE = _table(ChangeRow)
PROMPT = _table(PromptRow)
CONTENT = _table(ContentRow)
PROMPT_VERSION = _table(PromptVersionRow)
BRANCH = _table(BranchRow)
LABEL_MOVE = _table(LabelMoveRow)
DRAFT = _table(DraftRow)
DATASET = _table(DatasetRow)
DATASET_VERSION = _table(DatasetVersionRow)
DATASET_CASE = _table(DatasetCaseRow)
PLACED_CASE = _table(PlacedCaseRow)
SUBJECT = _table(SubjectRow)
RUN = _table(RunRow)
RUN_VARIANT = _table(RunVariantRow)
RUN_CASE = _table(RunCaseRow)
RUN_LEASE = _table(RunLeaseRow)
GENERATION = _table(GenerationRow)
GENERATION_REQUEST = _table(GenerationRequestRow)
GENERATION_ANSWER = _table(GenerationAnswerRow)
FAILED_ATTEMPT = _table(FailedAttemptRow)
SCORE = _table(ScoreRow)
CACHED_ANSWER = _table(CachedAnswerRow)
ROLLUP = _table(RollupRow)
ROLLUP_BUCKET = _table(RollupBucketRow)
SEARCH_PENDING = _table(SearchPendingRow)

METADATA = Row.metadata
