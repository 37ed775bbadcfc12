"""One run while it is worked on: its beginning, its pauses and its end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Mapping
from decimal import Decimal

from prompt_workbench.domain.comparisons import ModelInfo, Run, RunState
from prompt_workbench.domain.errors import ConflictError, StorageError, WorkbenchError
from prompt_workbench.domain.generations import CellKey
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import from_pico
from prompt_workbench.engine.batch_dispatch import BatchDispatch
from prompt_workbench.engine.budget import Budget, check_cap
from prompt_workbench.engine.cells import CellMap
from prompt_workbench.engine.dispatch import Dispatch
from prompt_workbench.engine.outcome import sentence
from prompt_workbench.engine.protocol import RunEnded, RunProgressed
from prompt_workbench.engine.scoring import check_evaluators
from prompt_workbench.engine.surroundings import Surroundings

_logger = logging.getLogger(__name__)

_LEFT = "What is in a batch goes on at the provider."
_TICK_S = 1.0
"""Progress is told at least so often, so that the clocks go on."""


class Execution:
    """Works on one run until it is done, stopped, or cannot go on."""

    def __init__(
        self,
        run_id: str,
        around: Surroundings,
        *,
        again: Collection[CellKey] | None = None,
        patience_s: float | None = None,
    ) -> None:
        """Prepare to work on a run.

        Args:
            run_id: The run.
            around: What all runs share.
            again: Cells to send again, none for all that failed; None sends what has no answer.
            patience_s: How long to wait for servers that fail; None waits without end.
        """
        self.run_id = run_id
        self._around = around
        self._again = again
        self._patience_s = patience_s
        self._has_changed = True
        self._ending: tuple[RunState, str] | None = None
        self._is_paused = False
        self._is_stopped = False
        self._holds_lease = True
        self._dispatch: Dispatch | BatchDispatch | None = None

    async def run(self) -> None:
        """Work until nothing is left to do; whatever fails ends the run with a sentence."""
        state, reason = RunState.STOPPED, ""
        try:
            run = await self._around.ledger.run(self.run_id)
            state = run.state
            models = dict.fromkeys(model for variant in run.variants for model in variant.models)
            infos = {
                model: self._around.models.info(model).priced_for(run.limits) for model in models
            }
            check_cap(run, infos)
            check_evaluators(run.evaluators)
            await self._acquire()
        except WorkbenchError as error:
            reason = sentence(error)
        else:
            await self._guarded(run, infos)
            state, reason = self._ending or (self._state_when_done(run), "")
            reason = await self._released(state, reason)
            self._report(state)
        self._around.emit(RunEnded(run_id=self.run_id, state=state, reason=reason))

    def pause(self) -> None:
        """Start no further call; what is in flight finishes."""
        self._is_paused = True
        if self._dispatch:
            self._dispatch.pause()
        self._report()

    def resume(self) -> None:
        """Go on after a pause."""
        self._is_paused = False
        if self._dispatch:
            self._dispatch.resume()
        self._report()

    def stop(self) -> None:
        """End the run now; partial texts are kept."""
        self._is_stopped = True
        self._halt(RunState.STOPPED, "")
        if self._dispatch:
            self._dispatch.cancel_calls()

    def finish(self) -> None:
        """Start nothing more, and let only what is in flight finish."""
        in_batches = isinstance(self._dispatch, BatchDispatch)
        self._halt(RunState.INTERRUPTED, _LEFT if in_batches else "")
        if self._dispatch:
            self._dispatch.end_waiting()

    def abandon(self) -> None:
        """End what could not finish in time, keeping partial texts."""
        if self._dispatch:
            self._dispatch.abandon()

    def retry(self, cells: Collection[CellKey]) -> bool:
        """Send some finished cells again, or all that failed; False if it is too late."""
        if self._dispatch is None or self._ending or not self._dispatch.is_busy:
            return False
        self._dispatch.retry(cells)
        return True

    async def _acquire(self) -> None:
        if not await self._around.ledger.acquire(self.run_id):
            raise ConflictError(
                "Another window or program is working on this run.",
                hint="Wait until it is done, or stop it there.",
            )

    async def _guarded(self, run: Run, infos: Mapping[ModelRef, ModelInfo]) -> None:
        """Work, and turn a bug into the end of this run only."""
        try:
            await self._work(run, infos)
        except Exception:
            _logger.exception("run %s ended unexpectedly", run.number)
            self._ending = (
                RunState.INTERRUPTED,
                "The run ended with an unexpected error. Look at the log, then resume it.",
            )

    async def _work(self, run: Run, infos: Mapping[ModelRef, ModelInfo]) -> None:
        try:
            dispatch = await self._begun(run, infos)
        except StorageError as error:
            self._halt(RunState.STOPPED, sentence(error))
            return
        if self._is_paused:
            dispatch.pause()
        self._dispatch = dispatch
        if self._ending and not self._cancels(dispatch):
            return
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._tell()), group.create_task(self._pulse())]
            await dispatch.run()
            for task in beside:
                task.cancel()

    def _cancels(self, dispatch: Dispatch | BatchDispatch) -> bool:
        """Have batches of an earlier start cancelled, if a person stopped the run already."""
        if not (self._is_stopped and isinstance(dispatch, BatchDispatch)):
            return False
        dispatch.send_no_more()
        dispatch.cancel_calls()
        return True

    async def _begun(
        self, run: Run, infos: Mapping[ModelRef, ModelInfo]
    ) -> Dispatch | BatchDispatch:
        ledger = self._around.ledger
        await ledger.set_state(run.id, RunState.RUNNING)
        cells = CellMap(run, await ledger.answered(run.id))
        again = self._again
        if again is not None and not again:
            again = await ledger.failed(run.id)
        known, held = await ledger.spent_pico_usd(run.id)
        make: type[Dispatch] | type[BatchDispatch]
        make = BatchDispatch if run.limits.as_batch else Dispatch
        return make(
            run,
            infos,
            self._around,
            cells=cells,
            only=again,
            budget=Budget(run.limits.max_cost_usd, known + held),
            spent_usd=from_pico(known) or Decimal(0),
            unknown_cost=await ledger.unknown_cost(run.id),
            halt=self._halt,
            changed=self._note_change,
        )

    async def _tell(self) -> None:
        """Tell of progress, also while a write waits, and give up on servers that fail."""
        told_reason, told_at = "", 0.0
        while True:
            now = time.monotonic()
            self._lose_patience()
            if self._has_changed or self._reason != told_reason or now - told_at > _TICK_S:
                self._has_changed, told_reason, told_at = False, self._reason, now
                self._report()
            await asyncio.sleep(self._around.policy.progress_s)

    async def _pulse(self) -> None:
        """Store pauses, and keep the lease."""
        ledger, policy = self._around.ledger, self._around.policy
        stored, kept_at = RunState.RUNNING, time.monotonic()
        try:
            while True:
                now = time.monotonic()
                if stored is not self._state:
                    stored = self._state
                    await ledger.set_state(self.run_id, stored)
                if now - kept_at >= policy.heartbeat_s:
                    kept_at = now
                    await ledger.keep(self.run_id)
                await asyncio.sleep(policy.progress_s)
        except ConflictError as error:
            self._holds_lease = False
            self._halt(RunState.INTERRUPTED, sentence(error))
            self.abandon()
        except StorageError as error:
            self._halt(RunState.STOPPED, sentence(error))

    def _lose_patience(self) -> None:
        """End the run if all servers that it needs have failed for too long."""
        dispatch, patience_s = self._dispatch, self._patience_s
        if dispatch is None or patience_s is None or self._is_paused or self._ending:
            return
        obstacles = dispatch.obstacles
        if obstacles.trouble_s >= patience_s and obstacles.trouble:
            self._halt(
                RunState.INTERRUPTED,
                f"{obstacles.trouble} The run ended after {patience_s:g} s without an answer. "
                "Resume it when the server answers again.",
            )
            dispatch.end_waiting()

    @property
    def _state(self) -> RunState:
        return RunState.PAUSED if self._is_paused else RunState.RUNNING

    def _state_when_done(self, run: Run) -> RunState:
        """Return where the run stands after its work: sending cells again completes nothing."""
        if self._again is None:
            return RunState.DONE
        was_left = run.state in (RunState.RUNNING, RunState.PAUSED)
        return RunState.INTERRUPTED if was_left else run.state

    @property
    def _reason(self) -> str:
        if self._ending and self._ending[1]:
            return self._ending[1]
        waiting = self._dispatch.obstacles.reason if self._dispatch else ""
        return self._around.ledger.obstacle or waiting

    def _report(self, ended: RunState | None = None) -> None:
        if self._dispatch is None:
            return
        self._around.emit(
            RunProgressed(
                progress=self._dispatch.tally.progress(
                    self.run_id,
                    ended or self._state,
                    concurrency=self._dispatch.obstacles.concurrency,
                    reason=self._reason,
                )
            )
        )

    def _halt(self, state: RunState, reason: str) -> None:
        """Start nothing more; the first cause is the one that is told."""
        if self._ending is None:
            self._ending = (state, reason)
        if self._dispatch:
            self._dispatch.send_no_more()
        self._has_changed = True

    def _note_change(self) -> None:
        self._has_changed = True

    async def _released(self, state: RunState, reason: str) -> str:
        """Store how the run ended, unless it is in other hands; return the reason to tell."""
        if not self._holds_lease:
            return reason
        try:
            await self._around.ledger.release(self.run_id, state, reason)
        except StorageError as error:
            return reason or sentence(error)
        return reason
