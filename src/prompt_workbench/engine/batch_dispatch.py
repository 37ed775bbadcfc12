"""Sends the cells of one run in batches: the same ledger, budget and scores, another way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

from prompt_workbench.domain.comparisons import ModelInfo, Run, RunState
from prompt_workbench.domain.errors import (
    BudgetError,
    DiskFullError,
    StorageError,
    UserError,
    WorkbenchError,
)
from prompt_workbench.domain.generations import CellKey, Generation, GenerationState
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import CostSource
from prompt_workbench.engine.batch_control import BatchControl, LeftError
from prompt_workbench.engine.batch_following import Follower, OpenBatch, WaitingCall
from prompt_workbench.engine.batch_outcome import marked
from prompt_workbench.engine.batch_ports import Batching
from prompt_workbench.engine.batch_writing import BatchWriter
from prompt_workbench.engine.budget import Budget
from prompt_workbench.engine.cells import CellMap, Mark
from prompt_workbench.engine.outcome import Ending, sentence
from prompt_workbench.engine.protocol import CellFinished
from prompt_workbench.engine.surroundings import Surroundings
from prompt_workbench.engine.tally import new_tally


class BatchObstacles:
    """Where the batches of a run stand, and what keeps their providers from answering."""

    def __init__(self, control: BatchControl) -> None:
        self._control = control
        self.open: dict[str, OpenBatch] = {}
        """The batches that are under way."""

    @property
    def concurrency(self) -> dict[str, int]:
        """Nothing: the provider decides how many calls it makes at once."""
        return {}

    @property
    def reason(self) -> str:
        """Where the batches stand, in sentences."""
        stand = [one.words for one in self.open.values()]
        return " ".join(filter(None, (self.trouble, *stand)))

    @property
    def trouble(self) -> str:
        """What is wrong with a provider, as a sentence; empty if nothing is."""
        return self._control.trouble

    @property
    def trouble_s(self) -> float:
        """For how long a provider has failed; 0 if none does."""
        return self._control.trouble_s


class BatchDispatch:
    """The traffic of one run that is sent in batches."""

    is_busy = False
    """What is to be sent again waits for the end of the batches that are under way."""

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
        """Prepare to send the cells that wait, or only some; the rest is as for `Dispatch`."""
        again = None if only is None else [cell for cell in sorted(set(only)) if cell in cells]
        self._around = around
        self._cells = cells
        self._budget = budget
        self._halt = halt
        self._changed = changed
        self._control = BatchControl(around.policy, changed)
        self._known: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer = BatchWriter(
            run,
            infos,
            around,
            _batching(around),
            cells=cells,
            only=again,
            budget=budget,
            control=self._control,
            keep=self._commit,
        )
        self.obstacles = BatchObstacles(self._control)
        self.tally = new_tally(run, cells, again, spent_usd=spent_usd, unknown_cost=unknown_cost)
        self.tally.foresees = False

    async def run(self) -> None:
        """Collect what was submitted before, send what is to be sent, and wait for all of it."""
        try:
            batches = await self._writer.adopted()
            while batches := [*batches, *await self._writer.written()]:
                self._known.update(filter(None, (one.batch.remote_id for one in batches)))
                async with asyncio.TaskGroup() as group:
                    self._tasks = {group.create_task(self._follow(each)) for each in batches}
                batches = []
            await self._stop_for_budget()
        except StorageError as error:
            self._halt_for(error)
        except WorkbenchError as error:
            self._halt(RunState.STOPPED, sentence(error))

    def retry(self, cells: Collection[CellKey]) -> None:
        """Do nothing: see `is_busy`."""

    def pause(self) -> None:
        """Submit nothing; batches under way are followed."""
        self._control.going.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._control.going.set()

    def send_no_more(self) -> None:
        """Submit nothing more for good."""
        self._control.submits = False
        self._control.going.set()

    def end_waiting(self) -> None:
        """Leave the batches where they are: they are collected when the run goes on."""
        self._control.leave()

    def cancel_calls(self) -> None:
        """Have the providers begin nothing more; a second time, leave the batches to them."""
        self._control.cancel()

    def abandon(self) -> None:
        """Leave the batches at once, whatever is being exchanged about them."""
        self._control.leave()
        for task in self._tasks:
            task.cancel()

    async def _follow(self, batch: OpenBatch) -> None:
        self.obstacles.open[batch.batch.id] = batch
        self.tally.running += len(batch.calls)
        follower = Follower(
            _batching(self._around).ledger,
            self._control,
            self._around.policy,
            settle=self._settle,
            changed=self._changed,
            known=self._known,
        )
        try:
            await follower.follow(batch)
        except LeftError:
            pass
        except asyncio.CancelledError:
            if not self._control.is_left:
                raise
        except StorageError as error:
            self._halt_for(error)
        except WorkbenchError as error:
            self._halt(RunState.INTERRUPTED, sentence(error))
        finally:
            del self.obstacles.open[batch.batch.id]
            self.tally.running -= len(batch.calls)
            self._changed()

    async def _settle(self, batch: OpenBatch, call: WaitingCall, ending: Ending) -> None:
        """Score and store what became of a call."""
        result = marked(await batch.lane.result(call.subject, ending))
        cost = result.summary.cost
        call.reservation.settle(cost.usd if cost.source is CostSource.KNOWN else None)
        self.tally.running -= 1
        await self._commit(batch.batch.model, result, call.cache_key)

    async def _commit(self, model: ModelRef, result: Generation, cache_key: str | None) -> None:
        """Have the ledger keep a result, then tell of it; only complete answers are cached."""
        summary = result.summary
        complete = summary.state is GenerationState.DONE
        await self._around.ledger.settled(result, cache_key=cache_key if complete else None)
        failed = summary.state is GenerationState.FAILED
        self._cells[summary.cell] = Mark.FAILED if failed else Mark.FINAL
        self.tally.finished(str(model), summary)
        self._around.emit(CellFinished(summary=summary))
        self._changed()

    async def _stop_for_budget(self) -> None:
        wanted = self._writer.unaffordable
        if wanted is None or not self._control.submits:
            return
        try:
            (await self._budget.reserve(wanted)).settle(Decimal(0))
        except BudgetError as error:
            self._halt(RunState.BUDGET_STOPPED, sentence(error))

    def _halt_for(self, error: StorageError) -> None:
        full = isinstance(error, DiskFullError)
        self._halt(RunState.DISK_FULL if full else RunState.STOPPED, sentence(error))


def _batching(around: Surroundings) -> Batching:
    if around.batching is None:
        raise UserError("Nothing can be sent in batches here.")
    return around.batching
