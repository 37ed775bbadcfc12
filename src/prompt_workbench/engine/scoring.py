"""The scores of an answer: what each evaluator of the run says of it."""

from __future__ import annotations

from collections.abc import Sequence

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.registry import Evidence, check, evaluate


def check_evaluators(evaluators: Sequence[EvaluatorSpec]) -> None:
    """Refuse evaluators that could not judge anything, before anything is sent.

    Raises:
        UserError: An evaluator is not known, or its options are wrong.
    """
    for spec in evaluators:
        check(spec)


def scores_of(
    text: str, case: Case, evaluators: Sequence[EvaluatorSpec], *, complete: bool
) -> tuple[Score, ...]:
    """Return a score per evaluator; an answer that is not complete stays unscored."""
    if not evaluators:
        return ()
    evidence = Evidence(
        text=text,
        expected_output=case.expected_output,
        inputs=case.inputs,
        metadata=case.metadata,
        complete=complete,
    )
    return tuple(evaluate(spec, evidence) for spec in evaluators)
