"""Calls stored per second: the ledger's own writing beside raw executemany and an ORM.

``python -m tests.performance.storing`` (goal G14). All three write the same calls with about
1 KB of answer, in WAL mode with synchronous=FULL: the ledger all that it keeps of a call, with
rollups and its row before the call; raw ``executemany`` the same columns of the call, its
request and its answer in transactions of 500; SQLModel one object and one commit per call.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session
from tests.performance.harness import (
    Cost,
    Goal,
    Meter,
    disk,
    finish,
    options,
    own_home,
    paired,
    per_s,
    ratios,
    report,
    table,
)
from tests.performance.orm_rows import GenerationAnswerRow, GenerationRequestRow, GenerationRow
from tests.support.projects import add_run, new_run

from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.generations import (
    CellKey,
    Generation,
    GenerationBody,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.domain.usage import Cost as Price
from prompt_workbench.domain.usage import CostSource, Usage, UsageSource
from prompt_workbench.engine.ports import SentCall
from prompt_workbench.storage.call_rows import IdentityRow, request_row
from prompt_workbench.storage.driver_statement import DriverStatement
from prompt_workbench.storage.encoding import to_micros
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.ledger_batch import settled_rows
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.sqlite import SqliteDatabase
from prompt_workbench.storage.tables import GENERATION, GENERATION_ANSWER, GENERATION_REQUEST
from prompt_workbench.worker import loop_factory

_AT_ONCE = 500
_IN_FLIGHT = 256
_TEXT = "The quick brown fox jumps over the lazy dog, again and again. " * 16
_MODEL = model_ref("fake/fake")


def _generation(run: Run, case: int) -> Generation:
    """Return a finished call."""
    usage = Usage(input_tokens=60, output_tokens=250)
    summary = GenerationSummary(
        id=new_id(),
        run_id=run.id,
        cell=CellKey(case=case, variant=0, repetition=0),
        state=GenerationState.DONE,
        provider=_MODEL.provider,
        request_model=_MODEL.model,
        response_model="fake",
        finish_reason="stop",
        usage=usage,
        usage_source=UsageSource.REPORTED,
        cost=Price(usd=None, source=CostSource.UNKNOWN),
        started_at=datetime.now(UTC),
        duration_s=0.8,
        time_to_first_chunk_s=0.2,
        attempts=1,
        preview=_TEXT[:400],
    )
    body = GenerationBody(
        messages=(text_message(Role.USER, f"Say word-{case}, please. " * 8),),
        request_body='{"model":"fake","messages":[]}' * 6,
        text=_TEXT,
        parts=(),
        usage_raw={"prompt_tokens": 60, "completion_tokens": 250},
        response_id="chatcmpl-1",
        request_id=None,
        cost=summary.cost,
        attempts=(),
    )
    return Generation(summary=summary, body=body)


def _new_project(folder: Path, cases: int) -> tuple[Path, Run]:
    path = folder / f"{new_id()}.pwb"

    async def make() -> Run:
        project = Project.create(path)
        run = await add_run(project, new_run(cases=cases))
        await project.close()
        return run

    return path, asyncio.run(make())


def by_ledger(folder: Path, calls: int, *, sent: bool) -> Cost:
    """Store calls as the engine does in the worker, many at a time in flight."""
    path, run = _new_project(folder, calls)
    made = [_generation(run, case) for case in range(calls)]

    async def work() -> Cost:
        ledger = ProjectLedger.open(path)
        waiting = iter(made)
        _settle_garbage()
        commits, meter = ledger.commits, Meter()

        async def store() -> None:
            for generation in waiting:
                if sent:
                    await ledger.sent(_sent(generation))
                await ledger.settled(generation, cache_key=None)

        async with asyncio.TaskGroup() as group:
            for _ in range(_IN_FLIGHT):
                group.create_task(store())
        cost = meter.cost(calls)
        per_call = (ledger.commits - commits) / calls
        await ledger.close()
        return replace(cost, extra={"commits_per_call": per_call})

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(work())


def _settle_garbage() -> None:
    """Keep what is there from being looked through again and again, as the worker does."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _sent(generation: Generation) -> SentCall:
    summary = generation.summary
    return SentCall(
        id=summary.id,
        run_id=summary.run_id,
        cell=summary.cell,
        request=GenerationRequest(model=_MODEL, messages=generation.body.messages),
        request_body=generation.body.request_body,
        cache_key=None,
        reserved_pico_usd=None,
        started_at=summary.started_at,
    )


def _rows(run: Run, calls: int) -> Iterator[tuple[dict[str, Any], ...]]:
    for case in range(calls):
        generation = _generation(run, case)
        cell = generation.summary.cell
        identity = IdentityRow(
            id=generation.summary.id,
            run_seq=1,
            subject_seq=1,
            case_index=cell.case,
            variant=0,
            repetition=0,
            started_at=to_micros(generation.summary.started_at),
            reserved_pico_usd=None,
        )
        row = settled_rows(identity, generation, None)
        request = request_row(generation.body.messages, generation.body.request_body)
        key = {"generation_seq": case + 1}
        yield (
            {"seq": case + 1, **identity._asdict(), **row.result._asdict()},
            {**key, **request._asdict()},
            {**key, **row.answer._asdict()},
        )


def raw(folder: Path, calls: int) -> Cost:
    """Store the same rows by the driver, 500 calls in a transaction."""
    path, run = _new_project(folder, calls)
    rows = list(_rows(run, calls))
    database = SqliteDatabase(path)
    tables = (GENERATION, GENERATION_REQUEST, GENERATION_ANSWER)
    with database.writer.connect() as connection:
        statements = [DriverStatement(insert(each), connection.dialect) for each in tables]
        _settle_garbage()
        meter = Meter()
        for first in range(0, calls, _AT_ONCE):
            _store(connection, statements, rows[first : first + _AT_ONCE])
        return meter.cost(calls, commits_per_call=1 / _AT_ONCE)


def _store(
    connection: Connection,
    statements: list[DriverStatement],
    rows: list[tuple[dict[str, Any], ...]],
) -> None:
    with connection.begin():
        for statement, each in zip(statements, zip(*rows, strict=True), strict=True):
            statement.run_named(connection, each)


def by_orm(folder: Path, calls: int) -> Cost:
    """Store the same rows as SQLModel objects, one commit per call."""
    path, run = _new_project(folder, calls)
    rows = list(_rows(run, calls))
    database = SqliteDatabase(path)
    kinds = (GenerationRow, GenerationRequestRow, GenerationAnswerRow)
    _settle_garbage()
    with Session(database.writer) as session:
        meter = Meter()
        for each in rows:
            call, *bodies = (kind(**row) for kind, row in zip(kinds, each, strict=True))
            session.add(call)
            session.flush()
            session.add_all(bodies)
            session.commit()
        return meter.cost(calls, commits_per_call=1)


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    chosen = parser.parse_args()
    calls = chosen.calls // 5 if chosen.quick else chosen.calls
    with own_home() as home:
        contenders = {
            "ledger": partial(by_ledger, home, calls, sent=False),
            "ledger, row before the call": partial(by_ledger, home, calls, sent=True),
            "executemany": partial(raw, home, calls),
            "SQLModel": partial(by_orm, home, calls // 10),
        }
        found = paired(contenders, chosen.rounds)
        ledger = disk(home)
    goals = [
        Goal(id="G14", what="calls stored per s: ledger / executemany", must=0.5, stretch=0.8,
             at_least=True).verdict(ratios(found, "ledger", "executemany", per_s)),
        Goal(id="G14", what="calls stored per s: ledger / SQLModel per row", must=20, stretch=60,
             at_least=True).verdict(ratios(found, "ledger", "SQLModel", per_s)),
    ]  # fmt: skip
    facts = report("storing", ledger=ledger, contenders=table(found), goals=goals)
    return finish(facts, chosen.out)


if __name__ == "__main__":
    sys.exit(main())
