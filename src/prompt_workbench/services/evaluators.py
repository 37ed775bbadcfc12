"""Which evaluators there are, and how they are written: ``label``, ``regex:pattern=^yes``."""

from __future__ import annotations

from collections.abc import Sequence

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.engine.evaluators import registry
from prompt_workbench.engine.evaluators.registry import EvaluatorType, Option

__all__ = ["EvaluatorType", "Option", "checked_evaluators", "evaluator_types"]


def evaluator_types() -> tuple[EvaluatorType, ...]:
    """Return every kind of evaluator, with its declared options."""
    return registry.types()


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
    return tuple(registry.checked(spec) for spec in specs)
