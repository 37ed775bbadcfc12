"""The scores of an answer: what each evaluator of the run says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.registry import Evidence, check, evaluate, evaluator_type

_LONG_ANSWER = 32 << 10
"""Judging more characters can take longer than handing them to a thread, whatever the kind."""


def check_evaluators(evaluators: Sequence[EvaluatorSpec]) -> None:
    """Refuse evaluators that could not judge anything, before anything is sent.

    Raises:
        UserError: An evaluator is not known, or its options are wrong.
    """
    for spec in evaluators:
        check(spec)


def scores_of(
    text: str,
    case: Case,
    evaluators: Sequence[EvaluatorSpec],
    *,
    complete: bool,
    schema: JsonObject | None = None,
) -> tuple[Score, ...]:
    """Return a score per evaluator; an answer that is not complete stays unscored.

    Args:
        text: The answer.
        case: Its case.
        evaluators: What judges it.
        complete: Whether it has a finish reason.
        schema: What the prompt asked it to follow.
    """
    if not evaluators:
        return ()
    evidence = Evidence(
        text=text,
        expected_output=case.expected_output,
        inputs=case.inputs,
        metadata=case.metadata,
        complete=complete,
        response_schema=schema,
    )
    return tuple(evaluate(spec, evidence) for spec in evaluators)


async def scored(
    text: str,
    case: Case,
    evaluators: Sequence[EvaluatorSpec],
    *,
    complete: bool,
    schema: JsonObject | None = None,
) -> tuple[Score, ...]:
    """Return the scores as `scores_of` does, on a thread where they could hold calls up."""
    slow = len(text) > _LONG_ANSWER or any(
        evaluator_type(spec.type).may_take_long for spec in evaluators
    )
    if slow and complete and evaluators:
        return await asyncio.to_thread(
            scores_of, text, case, evaluators, complete=True, schema=schema
        )
    return scores_of(text, case, evaluators, complete=complete, schema=schema)
