"""Example values to store, with as little said as a test needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import structs

from prompt_workbench.domain.comparisons import Run, RunKind, RunLimits, RunState, Variant
from prompt_workbench.domain.datasets import (
    Case,
    Dataset,
    DatasetVersion,
    dataset_hash,
    input_columns,
)
from prompt_workbench.domain.generations import (
    Attempt,
    CellKey,
    Generation,
    GenerationBody,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.messages import Role, TextPart, text_message
from prompt_workbench.domain.prompts import Prompt, PromptContent, PromptVersion, text_prompt
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.usage import (
    Cost,
    CostLine,
    CostSource,
    Usage,
    UsageSource,
)
from prompt_workbench.engine.ports import SentCall
from prompt_workbench.storage.repositories import Repositories

NOW = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)
CONTENT = text_prompt("Answer {{question}}", system="Be brief.")


def prompt(name: str = "reply", **more: Any) -> Prompt:
    """Return a prompt."""
    return Prompt(id=new_id(), name=name, created_at=NOW, **more)


def version(
    of: Prompt, number: int = 1, content: PromptContent = CONTENT, **more: Any
) -> PromptVersion:
    """Return a version of a prompt."""
    return PromptVersion(
        id=new_id(), prompt_id=of.id, number=number, content=content, created_at=NOW, **more
    )


def cases(count: int) -> list[Case]:
    """Return some cases."""
    return [Case(inputs={"question": f"q{i}"}, expected_output=str(i)) for i in range(count)]


def add_dataset(project: Repositories, items: list[Case], name: str = "facts") -> DatasetVersion:
    """Store a dataset with one version."""
    dataset = Dataset(id=new_id(), name=name, created_at=NOW)
    project.datasets.add(dataset)
    first = DatasetVersion(
        id=new_id(),
        dataset_id=dataset.id,
        number=1,
        content_hash=dataset_hash(case.id for case in items),
        case_count=len(items),
        columns=input_columns(items),
        created_at=NOW,
    )
    project.datasets.add_version(first, items)
    return first


def variant(index: int = 0, model: str = "local/small", **more: Any) -> Variant:
    """Return a column of a run."""
    given: dict[str, Any] = {
        "version_id": None,
        "prompt_name": "reply",
        "version_number": None,
        "content": CONTENT,
        **more,
    }
    return Variant(index=index, model=model_ref(model), **given)


def add_run(project: Repositories, count: int = 3, **more: Any) -> Run:
    """Store a quick run over some cases of its own."""
    run = Run(
        id=new_id(),
        number=project.runs.next_number(),
        kind=RunKind.QUICK,
        name="trying",
        state=RunState.RUNNING,
        dataset_version_id=None,
        case_count=count,
        created_at=NOW,
        **{
            "variants": (variant(),),
            "evaluators": (EvaluatorSpec(type="exact"),),
            "limits": RunLimits(),
            **more,
        },
    )
    project.runs.add(run, cases=cases(count))
    return run


def sent(run: Run, case: int = 0, variant: int = 0, **more: Any) -> SentCall:
    """Return a call of a run that is about to leave."""
    request = GenerationRequest(
        model=run.variants[variant].model, messages=(text_message(Role.USER, f"Answer q{case}"),)
    )
    given: dict[str, Any] = {
        "cache_key": None,
        "reserved_pico_usd": None,
        "started_at": NOW,
        **more,
    }
    return SentCall(
        id=new_id(),
        run_id=run.id,
        cell=CellKey(case=case, variant=variant),
        request=request,
        request_body='{"model": "small"}',
        **given,
    )


def answer(call: SentCall, text: str = "Fine.", **more: Any) -> Generation:
    """Return the complete answer to a call; more replaces fields of its summary."""
    usage = Usage(input_tokens=12, output_tokens=3)
    line = CostLine(
        name="input",
        tokens=12,
        price_per_million_usd=Decimal("0.5"),
        cost_usd=Decimal("0.000006"),
    )
    cost = Cost(usd=Decimal("0.000006"), source=CostSource.KNOWN, lines=(line,))
    summary = GenerationSummary(
        id=call.id,
        run_id=call.run_id,
        cell=call.cell,
        state=GenerationState.DONE,
        provider=call.request.model.provider,
        request_model=call.request.model.model,
        response_model="small-2026",
        finish_reason="stop",
        usage=usage,
        usage_source=UsageSource.REPORTED,
        cost=structs.replace(cost, lines=()),
        started_at=call.started_at,
        duration_s=1.5,
        time_to_first_chunk_s=0.5,
        preview=text[:400],
    )
    summary = structs.replace(summary, **more)
    first = Attempt(number=1, started_at=call.started_at + timedelta(seconds=1), duration_s=1.5)
    body = GenerationBody(
        messages=call.request.messages,
        request_body=call.request_body,
        text=text,
        parts=(TextPart(content=text),),
        usage_raw={"prompt_tokens": 12, "completion_tokens": 3},
        response_id="resp-1",
        request_id="req-1",
        cost=more.get("cost", cost),
        attempts=(first,),
    )
    return Generation(summary=summary, body=body)
