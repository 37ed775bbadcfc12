"""Which evaluators there are, for front ends, and whether those of a run can work."""

from __future__ import annotations

from collections.abc import Sequence

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.registry import (
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    check,
    evaluate,
    evaluator_type,
)
from prompt_workbench.engine.evaluators.registry import types as evaluator_types

__all__ = [
    "EvaluatorType",
    "Option",
    "OptionKind",
    "answer_under_schema",
    "checked_evaluators",
    "evaluator_type",
    "evaluator_types",
]


def answer_under_schema(text: str, schema: JsonObject) -> Score:
    """Return what the schema that an answer has to follow says of it; takes up to 0.25 s."""
    evidence = Evidence(text=text, response_schema=schema)
    return evaluate(EvaluatorSpec(type="json_schema"), evidence)


def checked_evaluators(specs: Sequence[EvaluatorSpec]) -> tuple[EvaluatorSpec, ...]:
    """Return the evaluators.

    Raises:
        InvalidInputError: Two have one name, or one has an option that cannot work.
    """
    names = [spec.score_name for spec in specs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidInputError(
            f"Two evaluators are named {twice}.", hint="Give one of them another name."
        )
    for spec in specs:
        check(spec)
    return tuple(specs)
