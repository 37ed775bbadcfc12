"""Sends the cells of one run: lanes prepare them, gates admit them, the ledger keeps them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import aclosing
from decimal import Decimal

from msgspec import structs

from prompt_workbench.domain.comparisons import ModelInfo, Run, RunState
from prompt_workbench.domain.errors import (
    BudgetError,
    DiskFullError,
    StorageError,
    WorkbenchError,
)
from prompt_workbench.domain.generations import Attempt, CellKey, Generation, GenerationState
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.requests import Interface, ModelRef
from prompt_workbench.domain.usage import CostSource
from prompt_workbench.engine.budget import Budget, Reservation
from prompt_workbench.engine.call import Call, Line
from prompt_workbench.engine.cells import CellMap, Mark, with_cases
from prompt_workbench.engine.gate import Gate, HeldBackError
from prompt_workbench.engine.lane import Lane, PlannedCall, refusal
from prompt_workbench.engine.obstacles import Obstacles
from prompt_workbench.engine.outcome import Ending, sentence
from prompt_workbench.engine.protocol import CellFinished
from prompt_workbench.engine.recourse import failure_of, handed_on, not_sent
from prompt_workbench.engine.surroundings import Surroundings
from prompt_workbench.engine.tally import new_tally


class Dispatch:
    """The traffic of one run."""

    def __init__(
        self,
        run: Run,
        infos: Mapping[ModelRef, ModelInfo],
        around: Surroundings,
        *,
        cells: CellMap,
        only: Collection[CellKey] | None,
        budget: Budget,
        spent_usd: Decimal,
        unknown_cost: int,
        halt: Callable[[RunState, str], None],
        changed: Callable[[], None],
    ) -> None:
        """Prepare to send the cells that wait, or only some cells.

        Args:
            run: The run.
            infos: What is known of every model that the variants may ask.
            around: What all runs share.
            cells: Where each cell stands.
            only: Cells to be sent even if they have an answer; None for all that wait.
            budget: What may be spent.
            spent_usd: What the run has cost before.
            unknown_cost: How many calls before had no known cost.
            halt: Is told why the run cannot go on.
            changed: Is told that there is progress.
        """
        self._run = run
        self._infos = infos
        self._around = around
        self._cells = cells
        self._only = None if only is None else [c for c in sorted(set(only)) if c in cells]
        self._budget = budget
        self._halt = halt
        self._changed = changed
        self._group = asyncio.TaskGroup()
        self._going = asyncio.Event()
        self._going.set()
        self._backlog = asyncio.Semaphore(around.policy.uncommitted_answers)
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsent: set[asyncio.Task[None] | None] = set()
        """Lanes, and calls that wait for a place: what ends when nothing more is to be sent."""
        self._calls: dict[asyncio.Task[None] | None, Call] = {}
        self._opening_fallback = asyncio.Lock()
        self._fallbacks: dict[ModelRef, Lane] = {}
        self._is_over = False
        """Whether nothing more is to be sent."""
        self.tally = new_tally(
            run, cells, self._only, spent_usd=spent_usd, unknown_cost=unknown_cost
        )
        self.obstacles = Obstacles(run, self.tally.has_left)

    @property
    def is_busy(self) -> bool:
        """Whether something is being sent or committed."""
        return bool(self._tasks)

    async def run(self) -> None:
        """Send what is to be sent, and return when everything is committed."""
        async with self._group:
            if self._only is not None:
                self._again(self._only)
                return
            by_model: defaultdict[ModelRef, list[int]] = defaultdict(list)
            for variant in self._run.variants:
                by_model[variant.model].append(variant.index)
            for ref, variants in by_model.items():
                self._open_lane(self._infos[ref], self._cells.taken(variants), fresh=False)

    def retry(self, cells: Collection[CellKey]) -> None:
        """Send some finished cells again, or all that failed."""
        known = (cell for cell in sorted(set(cells)) if cell in self._cells)
        ended = (Mark.FINAL, Mark.FAILED)
        again = [cell for cell in known if self._cells[cell] in ended]
        again = again if cells else list(self._cells.failed())
        for cell in again:
            failed = self._cells[cell] is Mark.FAILED
            self.tally.again(str(self._model_of(cell)), failed=failed)
        self._again(again)

    def pause(self) -> None:
        """Start no further call."""
        self._going.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._going.set()

    def send_no_more(self) -> None:
        """Start no further call for good; what is in flight goes on."""
        self._is_over = True
        for task in self._unsent:
            if task is not None:
                task.cancel()

    def end_waiting(self) -> None:
        """End the calls that wait for their turn, and let those in flight be the last."""
        for task, call in self._calls.items():
            call.make_last()
            if task is not None and not call.in_flight:
                task.cancel()

    def cancel_calls(self) -> None:
        """End every call that has no answer yet."""
        for task in self._calls:
            if task is not None:
                task.cancel()

    def abandon(self) -> None:
        """End every call, since time or the lease has run out."""
        self.cancel_calls()

    def _again(self, cells: Iterable[CellKey]) -> None:
        """Send cells whatever there is of them, a lane for each model."""
        by_model: defaultdict[ModelRef, list[CellKey]] = defaultdict(list)
        for cell in cells:
            self._cells[cell] = Mark.TAKEN
            by_model[self._model_of(cell)].append(cell)
        for ref, places in by_model.items():
            self._open_lane(self._infos[ref], places, fresh=True)

    def _open_lane(self, info: ModelInfo, cells: Iterable[CellKey], *, fresh: bool) -> None:
        """Send some cells of a model; fresh ones pass the response cache by."""
        lane = self._start(self._lane(info, cells, fresh=fresh))
        self._unsent.add(lane)
        lane.add_done_callback(self._unsent.discard)

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _model_of(self, cell: CellKey) -> ModelRef:
        return self._run.variants[cell.variant].model

    async def _lane(self, info: ModelInfo, cells: Iterable[CellKey], *, fresh: bool) -> None:
        try:
            lane = await self._opened(info)
            window = self._around.policy.case_window
            places = with_cases(cells, self._run.id, self._around.ledger, window=window)
            async with aclosing(places):
                async for cell, case in places:
                    await self._going.wait()
                    await self._take(lane, await lane.plan(cell, case, fresh=fresh))
        except StorageError as error:
            self._halt_for(error)
        except WorkbenchError as error:
            self._halt(RunState.STOPPED, sentence(error))

    async def _opened(self, info: ModelInfo) -> Lane:
        around, model = self._around, str(info.ref)
        fixed = self._run.limits.concurrency or info.slots
        if fixed is not None and info.slots is not None:
            fixed = min(fixed, info.slots)
        pacer = around.gates.pacer(info.ref.provider, info.pace)
        gate = around.gates.gate(model, info.origin, fixed, pacer)
        self.obstacles.gates[model] = gate
        started = "litellm" if info.interface is Interface.LITELLM else model
        self.obstacles.opening.append(started)
        try:
            provider = await around.models.provider(info.ref)
        finally:
            self.obstacles.opening.remove(started)
        line = Line(
            ledger=around.ledger,
            provider=provider,
            gate=gate,
            policy=around.policy,
            timeouts=around.timeouts,
            emit=around.emit,
        )
        return Lane(self._run, info, line, around.renderer)

    async def _take(self, lane: Lane, planned: PlannedCall | Generation) -> None:
        """Start a call that waits for its place, or commit what needs no call.

        Calls are prepared ahead, so that a place that becomes free is taken at once.
        """
        if isinstance(planned, Generation):
            await self._backlog.acquire()
            self._start(self._commit(planned, None))
        else:
            await lane.ahead.acquire()
            self._unsent.add(self._start(self._call(lane, planned)))

    async def _call(self, lane: Lane, planned: PlannedCall) -> None:
        """Send; the place at the gate is free at the last byte, unless too much is uncommitted."""
        reservation = await self._place(lane, planned)
        if reservation is None:
            return
        gate = lane.line.gate
        call = Call(lane.line, planned.subject, planned.prepared, reservation, planned.recourse)
        self.tally.running += 1
        self._changed()
        try:
            ending = await self._cancellable(call, planned)
            await self._backlog.acquire()
        except StorageError as error:
            call.reservation.settle(None)
            self._halt_for(error)
            return
        finally:
            self.tally.running -= 1
            gate.leave()
        # The call that takes the place leaves first, then there is time to score.
        await asyncio.sleep(0)
        result = await lane.result(planned.subject, ending)
        cost = result.summary.cost
        call.reservation.settle(cost.usd if cost.source is CostSource.KNOWN else None)
        further = None if self._is_over else planned.recourse.next_model(failure_of(ending))
        await self._commit(result, planned.cache_key, is_final=further is None)
        await self._hand_on(planned, further, ending.attempts)

    async def _place(self, lane: Lane, planned: PlannedCall) -> Reservation | None:
        """Wait for a call's place; None where it has none, and the cell goes on without it."""
        try:
            return await self._admitted(lane.line.gate, planned)
        except BudgetError as error:
            self._halt(RunState.BUDGET_STOPPED, sentence(error))
            return None
        except HeldBackError as error:
            held_back = error
        finally:
            lane.ahead.release()
            self._unsent.discard(asyncio.current_task())
        model = planned.recourse.next_model(held_back.kind)
        await self._hand_on(planned, model, not_sent(planned.recourse, held_back))
        return None

    async def _hand_on(
        self, planned: PlannedCall, model: ModelRef | None, attempts: tuple[Attempt, ...]
    ) -> None:
        """Ask the next model of a cell, if there is one."""
        if model is None or self._is_over:
            return
        task, subject = asyncio.current_task(), planned.subject
        earlier = handed_on(attempts, subject.model)
        self._unsent.add(task)
        try:
            lane = await self._fallback_lane(model)
            cell, case = subject.cell, subject.case
            made = await lane.plan(cell, case, fresh=planned.fresh, earlier=earlier)
            await self._take(lane, made)
        except StorageError as error:
            self._halt_for(error)
        except WorkbenchError as error:
            await self._backlog.acquire()
            asked = structs.replace(
                subject, id=new_id(), model=model, request=None, request_body=""
            )
            await self._commit(refusal(asked, error, earlier), None)
        finally:
            self._unsent.discard(task)

    async def _fallback_lane(self, model: ModelRef) -> Lane:
        async with self._opening_fallback:
            if model not in self._fallbacks:
                self._fallbacks[model] = await self._opened(self._infos[model])
            return self._fallbacks[model]

    async def _admitted(self, gate: Gate, planned: PlannedCall) -> Reservation:
        """Wait for a place and for room in the budget; during a pause both are given back.

        Raises:
            BudgetError: Nothing in flight can make room.
            HeldBackError: Nothing passes for a while, and there is another model to ask.
        """
        while True:
            await self._going.wait()
            await gate.admit(planned.recourse.elsewhere)
            try:
                reservation = await self._budget.reserve(planned.worst_pico)
            except BaseException:
                gate.leave()
                raise
            if self._going.is_set():
                return reservation
            reservation.settle(Decimal(0))
            gate.leave()

    async def _cancellable(self, call: Call, planned: PlannedCall) -> Ending:
        task = asyncio.current_task()
        self._calls[task] = call
        try:
            return await call.run(planned.sent(call.reservation.amount))
        finally:
            del self._calls[task]

    async def _commit(
        self, result: Generation, cache_key: str | None, *, is_final: bool = True
    ) -> None:
        """Have the ledger keep a result, then tell of it; only complete answers are cached.

        One that is not final counts with its cost: another model is asked for the cell.
        """
        summary = result.summary
        complete = summary.state is GenerationState.DONE
        try:
            await self._around.ledger.settled(result, cache_key=cache_key if complete else None)
        except StorageError as error:
            self._halt_for(error)
            return
        finally:
            self._backlog.release()
        if is_final:
            failed = summary.state is GenerationState.FAILED
            self._cells[summary.cell] = Mark.FAILED if failed else Mark.FINAL
            self.tally.finished(str(self._model_of(summary.cell)), summary)
            self._around.emit(CellFinished(summary=summary))
        else:
            self.tally.spent(summary.cost)
        self._changed()

    def _halt_for(self, error: StorageError) -> None:
        full = isinstance(error, DiskFullError)
        self._halt(RunState.DISK_FULL if full else RunState.STOPPED, sentence(error))
