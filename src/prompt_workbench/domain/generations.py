"""One cell of a comparison: a call, its attempts and its result.

The values are msgspec's structures: frozen like all others, and made in a tenth of the time
that a frozen dataclass takes, which counts because every call makes some of each.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.messages import Message, Part, with_bytes
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import Cost, Usage, UsageSource


class GenerationState(StrEnum):
    """Where a call stands; `SENT` rows left over by a crash become `UNKNOWN`."""

    SENT = "sent"
    DONE = "done"
    """The answer is complete: a finish reason was on the wire."""
    TRUNCATED = "truncated"
    """The stream ended without a finish reason; the partial text is kept."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Sent, but what became of it is not known; it may have been billed."""


ANSWERED = frozenset({GenerationState.DONE, GenerationState.TRUNCATED})
"""The states with an answer: resuming a run does not send these cells again."""


class CellKey(Struct, frozen=True, kw_only=True, order=True):
    """The place of a cell: case × variant × repetition, each counted from 0."""

    case: int
    variant: int
    repetition: int = 0


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One HTTP request of a call; a retry is a further attempt."""

    number: int
    """Counts from 1."""
    started_at: datetime
    duration_s: float | None = None
    status: int | None = None
    error_kind: ProviderErrorKind | None = None
    error: str = ""
    perhaps_billed: bool = False
    """Whether it may cost something although it was not answered to the end."""
    wait_s: float | None = None
    """How long the next attempt was put off for it; None where none followed."""
    model: str = ""
    """The model, where it is another than the call's: one that was asked before it."""

    def to_json(self) -> JsonObject:
        """Return the attempt's JSON form."""
        return {
            "number": self.number,
            "started_at": self.started_at.isoformat(),
            "duration_s": self.duration_s,
            "status": self.status,
            "error_kind": None if self.error_kind is None else self.error_kind.value,
            "error": self.error,
            "perhaps_billed": self.perhaps_billed,
            "wait_s": self.wait_s,
            "model": self.model,
        }


class GenerationSummary(Struct, frozen=True, kw_only=True):
    """The hot part of a generation: what lists, grids and charts need."""

    id: str
    run_id: str
    cell: CellKey
    state: GenerationState
    provider: str
    request_model: str
    response_model: str | None = None
    finish_reason: str | None = None
    """As it was on the wire, or None."""
    usage: Usage | None = None
    usage_source: UsageSource = UsageSource.MISSING
    cost: Cost
    """Without its lines; those are in the body."""
    started_at: datetime
    duration_s: float | None = None
    time_to_first_chunk_s: float | None = None
    attempts: int = 1
    from_cache: bool = False
    repaired: bool = False
    """Whether bytes that are no valid text were replaced in the answer."""
    error_kind: ProviderErrorKind | None = None
    error: str = ""
    preview: str = ""
    """The first 400 characters of the answer."""
    scores: tuple[Score, ...] = ()

    @property
    def tokens_per_s(self) -> float | None:
        """Output tokens per second after the first chunk; None when it cannot be told."""
        if self.usage is None or not self.duration_s or self.time_to_first_chunk_s is None:
            return None
        spent = self.duration_s - self.time_to_first_chunk_s
        return self.usage.output_tokens / spent if spent > 0 else None


class GenerationBody(Struct, frozen=True, kw_only=True):
    """The cold part of a generation: everything that was sent and received."""

    messages: tuple[Message, ...]
    """The rendered messages."""
    request_body: str
    """The request body as it was sent, as JSON text; marks may stand for the bytes of files."""
    text: str = ""
    parts: tuple[Part, ...] = ()
    usage_raw: Json = None
    """The provider's usage object as it was on the wire."""
    response_id: str | None = None
    request_id: str | None = None
    cost: Cost
    """With its lines."""
    attempts: tuple[Attempt, ...] = ()

    @property
    def whole_request_body(self) -> str:
        """The request body with the bytes of its files, as it was on the wire."""
        return with_bytes(self.request_body, self.messages)


class Generation(Struct, frozen=True, kw_only=True):
    """A call with everything that is kept of it."""

    summary: GenerationSummary
    body: GenerationBody
