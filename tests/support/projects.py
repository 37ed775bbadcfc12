"""A real project on disk with runs whose calls go to a fake provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from prompt_workbench.domain.comparisons import Run, RunKind, RunLimits, RunState, Variant
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, ModelRegistry
from prompt_workbench.storage.project import Project

MODEL = "fake/fake"


def register(url: str, *, price: Decimal | None = Decimal(1)) -> None:
    """Make the server known as the endpoint ``fake``, in the settings of this home."""
    endpoint = Endpoint(name="fake", base_url=url, input_price=price, output_price=price)
    models.save(ModelRegistry(endpoints=(endpoint,)))


def new_run(
    number: int = 1,
    *,
    cases: int,
    variants: Sequence[str] = (MODEL,),
    limits: RunLimits | None = None,
    max_tokens: int | None = 20,
    evaluators: Sequence[EvaluatorSpec] = (),
) -> Run:
    """Return a run of one prompt on each of the models."""
    content = PromptContent(
        messages=(text_message(Role.USER, "Say {{word}}"),),
        settings=ModelSettings(max_tokens=max_tokens),
    )
    return Run(
        id=new_id(),
        number=number,
        kind=RunKind.QUICK,
        name="run",
        state=RunState.READY,
        dataset_version_id=None,
        variants=tuple(
            Variant(
                index=index,
                version_id=None,
                prompt_name="say",
                version_number=None,
                content=content,
                model=model_ref(model),
            )
            for index, model in enumerate(variants)
        ),
        evaluators=tuple(evaluators),
        limits=limits or RunLimits(use_cache=False),
        case_count=cases,
        created_at=datetime.now(UTC),
    )


async def add_run(project: Project, run: Run, *, word: str = "word") -> Run:
    """Store the run; case n has the word ``word-n``."""
    cases = [
        Case(inputs={"word": f"{word}-{n}"}, expected_output=f"Say {word}-{n}")
        for n in range(run.case_count)
    ]
    await project.write(lambda r: r.runs.add(run, None, cases))
    return run
