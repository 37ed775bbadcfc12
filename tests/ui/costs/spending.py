"""Projects whose calls cost what a test says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.storage import examples

from prompt_workbench.domain.comparisons import Run, RunKind, RunLimits, RunState
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.domain.usage import Cost, CostSource
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One call: when, of which model, what it cost and how long it took."""

    model: str
    usd: str | None = None
    days_ago: int = 0
    seconds: float = 1.0
    passed: bool | None = None


async def fill(path: Path, calls: Sequence[Spent]) -> list[str]:
    """Make a project with these calls, and return their ids."""
    project = Project.create(path)
    models = list(dict.fromkeys(call.model for call in calls))
    variants = tuple(
        examples.variant(index, model, version_number=index + 1)
        for index, model in enumerate(models)
    )
    run = Run(
        id=new_id(),
        number=1,
        kind=RunKind.COMPARISON,
        name="spending",
        state=RunState.DONE,
        dataset_version_id=None,
        variants=variants,
        evaluators=(EvaluatorSpec(type="exact"),),
        limits=RunLimits(),
        case_count=len(calls),
        created_at=datetime.now(UTC),
    )
    await project.write(lambda r: r.runs.add(run, cases=examples.cases(len(calls))))
    ledger = ProjectLedger.open(path)
    ids = [await _store(ledger, run, case, call, models) for case, call in enumerate(calls)]
    await ledger.close()
    await project.close()
    return ids


async def _store(
    ledger: ProjectLedger, run: Run, case: int, call: Spent, models: Sequence[str]
) -> str:
    started = datetime.now(UTC) - timedelta(days=call.days_ago)
    sent = examples.sent(run, case, models.index(call.model), started_at=started)
    known = call.usd is not None
    cost = Cost(
        usd=Decimal(call.usd) if call.usd is not None else None,
        source=CostSource.KNOWN if known else CostSource.UNKNOWN,
    )
    scores = () if call.passed is None else (Score(name="exact", value=1.0, passed=call.passed),)
    answer = examples.answer(
        sent, f"Answer {case}", cost=cost, duration_s=call.seconds, scores=scores
    )
    await ledger.sent(sent)
    await ledger.settled(answer, cache_key=None)
    return sent.id
