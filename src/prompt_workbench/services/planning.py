"""How what a person wants compared becomes the columns and cases of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from prompt_workbench.domain.comparisons import (
    MOST_AT_ONCE,
    MOST_REPETITIONS,
    ComparisonSpec,
    ModelInfo,
    Run,
    RunKind,
    RunLimits,
    RunState,
    Variant,
)
from prompt_workbench.domain.datasets import DatasetVersion
from prompt_workbench.domain.errors import InvalidInputError, ModelFileError
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent, PromptVersion
from prompt_workbench.domain.requests import ModelRef, model_ref
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.templates import FindingKind, Severity, check
from prompt_workbench.services.base import now
from prompt_workbench.services.references import Resolved, resolve_dataset, resolve_prompt

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


_MOST_CALLS = 1_000_000
"""What the project is made for; a slip of the keyboard asks for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A comparison whose references are resolved, and that is not too large."""

    name: str
    kind: RunKind
    variants: tuple[Variant, ...]
    dataset_name: str
    dataset: DatasetVersion | None
    """None for a quick run, which has one case of its own."""
    inputs: tuple[str, ...]
    """The names that the cases give values for."""
    case_count: int
    evaluators: tuple[EvaluatorSpec, ...]
    limits: RunLimits

    def __post_init__(self) -> None:
        _check_limits(self.limits)
        if self.calls > _MOST_CALLS:
            raise InvalidInputError(
                f"These would be {self.calls:,} calls; a run has {_MOST_CALLS:,} at most.",
                hint="Take fewer cases, variants or repetitions.",
            )

    @property
    def calls(self) -> int:
        """How many cells the run has."""
        return len(self.variants) * self.case_count * self.limits.repetitions


def plan_comparison(repositories: Repositories, spec: ComparisonSpec) -> Plan:
    """Return the plan of a comparison.

    Raises:
        NotFoundError: A prompt, version or dataset does not exist.
        InvalidInputError: Something is missing or out of range.
    """
    if not spec.prompts or not spec.models:
        raise InvalidInputError(
            "A comparison needs a prompt and a model.", hint="Choose at least one of each."
        )
    dataset, version = resolve_dataset(repositories, spec.dataset)
    resolved = [resolve_prompt(repositories, text) for text in dict.fromkeys(spec.prompts)]
    models = [model_ref(text) for text in dict.fromkeys(spec.models)]
    variants = columns(resolved, models, spec.settings or (ModelSettings(),))
    count = version.case_count if spec.case_limit is None else spec.case_limit
    if count < 1:
        raise InvalidInputError("A comparison needs at least one case.")
    return Plan(
        name=" × ".join(dict.fromkeys(variant.prompt_name for variant in variants)),
        kind=RunKind.COMPARISON,
        variants=variants,
        dataset_name=f"{dataset.name}@{version.number}",
        dataset=version,
        inputs=version.columns,
        case_count=min(count, version.case_count),
        evaluators=spec.evaluators,
        limits=spec.limits,
    )


def columns(
    prompts: Sequence[Resolved], models: Sequence[ModelRef], settings: Sequence[ModelSettings]
) -> tuple[Variant, ...]:
    """Return a variant for each prompt with each model and each settings."""
    combinations = product(prompts, models, settings)
    return tuple(
        Variant(
            index=index,
            version_id=None if prompt.version is None else prompt.version.id,
            prompt_name=prompt.prompt.name,
            version_number=None if prompt.version is None else prompt.version.number,
            content=replace(
                prompt.content, settings=prompt.content.settings.overridden_by(overrides)
            ),
            model=model,
            overrides=overrides,
        )
        for index, (prompt, model, overrides) in enumerate(combinations)
    )


def new_run(plan: Plan, number: int) -> Run:
    """Return the run that a plan becomes."""
    return Run(
        id=new_id(),
        number=number,
        kind=plan.kind,
        name=plan.name,
        state=RunState.READY,
        dataset_version_id=None if plan.dataset is None else plan.dataset.id,
        dataset_name=plan.dataset_name,
        variants=plan.variants,
        evaluators=plan.evaluators,
        limits=plan.limits,
        case_count=plan.case_count,
        created_at=now(),
    )


def refuse_unrenderable(plan: Plan) -> None:
    """Find before anything is sent what no case could be rendered with.

    Raises:
        InvalidInputError: A template is wrong, or uses a name that no case gives.
    """
    for variant in plan.variants:
        _refuse_template(variant, plan.inputs)


def refuse_unavailable(infos: Mapping[ModelRef, ModelInfo]) -> None:
    """Find before anything is sent which model cannot answer.

    Raises:
        ModelFileError: The weights of a local model are missing.
    """
    for info in infos.values():
        if info.local and not info.available:
            raise ModelFileError(info.note or f"The model {info.ref} is not available.")


def refuse_unbatchable(plan: Plan, infos: Mapping[ModelRef, ModelInfo]) -> None:
    """Find before anything is sent what cannot go in a batch, where it is to.

    Raises:
        InvalidInputError: A provider takes no batches, or a version names fallback models.
    """
    if not plan.limits.as_batch:
        return
    for variant in plan.variants:
        if not infos[variant.model].has_batches:
            raise InvalidInputError(
                f"{variant.model} cannot be called in a batch.",
                hint="Take models of OpenAI or Anthropic only, or run without a batch.",
            )
        if len(variant.models) > 1:
            raise InvalidInputError(
                f"“{variant.title}” names fallback models, which a batch cannot ask.",
                hint="Choose a version without them, or run without a batch.",
            )


def _check_limits(limits: RunLimits) -> None:
    if not 1 <= limits.repetitions <= MOST_REPETITIONS:
        raise InvalidInputError(f"Repetitions lie between 1 and {MOST_REPETITIONS:,}.")
    if limits.concurrency is not None and not 1 <= limits.concurrency <= MOST_AT_ONCE:
        raise InvalidInputError(f"Calls at once lie between 1 and {MOST_AT_ONCE:,}.")
    cap = limits.max_cost_usd
    if cap is not None and not (cap.is_finite() and cap >= 0):
        raise InvalidInputError("The spend cap must be an amount of 0 or more.")


def _refuse_template(variant: Variant, inputs: Sequence[str]) -> None:
    content = variant.content
    findings = check(
        content.templates,
        language=content.language,
        declared=[item.name for item in content.inputs],
        provided={*content.defaults(), *inputs},
    )
    for finding in findings:
        if finding.severity is not Severity.ERROR:
            continue
        missing = finding.kind is FindingKind.MISSING
        raise InvalidInputError(
            f"{variant.title} cannot be rendered. {finding.message}",
            hint=f"The cases give: {', '.join(inputs)}." if missing else None,
        )


def quick_columns(
    prompt_name: str,
    version: PromptVersion | None,
    content: PromptContent,
    models: Sequence[str],
) -> tuple[Variant, ...]:
    """Return a variant for each model of a text that is run from the editor."""
    saved = version if version is not None and version.content == content else None
    return tuple(
        Variant(
            index=index,
            version_id=None if saved is None else saved.id,
            prompt_name=prompt_name,
            version_number=None if saved is None else saved.number,
            content=content,
            model=model_ref(text),
        )
        for index, text in enumerate(dict.fromkeys(models))
    )
