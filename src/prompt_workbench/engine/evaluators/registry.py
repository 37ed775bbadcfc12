"""All evaluators, and how an answer is judged by one of them."""

from __future__ import annotations

from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.base import (
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    unscored,
)
from prompt_workbench.engine.evaluators.json_answers import JSON, JSON_SCHEMA
from prompt_workbench.engine.evaluators.numeric import NUMERIC
from prompt_workbench.engine.evaluators.patterns import REGEX
from prompt_workbench.engine.evaluators.texts import CONTAINS, EXACT, LABEL

__all__ = [
    "EvaluatorType",
    "Evidence",
    "Option",
    "OptionKind",
    "check",
    "evaluate",
    "evaluator_type",
    "types",
]

_TYPES = {each.type: each for each in (LABEL, EXACT, CONTAINS, REGEX, NUMERIC, JSON, JSON_SCHEMA)}


def types() -> tuple[EvaluatorType, ...]:
    """Return every kind of evaluator, the most used first."""
    return tuple(_TYPES.values())


def evaluator_type(name: str) -> EvaluatorType:
    """Return the kind of evaluator of that name.

    Raises:
        NotFoundError: There is none.
    """
    if name not in _TYPES:
        raise NotFoundError(
            f"There is no evaluator named {name}.", hint=f"Known are: {', '.join(_TYPES)}."
        )
    return _TYPES[name]


def check(spec: EvaluatorSpec) -> None:
    """Refuse an evaluator that could not judge anything.

    Raises:
        NotFoundError: There is no evaluator of that type.
        InvalidInputError: An option is unknown, missing or wrong.
    """
    kind = evaluator_type(spec.type)
    options = kind.settled(spec.options)
    if kind.check is not None:
        kind.check(options)


def evaluate(spec: EvaluatorSpec, evidence: Evidence) -> Score:
    """Return the score of an answer.

    An answer that is not complete, or a missing expectation, is unscored, never failed.

    Raises:
        NotFoundError: There is no evaluator of that type.
        InvalidInputError: An option is unknown, missing or wrong.
    """
    kind = evaluator_type(spec.type)
    options = kind.settled(spec.options)
    if not evidence.complete:
        verdict = unscored("The answer was cut off, so it is not judged.")
    elif kind.needs_expected and evidence.expected_output is None:
        verdict = unscored("The case has no expected output.")
    else:
        verdict = kind.judge(evidence, options)
    return Score(
        name=spec.score_name,
        value=None if verdict.passed is None else float(verdict.passed),
        passed=verdict.passed,
        label=verdict.label,
        explanation=verdict.explanation,
    )
