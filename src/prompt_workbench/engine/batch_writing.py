"""Turns the cells of a run into batches: those that wait, and those of an earlier start."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from datetime import UTC, datetime

from prompt_workbench.domain.batches import Batch, BatchState
from prompt_workbench.domain.comparisons import ModelInfo, Run
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.generations import CellKey, Generation
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.engine.batch_control import BatchControl
from prompt_workbench.engine.batch_following import OpenBatch, WaitingCall
from prompt_workbench.engine.batch_lane import batch_lane
from prompt_workbench.engine.batch_ports import Batching
from prompt_workbench.engine.budget import Budget
from prompt_workbench.engine.cells import CellMap, Mark, with_cases
from prompt_workbench.engine.lane import Lane, PlannedCall
from prompt_workbench.engine.outcome import Subject
from prompt_workbench.engine.protocol import CellStarted
from prompt_workbench.engine.surroundings import Surroundings

_MOST_CALLS = 5_000
_MOST_CHARACTERS = 60_000_000
"""Of the requests of one batch; providers take 200 MB and more."""

Keep = Callable[[ModelRef, Generation, str | None], Awaitable[None]]
"""Stores a result that needed no call."""


class BatchWriter:
    """Writes batches into the ledger; nothing of them has left when it returns them."""

    def __init__(
        self,
        run: Run,
        infos: Mapping[ModelRef, ModelInfo],
        around: Surroundings,
        batching: Batching,
        *,
        cells: CellMap,
        only: Collection[CellKey] | None,
        budget: Budget,
        control: BatchControl,
        keep: Keep,
    ) -> None:
        self._run = run
        self._infos = infos
        self._around = around
        self._batching = batching
        self._cells = cells
        self._again = None if only is None else sorted(only)
        self._budget = budget
        self._control = control
        self._keep = keep
        self.unaffordable: int | None = None
        """What a call takes that the budget had no room for."""

    async def adopted(self) -> list[OpenBatch]:
        """Return the batches that an earlier start of the program left."""
        return [
            await self._adopted(batch)
            for batch in await self._batching.ledger.batches(self._run.id)
            if batch.model in self._infos
        ]

    async def written(self) -> list[OpenBatch]:
        """Return new batches of the cells that wait, as far as the budget has room for them."""
        found: list[OpenBatch] = []
        for ref in dict.fromkeys(variant.model for variant in self._run.variants):
            if self._control.submits and self._has_cells(ref):
                found += await self._written(self._infos[ref])
        return found

    async def _adopted(self, batch: Batch) -> OpenBatch:
        info = self._infos[batch.model]
        stored = {call.cell: call for call in await self._batching.ledger.batch_calls(batch.id)}
        calls: dict[str, WaitingCall] = {}
        async with aclosing(self._with_cases(sorted(stored))) as places:
            async for cell, case in places:
                self._cells[cell] = Mark.TAKEN
                call = stored[cell]
                subject = Subject(
                    id=call.id,
                    run_id=self._run.id,
                    cell=cell,
                    model=batch.model,
                    case=case,
                    price=info.price,
                    request=GenerationRequest(model=batch.model, messages=call.messages),
                    request_body=call.request_body,
                )
                calls[call.id] = WaitingCall(
                    subject=subject,
                    started_at=call.started_at,
                    reservation=self._budget.taken_over(call.reserved_pico_usd),
                )
        if self._again is not None:
            self._again = [cell for cell in self._again if cell not in stored]
        lane = await batch_lane(self._run, info, self._around)
        provider = self._batching.models.batches(batch.model)
        return OpenBatch(batch=batch, lane=lane, provider=provider, calls=calls)

    async def _written(self, info: ModelInfo) -> list[OpenBatch]:
        found: list[OpenBatch] = []
        ready: list[tuple[PlannedCall, WaitingCall]] = []
        size = 0
        lane = await batch_lane(self._run, info, self._around)
        async with aclosing(self._with_cases(self._to_send(info.ref))) as places:
            async for cell, case in places:
                planned = await lane.plan(cell, case, fresh=self._again is not None)
                if isinstance(planned, Generation):
                    await self._keep(info.ref, planned, None)
                    continue
                call = self._affordable(planned) if self._control.submits else None
                if call is None:
                    self._put_back(cell)
                    break
                ready.append((planned, call))
                size += len(planned.subject.request_body)
                if len(ready) >= _MOST_CALLS or size >= _MOST_CHARACTERS:
                    found.append(await self._write(info, lane, ready))
                    ready, size = [], 0
        if ready:
            found.append(await self._write(info, lane, ready))
        return found

    async def _write(
        self, info: ModelInfo, lane: Lane, ready: Sequence[tuple[PlannedCall, WaitingCall]]
    ) -> OpenBatch:
        batch = Batch(
            id=new_id(),
            run_id=self._run.id,
            model=info.ref,
            state=BatchState.WRITTEN,
            call_count=len(ready),
            created_at=datetime.now(UTC),
        )
        sent = [planned.sent(call.reservation.amount) for planned, call in ready]
        await self._batching.ledger.written(batch, sent)
        for call in sent:
            self._around.emit(
                CellStarted(run_id=call.run_id, cell=call.cell, generation_id=call.id)
            )
        return OpenBatch(
            batch=batch,
            lane=lane,
            provider=self._batching.models.batches(info.ref),
            calls={call.subject.id: call for _, call in ready},
        )

    def _affordable(self, planned: PlannedCall) -> WaitingCall | None:
        """Return the call with what it may cost reserved; None where that does not fit."""
        reservation = self._budget.try_reserve(planned.worst_pico)
        self.unaffordable = planned.worst_pico if reservation is None else None
        if reservation is None:
            return None
        return WaitingCall(
            subject=planned.subject,
            started_at=datetime.now(UTC),
            cache_key=planned.cache_key,
            reservation=reservation,
        )

    def _has_cells(self, ref: ModelRef) -> bool:
        variants = self._variants(ref)
        if self._again is not None:
            return any(cell.variant in variants for cell in self._again)
        waiting = self._cells.waiting_by_variant()
        return any(waiting[variant] for variant in variants)

    def _to_send(self, ref: ModelRef) -> Iterator[CellKey]:
        variants = self._variants(ref)
        if self._again is None:
            yield from self._cells.taken(variants)
            return
        for cell in [cell for cell in self._again if cell.variant in variants]:
            self._again.remove(cell)
            self._cells[cell] = Mark.TAKEN
            yield cell

    def _put_back(self, cell: CellKey) -> None:
        if self._again is None:
            self._cells[cell] = Mark.WAITING
        else:
            self._again.append(cell)

    def _variants(self, ref: ModelRef) -> list[int]:
        return [each.index for each in self._run.variants if each.model == ref]

    def _with_cases(self, cells: Iterable[CellKey]) -> AsyncGenerator[tuple[CellKey, Case], None]:
        window = self._around.policy.case_window
        return with_cases(cells, self._run.id, self._around.ledger, window=window)
