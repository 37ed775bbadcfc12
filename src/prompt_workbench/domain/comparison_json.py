"""The JSON form of what a person asks to be compared, to be remembered or handed on."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from prompt_workbench.domain.canonical import Json, JsonObject, without_absent
from prompt_workbench.domain.comparisons import ComparisonSpec, RunLimits
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.model_settings import ModelSettings, settings_from_json
from prompt_workbench.domain.scores import evaluator_from_json


def comparison_to_json(spec: ComparisonSpec) -> JsonObject:
    """Return the comparison's JSON form; what is absent is left out."""
    limits = spec.limits
    cap = limits.max_cost_usd
    return without_absent(
        {
            "prompts": list(spec.prompts),
            "models": list(spec.models),
            "settings": [settings.to_json() for settings in spec.settings],
            "dataset": spec.dataset,
            "case_limit": spec.case_limit,
            "evaluators": [evaluator.to_json() for evaluator in spec.evaluators],
            "limits": without_absent(
                {
                    "repetitions": limits.repetitions,
                    "max_cost_usd": None if cap is None else str(cap),
                    "allow_unknown_cost": limits.allow_unknown_cost,
                    "concurrency": limits.concurrency,
                    "use_cache": limits.use_cache,
                    "cache_repetitions": limits.cache_repetitions,
                    "as_batch": limits.as_batch or None,
                }
            ),
        }
    )


def comparison_from_json(value: Json) -> ComparisonSpec:
    """Return the comparison of its JSON form.

    Raises:
        InvalidInputError: The value is no comparison.
    """
    if not isinstance(value, dict):
        raise InvalidInputError("A comparison must be a JSON object.")
    limits = value.get("limits", {})
    settings = tuple(settings_from_json(item) for item in _list(value, "settings"))
    return ComparisonSpec(
        prompts=tuple(map(str, _list(value, "prompts"))),
        models=tuple(map(str, _list(value, "models"))),
        settings=settings or (ModelSettings(),),
        dataset=str(value.get("dataset", "")),
        case_limit=_whole(value, "case_limit"),
        evaluators=tuple(
            evaluator_from_json(item)
            for item in _list(value, "evaluators")
            if isinstance(item, dict) and "type" in item
        ),
        limits=_limits(limits if isinstance(limits, dict) else {}),
    )


def _limits(value: JsonObject) -> RunLimits:
    return RunLimits(
        repetitions=_whole(value, "repetitions") or 1,
        max_cost_usd=_amount(value.get("max_cost_usd")),
        allow_unknown_cost=value.get("allow_unknown_cost") is True,
        concurrency=_whole(value, "concurrency"),
        use_cache=value.get("use_cache") is not False,
        cache_repetitions=value.get("cache_repetitions") is True,
        as_batch=value.get("as_batch") is True,
    )


def _list(value: JsonObject, name: str) -> list[Json]:
    found = value.get(name, [])
    if not isinstance(found, list):
        raise InvalidInputError(f"{name} must be a list.")
    return found


def _whole(value: JsonObject, name: str) -> int | None:
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise InvalidInputError(f"{name} must be a whole number of 1 or more.")
    return found


def _amount(value: Json) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        raise InvalidInputError("max_cost_usd must be an amount.") from None
