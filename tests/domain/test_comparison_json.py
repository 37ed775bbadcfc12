"""What a person asked to be compared comes back as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.comparison_json import comparison_from_json, comparison_to_json
from prompt_workbench.domain.comparisons import ComparisonSpec, RunLimits
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.scores import EvaluatorSpec


def test_every_choice_survives() -> None:
    spec = ComparisonSpec(
        prompts=("reply@3", "reply@draft"),
        models=("local/small",),
        settings=(ModelSettings(), ModelSettings(temperature=0.5, max_tokens=20)),
        dataset="tickets@2",
        case_limit=24,
        evaluators=(EvaluatorSpec(type="label", options={"labels": ["a", "b"]}, name="mood"),),
        limits=RunLimits(
            repetitions=2,
            max_cost_usd=Decimal("0.05"),
            allow_unknown_cost=True,
            concurrency=4,
            use_cache=False,
            cache_repetitions=True,
            as_batch=True,
        ),
    )
    assert comparison_from_json(comparison_to_json(spec)) == spec


def test_what_is_left_out_has_its_usual_value() -> None:
    spec = ComparisonSpec(prompts=("reply",), models=("local/small",), dataset="tickets")
    assert (
        comparison_from_json(
            {"prompts": ["reply"], "models": ["local/small"], "dataset": "tickets"}
        )
        == spec
    )


@pytest.mark.parametrize(
    "value",
    [[], {"prompts": "reply"}, {"case_limit": 0}, {"limits": {"max_cost_usd": "a lot"}}],
)
def test_what_is_no_comparison_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError):
        comparison_from_json(value)
