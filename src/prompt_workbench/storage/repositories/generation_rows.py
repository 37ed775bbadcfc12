"""The mapper of generations: from rows to domain values; `call_rows` is the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.generations import (
    Attempt,
    CellKey,
    GenerationBody,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.messages import Part, TextPart, message_from_json, part_from_json
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import (
    Cost,
    CostLine,
    CostSource,
    Usage,
    UsageSource,
    from_pico,
)
from prompt_workbench.storage.encoding import (
    damaged,
    from_micros,
    from_text,
    json_array,
    json_object,
)


def summary_of(row: Row[Any], run_id: str, scores: Sequence[Score] = ()) -> GenerationSummary:
    """Return the summary of a row of ``generation`` joined with its subject."""
    return GenerationSummary(
        id=row.id,
        run_id=run_id,
        cell=CellKey(case=row.case_index, variant=row.variant, repetition=row.repetition),
        state=GenerationState(row.state),
        provider=row.provider,
        request_model=row.model,
        response_model=row.response_model,
        finish_reason=row.finish_reason,
        usage=_usage(row),
        usage_source=UsageSource(row.usage_source),
        cost=Cost(usd=from_pico(row.cost_pico_usd), source=CostSource(row.cost_source)),
        started_at=from_micros(row.started_at),
        duration_s=row.duration_s,
        time_to_first_chunk_s=row.time_to_first_chunk_s,
        attempts=row.attempts,
        from_cache=bool(row.from_cache),
        repaired=bool(row.repaired),
        error_kind=None if row.error_kind is None else ProviderErrorKind(row.error_kind),
        error=row.error,
        preview=row.preview,
        scores=tuple(scores),
    )


def body_of(
    request: Row[Any],
    answer: Row[Any] | None,
    cost: Cost,
    failed: Sequence[str],
    files: Mapping[str, str],
) -> GenerationBody:
    """Return the body of its rows; a call without an answer has none of its fields."""
    messages = tuple(message_from_json(each, files) for each in json_array(request.messages))
    attempts = [attempt_of(text) for text in failed]
    if answer is None:
        return GenerationBody(
            messages=messages, request_body=request.body, cost=cost, attempts=tuple(attempts)
        )
    if answer.last_attempt is not None:
        attempts.append(attempt_of(answer.last_attempt))
    return GenerationBody(
        messages=messages,
        request_body=request.body,
        text=answer.text,
        parts=_parts(answer),
        usage_raw=None if answer.usage_raw is None else from_text(answer.usage_raw),
        response_id=answer.response_id,
        request_id=answer.request_id,
        cost=Cost(usd=cost.usd, source=cost.source, lines=_cost_lines(answer.cost_lines)),
        attempts=tuple(attempts),
    )


def score_of(row: Row[Any]) -> Score:
    """Return the score of its row."""
    return Score(
        name=row.name,
        value=row.value,
        passed=None if row.passed is None else bool(row.passed),
        label=row.label,
        explanation=row.explanation,
    )


def attempt_of(text: str) -> Attempt:
    """Return the attempt of its JSON text."""
    value = json_object(text)
    kind = value.get("error_kind")
    return Attempt(
        number=_integer(value.get("number")) or 1,
        started_at=datetime.fromisoformat(str(value.get("started_at"))),
        duration_s=_number(value.get("duration_s")),
        status=_integer(value.get("status")),
        error_kind=None if kind is None else ProviderErrorKind(str(kind)),
        error=str(value.get("error", "")),
        perhaps_billed=value.get("perhaps_billed") is True,
        wait_s=_number(value.get("wait_s")),
        model=str(value.get("model", "")),
    )


def _usage(row: Row[Any]) -> Usage | None:
    if row.input_tokens is None:
        return None
    return Usage(
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens or 0,
        cache_read_input_tokens=row.cache_read_input_tokens or 0,
        cache_creation_input_tokens=row.cache_creation_input_tokens or 0,
        reasoning_output_tokens=row.reasoning_output_tokens or 0,
    )


def _parts(answer: Row[Any]) -> tuple[Part, ...]:
    if answer.parts is None:
        return (TextPart(content=answer.text),) if answer.text else ()
    return tuple(part_from_json(part) for part in json_array(answer.parts))


def _cost_lines(text: str | None) -> tuple[CostLine, ...]:
    return () if text is None else tuple(_cost_line(value) for value in json_array(text))


def _cost_line(value: Json) -> CostLine:
    match value:
        case [str(name), int(tokens), str(price), str(cost)]:
            return CostLine(
                name=name,
                tokens=tokens,
                price_per_million_usd=Decimal(price),
                cost_usd=Decimal(cost),
            )
    raise damaged()


def _integer(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None
