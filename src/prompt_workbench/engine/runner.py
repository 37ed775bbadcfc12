"""Runs comparisons: what a person orders becomes executions, one for each run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from prompt_workbench.domain.generations import CellKey
from prompt_workbench.engine.batch_ports import Batching
from prompt_workbench.engine.execution import Execution
from prompt_workbench.engine.gates import Gates
from prompt_workbench.engine.policy import DEFAULT_POLICY, Policy
from prompt_workbench.engine.ports import Ledger, Models, TemplateRenderer
from prompt_workbench.engine.protocol import Event
from prompt_workbench.engine.surroundings import Surroundings
from prompt_workbench.providers.base import Timeouts


class Runner:
    """Works on runs side by side; bound to the event loop it is used on."""

    def __init__(
        self,
        ledger: Ledger,
        models: Models,
        renderer: TemplateRenderer,
        emit: Callable[[Event], None],
        *,
        timeouts: Timeouts | None = None,
        policy: Policy = DEFAULT_POLICY,
        batching: Batching | None = None,
    ) -> None:
        self._gates = Gates(policy)
        self._around = Surroundings(
            ledger=ledger,
            models=models,
            renderer=renderer,
            gates=self._gates,
            emit=emit,
            policy=policy,
            timeouts=timeouts or Timeouts(),
            batching=batching,
        )
        self._executions: dict[str, tuple[Execution, asyncio.Task[None]]] = {}
        self._is_closing = False

    def start(self, run_id: str, *, patience_s: float | None = None) -> None:
        """Send the cells of a run that have no answer; nothing changes if it is at work.

        Args:
            run_id: The run.
            patience_s: How long to wait for servers that fail before the run ends; None
                waits without end.
        """
        if run_id not in self._executions:
            self._begin(Execution(run_id, self._around, patience_s=patience_s))

    def pause(self, run_id: str) -> None:
        """Start no further call of a run; what is in flight finishes."""
        if found := self._executions.get(run_id):
            found[0].pause()

    def resume(self, run_id: str) -> None:
        """Go on with a run after a pause."""
        if found := self._executions.get(run_id):
            found[0].resume()

    def stop(self, run_id: str) -> None:
        """End a run now; partial texts are kept."""
        if found := self._executions.get(run_id):
            found[0].stop()

    def retry(
        self, run_id: str, cells: Collection[CellKey] = (), *, patience_s: float | None = None
    ) -> None:
        """Send some cells of a run again, or all that failed; for patience see `start`."""
        found = self._executions.get(run_id)
        if found is None:
            self._begin(Execution(run_id, self._around, again=cells, patience_s=patience_s))
        elif not found[0].retry(cells):
            found[1].add_done_callback(lambda _: self.retry(run_id, cells, patience_s=patience_s))

    async def wait(self) -> None:
        """Return when no run is being worked on."""
        while self._executions:
            await asyncio.wait([task for _, task in self._executions.values()])

    async def close(self) -> None:
        """Start nothing more, commit what is in flight, and end what does not finish in time."""
        self._is_closing = True
        running = list(self._executions.values())
        for execution, _ in running:
            execution.finish()
        if not running:
            return
        tasks = [task for _, task in running]
        _, late = await asyncio.wait(tasks, timeout=self._around.policy.finish_within_s)
        for execution, _ in running:
            execution.abandon()
        if late:
            await asyncio.wait(late)
        self._gates.close()

    def _begin(self, execution: Execution) -> None:
        if self._is_closing:
            return
        task = asyncio.create_task(execution.run())
        self._executions[execution.run_id] = (execution, task)
        task.add_done_callback(lambda _: self._executions.pop(execution.run_id))
