"""Which evaluators there are, and how an answer is judged by one."""

from __future__ import annotations

from collections.abc import Sequence

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.generations import GenerationState, GenerationSummary
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators import registry
from prompt_workbench.engine.evaluators.registry import EvaluatorType, Evidence, Option

__all__ = ["EvaluatorType", "Option", "checked_evaluators", "evaluator_types", "score_answer"]


def evaluator_types() -> tuple[EvaluatorType, ...]:
    """Return every kind of evaluator, with its declared options."""
    return registry.types()
