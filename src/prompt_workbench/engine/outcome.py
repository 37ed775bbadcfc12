"""What became of a call, as the generation that is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct, structs

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import ProviderError, TemplateError, WorkbenchError
from prompt_workbench.domain.generations import (
    Attempt,
    CellKey,
    Generation,
    GenerationBody,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.messages import Message, Part, TextPart, calls_text
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import Cost, CostSource, Price, Usage, UsageSource, cost_of
from prompt_workbench.providers.base import Answer
from prompt_workbench.providers.tokens import estimate_input, estimate_output

PREVIEW_LENGTH = 400
NO_COST = Cost(usd=Decimal(0), source=CostSource.KNOWN)
_SEEN_STATES = (GenerationState.DONE, GenerationState.TRUNCATED)


class Subject(Struct, frozen=True, kw_only=True):
    """What a call is about, whatever becomes of it."""

    id: str
    run_id: str
    cell: CellKey
    model: ModelRef
    case: Case
    price: Price | None
    request: GenerationRequest | None = None
    """None when the prompt could not be rendered."""
    request_body: str = ""


class Ending(Struct, frozen=True, kw_only=True):
    """How a call ended: with an answer, with an error, or cut off with part of a text."""

    state: GenerationState
    started_at: datetime
    attempts: tuple[Attempt, ...] = ()
    answer: Answer | None = None
    error: WorkbenchError | None = None
    text: str = ""
    """What had arrived, where there is no answer."""
    duration_s: float | None = None
    perhaps_billed: bool = False
    """Whether an attempt without an answer may have been billed."""


def answer_ending(
    answer: Answer, *, started_at: datetime, attempts: Sequence[Attempt], perhaps_billed: bool
) -> Ending:
    """Return the ending of a call with an answer, complete only with a finish reason."""
    complete = answer.finish_reason is not None
    return Ending(
        state=GenerationState.DONE if complete else GenerationState.TRUNCATED,
        started_at=started_at,
        attempts=tuple(attempts),
        answer=answer,
        error=answer.error,
        text=answer.text,
        duration_s=answer.duration_s,
        perhaps_billed=perhaps_billed,
    )


def generation_of(subject: Subject, ending: Ending, scores: tuple[Score, ...]) -> Generation:
    """Return the generation of a call that ended."""
    answer, error = ending.answer, ending.error
    usage, source = _usage(subject, ending)
    cost = _cost(subject, ending, usage, source)
    summary = GenerationSummary(
        id=subject.id,
        run_id=subject.run_id,
        cell=subject.cell,
        state=ending.state,
        provider=subject.model.provider,
        request_model=subject.model.model,
        response_model=answer.response_model if answer else None,
        finish_reason=answer.finish_reason if answer else None,
        usage=usage,
        usage_source=source,
        cost=Cost(usd=cost.usd, source=cost.source),
        started_at=ending.started_at,
        duration_s=ending.duration_s,
        time_to_first_chunk_s=answer.time_to_first_chunk_s if answer else None,
        attempts=len(ending.attempts),
        repaired=answer.repaired if answer else False,
        error_kind=error.kind if isinstance(error, ProviderError) else None,
        error=sentence(error),
        preview=_preview(ending),
        scores=scores,
    )
    body = GenerationBody(
        messages=_messages(subject),
        request_body=subject.request_body,
        text=ending.text,
        parts=_parts(ending),
        usage_raw=answer.usage_raw if answer else None,
        response_id=answer.response_id if answer else None,
        request_id=answer.request_id if answer else None,
        cost=cost,
        attempts=ending.attempts,
    )
    return Generation(summary=summary, body=body)


def cached_generation(
    subject: Subject, earlier: Generation, scores: tuple[Score, ...]
) -> Generation:
    """Return the generation of a cell that an earlier answer serves: it costs nothing."""
    summary = structs.replace(
        earlier.summary,
        id=subject.id,
        run_id=subject.run_id,
        cell=subject.cell,
        cost=NO_COST,
        started_at=datetime.now(UTC),
        duration_s=None,
        time_to_first_chunk_s=None,
        attempts=0,
        from_cache=True,
        scores=scores,
    )
    body = structs.replace(
        earlier.body,
        messages=_messages(subject),
        request_body=subject.request_body,
        cost=NO_COST,
        attempts=(),
    )
    return Generation(summary=summary, body=body)


def sentence(error: WorkbenchError | None) -> str:
    """Return an error with its next step, as one text."""
    if error is None:
        return ""
    message = error.message
    if isinstance(error, TemplateError):
        message = f"Line {error.line}, column {error.column}: {message}"
    return f"{message} {error.hint}" if error.hint else message


def _usage(subject: Subject, ending: Ending) -> tuple[Usage | None, UsageSource]:
    """Return the reported usage, or an estimate where something was generated without one."""
    answer = ending.answer
    if answer is not None and answer.usage is not None:
        return answer.usage, answer.usage_source
    cut_off = ending.state is GenerationState.CANCELLED and ending.perhaps_billed
    if ending.state not in _SEEN_STATES and not cut_off:
        return None, UsageSource.MISSING
    sent = 0 if subject.request is None else estimate_input(subject.request).typical
    received = estimate_output(_parts(ending)).typical
    return Usage(input_tokens=sent, output_tokens=received), UsageSource.ESTIMATED


def _cost(subject: Subject, ending: Ending, usage: Usage | None, source: UsageSource) -> Cost:
    if usage is None and not ending.perhaps_billed:
        return NO_COST
    cost = cost_of(usage, source, subject.price)
    if ending.answer is not None and ending.perhaps_billed and cost.source is CostSource.KNOWN:
        return structs.replace(cost, source=CostSource.ESTIMATED) if cost.usd else cost
    return cost


def _preview(ending: Ending) -> str:
    """Return the beginning of an answer, with the tools that it calls."""
    said = (ending.text, calls_text(_parts(ending)))
    return "\n".join(filter(None, said))[:PREVIEW_LENGTH]


def _messages(subject: Subject) -> tuple[Message, ...]:
    return () if subject.request is None else subject.request.messages


def _parts(ending: Ending) -> tuple[Part, ...]:
    if ending.answer is not None:
        return ending.answer.parts
    return (TextPart(content=ending.text),) if ending.text else ()
