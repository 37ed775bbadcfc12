"""The rows that the ledger writes of a call, from domain values.

Each is a tuple whose fields are named as the columns that they go to: the statements of the
hot path take their columns from here, and the driver takes the tuples as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.json import Encoder

from prompt_workbench.domain.generations import Attempt, GenerationBody, GenerationSummary
from prompt_workbench.domain.messages import Message, Part, TextPart, without_bytes
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import Cost, Usage, to_pico
from prompt_workbench.storage.encoding import storable, to_text

PREVIEW_LENGTH = 400
_encoder = Encoder()
_NO_USAGE = (None, None, None, None, None)


class IdentityRow(NamedTuple):
    """The columns of ``generation`` that never change, without its key."""

    id: str
    run_seq: int
    subject_seq: int
    case_index: int
    variant: int
    repetition: int
    started_at: int
    reserved_pico_usd: int | None


class ResultRow(NamedTuple):
    """The columns of ``generation`` that a finished call fills in."""

    state: str
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


class RequestRow(NamedTuple):
    """The columns of ``generation_request``, without its key."""

    messages: str
    body: str


class AnswerRow(NamedTuple):
    """The columns of ``generation_answer``, without its key."""

    text: str
    parts: str | None
    usage_raw: str | None
    response_id: str | None
    request_id: str | None
    cost_lines: str | None
    last_attempt: str | None


class AttemptRow(NamedTuple):
    """The columns of ``failed_attempt``, without its generation."""

    number: int
    body: str


class ScoreRow(NamedTuple):
    """The columns of ``score``, without its generation."""

    name: str
    value: float | None
    passed: bool | None
    label: str
    explanation: str


def result_row(summary: GenerationSummary) -> ResultRow:
    """Return what a finished call fills in."""
    input_, output, read, created, reasoning = _tokens(summary.usage)
    return ResultRow(
        state=str(summary.state),
        response_model=summary.response_model,
        finish_reason=summary.finish_reason,
        usage_source=str(summary.usage_source),
        input_tokens=input_,
        output_tokens=output,
        cache_read_input_tokens=read,
        cache_creation_input_tokens=created,
        reasoning_output_tokens=reasoning,
        cost_pico_usd=to_pico(summary.cost.usd),
        cost_source=str(summary.cost.source),
        duration_s=summary.duration_s,
        time_to_first_chunk_s=summary.time_to_first_chunk_s,
        attempts=summary.attempts,
        from_cache=summary.from_cache,
        repaired=summary.repaired,
        error_kind=None if summary.error_kind is None else str(summary.error_kind),
        error=storable(summary.error),
        preview=storable(summary.preview[:PREVIEW_LENGTH]),
    )


def request_row(messages: Sequence[Message], body: str) -> RequestRow:
    """Return what a call sends: its rendered messages, and its body as it is on the wire.

    Ids stand for the bytes of files, which are stored once with the prompt of the run.
    """
    return RequestRow(
        messages=to_text([message.to_json() for message in messages]),
        body=without_bytes(body, messages),
    )


def answer_row(body: GenerationBody) -> AnswerRow:
    """Return what a call received."""
    return AnswerRow(
        text=storable(body.text),
        parts=None if _is_plain(body) else to_text([part.to_json() for part in body.parts]),
        usage_raw=None if body.usage_raw is None else to_text(body.usage_raw),
        response_id=body.response_id,
        request_id=body.request_id,
        cost_lines=_cost_lines_text(body.cost),
        last_attempt=_attempt_text(body.attempts[-1]) if body.attempts else None,
    )


def attempt_row(attempt: Attempt) -> AttemptRow:
    """Return an attempt that was followed by another one."""
    return AttemptRow(number=attempt.number, body=_attempt_text(attempt))


def score_row(score: Score) -> ScoreRow:
    """Return a score."""
    return ScoreRow(
        name=score.name,
        value=score.value,
        passed=score.passed,
        label=score.label,
        explanation=storable(score.explanation),
    )


def _tokens(
    usage: Usage | None,
) -> tuple[int | None, int | None, int | None, int | None, int | None]:
    if usage is None:
        return _NO_USAGE
    return (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.reasoning_output_tokens,
    )


def _is_plain(body: GenerationBody) -> bool:
    """Return whether the answer is its text and nothing else."""
    parts: tuple[Part, ...] = body.parts
    if len(parts) != 1:
        return not (parts or body.text)
    (part,) = parts
    return isinstance(part, TextPart) and bool(part.content) and part.content == body.text


def _attempt_text(attempt: Attempt) -> str:
    try:
        return _encoder.encode(attempt).decode()
    except UnicodeEncodeError:
        # Its error has halves of surrogate pairs, which are replaced.
        return to_text(attempt.to_json())


def _cost_lines_text(cost: Cost) -> str | None:
    if not cost.lines:
        return None
    return to_text(
        [
            [line.name, line.tokens, str(line.price_per_million_usd), str(line.cost_usd)]
            for line in cost.lines
        ]
    )
