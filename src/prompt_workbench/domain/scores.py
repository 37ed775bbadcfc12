"""Evaluators and the scores they give, stored apart from the generations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prompt_workbench.domain.canonical import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatorSpec:
    """An evaluator with its settings, as a comparison pins it."""

    type: str
    """The registered type, such as ``label`` or ``json_schema``."""
    options: Mapping[str, Json] = field(default_factory=dict)
    name: str = ""
    """What its scores are called; the type when empty."""

    @property
    def score_name(self) -> str:
        """The name under which its scores are stored."""
        return self.name or self.type

    def to_json(self) -> JsonObject:
        """Return the evaluator's JSON form."""
        value: JsonObject = {"type": self.type}
        if self.options:
            value["options"] = dict(self.options)
        if self.name:
            value["name"] = self.name
        return value


def evaluator_from_json(value: JsonObject) -> EvaluatorSpec:
    """Return the evaluator of its JSON form."""
    options = value.get("options", {})
    return EvaluatorSpec(
        type=str(value["type"]),
        options=options if isinstance(options, dict) else {},
        name=str(value.get("name", "")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one evaluator says of one generation.

    Unscored is not failed: an evaluator that cannot judge (no expected output, a
    truncated answer) gives a score with neither value nor verdict, and says why.
    """

    name: str
    value: float | None = None
    """Between 0 and 1."""
    passed: bool | None = None
    label: str = ""
    explanation: str = ""

    def to_json(self) -> JsonObject:
        """Return the score's JSON form."""
        return {
            "name": self.name,
            "value": self.value,
            "passed": self.passed,
            "label": self.label,
            "explanation": self.explanation,
        }
