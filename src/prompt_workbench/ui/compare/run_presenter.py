"""The run on the screen: its cells and totals as they come, and what is done with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.comparisons import (
    RESUMABLE,
    Run,
    RunProgress,
    RunState,
    VariantSummary,
)
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.services.events import (
    CellFinished,
    CellStarted,
    CellText,
    Event,
    RunEnded,
    RunProgressed,
)
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.compare.grid_model import GridModel
from prompt_workbench.ui.compare.live import LiveAnswers
from prompt_workbench.ui.compare.windows import Stored, Window
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.kit.toasts import Notifier

if TYPE_CHECKING:
    from prompt_workbench.services.base import Done
    from prompt_workbench.services.workbench import Workbench

_TOTALS_MS = 400
_TOTALS_SHARE = 10
"""Totals that take long to count are counted less often: at most a tenth of the time."""
_FOREIGN_MS = 800
"""How soon the commits of another program are shown."""
_ELSEWHERE_MS = 5_000
"""How often to look whether the program that works on a run is still there."""
_GOING = (RunState.RUNNING, RunState.PAUSED)


class RunPresenter(QObject):
    """Shows one run and follows it while it goes on; turns intents into service calls."""

    run_changed = Signal()
    """Another run is shown, or its state or evaluators changed."""
    progressed = Signal()
    totals_changed = Signal()
    cell_changed = Signal(object)
    """The key of a cell that started, grew or ended."""

    def __init__(
        self,
        workbench: Workbench,
        *,
        tasks: TaskScope,
        notify: Notifier,
        history: History,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._comparisons = workbench.comparisons
        self._runs = workbench.runs
        self._tasks, self._notify, self._history = tasks, notify, history
        self.live = LiveAnswers()
        self.grid = GridModel(tasks, self)
        self.run: Run | None = None
        self.progress: RunProgress | None = None
        self.totals: tuple[VariantSummary, ...] = ()
        self._opening, self._counting = Latest(tasks), Latest(tasks)
        self._count_soon = delayed(self, _TOTALS_MS, self._count)
        self._look_soon = delayed(self, _FOREIGN_MS, self._look_again)
        self._free_soon = delayed(self, _ELSEWHERE_MS, self._free)
        stop = self._comparisons.subscribe(self._heard)
        self.destroyed.connect(lambda: stop())

    # What is shown

    def open(self, id_or_number: str | int) -> None:
        """Show a run in place of the one that is shown."""
        self._opening.start(self._runs.get(id_or_number), done=self.show)

    def show(self, run: Run) -> None:
        """Show a run that is known already."""
        self._opening.cancel()
        self._counting.cancel()
        self.run, self.totals = run, ()
        self.progress = self._progress_of(run.id)
        self.grid.show(run, self.live.of(run.id), partial(self._window, run.id))
        self.run_changed.emit()
        self.progressed.emit()
        self.totals_changed.emit()
        self._free_if_left()
        self._count()

    def leave(self) -> None:
        """Show no run."""
        self._opening.cancel()
        self._counting.cancel()
        self._free_soon.stop()
        self.run, self.progress, self.totals = None, None, ()
        self.grid.show(None, {}, partial(self._window, ""))
        self.run_changed.emit()
        self.progressed.emit()

    @property
    def active(self) -> bool:
        """Whether the run that is shown goes on or is paused, in this program."""
        return self.run is not None and self._comparisons.works_on(self.run.id)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the run that is shown goes on or is paused in another window or program."""
        return self.run is not None and self.run.state in _GOING and not self.active

    @property
    def deciding(self) -> str | None:
        """The name of the score that decides the pass rate."""
        if self.run is None or not self.run.evaluators:
            return None
        return self.run.evaluators[0].score_name

    def count(self, state: GenerationState) -> int:
        """Return how many cells of the run ended in a state, as far as it was counted."""
        names = {
            GenerationState.FAILED: "errors",
            GenerationState.TRUNCATED: "truncated",
            GenerationState.CANCELLED: "cancelled",
            GenerationState.UNKNOWN: "unknown",
        }
        return sum(getattr(summary, names[state]) for summary in self.totals)

    @property
    def answered(self) -> int:
        """How many cells have an answer, as far as it was counted."""
        return sum(summary.answered for summary in self.totals)

    def answer(self, key: CellKey) -> Stored | None:
        """Return the stored generation of a cell, if it is there."""
        return self.grid.answer(key)

    # What can be done

    @property
    def can_start(self) -> bool:
        """Whether the run can be started or gone on with."""
        return self.run is not None and not self.active and self.run.state in RESUMABLE

    @property
    def can_pause(self) -> bool:
        """Whether the run goes on."""
        return self.active and self.run is not None and self.run.state is not RunState.PAUSED

    @property
    def is_paused(self) -> bool:
        """Whether the run is paused."""
        return self.active and self.run is not None and self.run.state is RunState.PAUSED

    @property
    def is_in_batches(self) -> bool:
        """Whether the calls of the run are sent in batches."""
        return self.run is not None and self.run.limits.as_batch

    @property
    def can_retry(self) -> bool:
        """Whether there are failed cells to send again."""
        return not self.is_elsewhere and self.count(GenerationState.FAILED) > 0

    def start(self, *, cap: Decimal | None = None) -> None:
        """Start the run, or go on with it; a cap replaces the one it has."""
        if self.run is not None:
            self._tasks.start(
                self._comparisons.start(self.run.id, max_cost_usd=cap), done=self._started
            )

    def pause(self) -> None:
        """Start no further call of the run."""
        if self.run is not None:
            self._tasks.start(self._comparisons.pause(self.run.id))

    def go_on(self) -> None:
        """Go on after a pause."""
        if self.run is not None:
            self._tasks.start(self._comparisons.resume(self.run.id))

    def stop(self) -> None:
        """End the run; what was answered is kept."""
        if self.run is not None:
            self._tasks.start(self._comparisons.stop(self.run.id))

    def retry(self, cells: Sequence[CellKey] = ()) -> None:
        """Send some cells again; without cells, all that failed."""
        if self.run is not None:
            self._tasks.start(self._comparisons.retry(self.run.id, tuple(cells)))

    def rescore(self, evaluators: Sequence[EvaluatorSpec]) -> None:
        """Score the stored answers again, without calling a model."""
        if self.run is not None:
            self._tasks.start(self._runs.rescore(self.run.id, evaluators), done=self._rescored)

    def export(self, path: Path) -> None:
        """Write every cell of the run to a file."""
        if self.run is not None:
            self._tasks.start(
                self._runs.export(self.run.id, path),
                done=lambda written: self._notify.say(f"Exported to {written.name}."),
            )

    # What happens

    def on_changes(self, changes: ChangeSet) -> None:
        """Look again at what another program, or another page, may have changed."""
        if self.run is None or (changes.ids and self.run.id not in changes.ids):
            return
        seen = changes.touches(Kind.RUN, Kind.SCORE, Kind.GENERATION)
        if seen and not self.active and not self._look_soon.isActive():
            self._look_soon.start()

    def _heard(self, event: Event) -> None:
        text = self.live.heard(event)
        run = self.run
        match event:
            case CellStarted(run_id=run_id, cell=cell) if run is not None and run_id == run.id:
                self.grid.started(cell)
                self.cell_changed.emit(cell)
            case CellText(run_id=run_id, cell=cell) if run is not None and run_id == run.id:
                self.grid.grew(cell)
                self.cell_changed.emit(cell)
            case CellFinished(summary=summary) if run is not None and summary.run_id == run.id:
                self.grid.finished(summary, text)
                self.cell_changed.emit(summary.cell)
                if not self._count_soon.isActive():
                    self._count_soon.start()
            case RunProgressed(progress=progress) if run is not None and progress.run_id == run.id:
                self._show_progress(progress)
            case RunEnded(run_id=run_id, reason=reason) if run is not None and run_id == run.id:
                self._look_again(reason)

    def _show_progress(self, progress: RunProgress) -> None:
        self.progress = progress
        if self.run is not None and self.run.state is not progress.state:
            self._update(replace(self.run, state=progress.state, state_reason=progress.reason))
        self.progressed.emit()

    def _started(self, done: Done[Run]) -> None:
        if self.run is not None and self.run.id == done.value.id and self.active:
            self._update(replace(done.value, state=RunState.RUNNING, state_reason=""))

    def _rescored(self, done: Done[tuple[VariantSummary, ...]]) -> None:
        self._history.record(done, tell="Scored again; no model was called.")
        self._look_again()

    def _look_again(self, reason: str = "") -> None:
        if self.run is not None:
            self._tasks.start(self._runs.get(self.run.id), done=partial(self._looked, reason))

    def _looked(self, reason: str, run: Run) -> None:
        if self.run is None or run.id != self.run.id:
            return
        if reason and reason != run.state_reason:
            # What kept a run from going on at all stands in no run.
            self._notify.show_problem(reason)
        self.progress = self._progress_of(run.id)
        self._update(run)
        self.grid.refresh()
        self.progressed.emit()
        self._count()

    def _update(self, run: Run) -> None:
        self.run = run
        self.grid.update_run(run)
        self.run_changed.emit()
        self._free_if_left()

    def _free_if_left(self) -> None:
        """Look from time to time whether a run elsewhere was left: nobody else tells of that."""
        if self.is_elsewhere:
            self._free_soon.start()
        else:
            self._free_soon.stop()

    def _free(self) -> None:
        self._tasks.start(self._comparisons.interrupted(), done=lambda _: self._look_again())

    def _progress_of(self, run_id: str) -> RunProgress | None:
        active = self._comparisons.active()
        return next((each for each in active if each.run_id == run_id), None)

    def _count(self) -> None:
        if self.run is not None:
            self._counting.start(self._counted(self.run.id), done=self._show_totals)

    async def _counted(self, run_id: str) -> tuple[VariantSummary, ...]:
        started = time.monotonic()
        totals = await self._runs.summary(run_id)
        took_ms = round((time.monotonic() - started) * 1000)
        self._count_soon.setInterval(max(_TOTALS_MS, _TOTALS_SHARE * took_ms))
        return totals

    def _show_totals(self, totals: tuple[VariantSummary, ...]) -> None:
        self.totals = totals
        self.grid.show_totals(totals)
        self.totals_changed.emit()

    async def _window(self, run_id: str, first: int, count: int) -> Window:
        async with asyncio.TaskGroup() as group:
            cases = group.create_task(self._runs.cases(run_id, first, count))
            cells = group.create_task(self._runs.cells(run_id, first, count))
            texts = group.create_task(self._runs.texts(run_id, first, count))
        text_of = texts.result()
        return Window(
            cases={placed.position: placed.case for placed in cases.result()},
            answers={
                cell.cell: Stored(
                    summary=cell,
                    # Of a short answer the preview has the tools that it calls, too.
                    text=max(text_of.get(cell.cell, ""), cell.preview, key=len),
                )
                for cell in cells.result()
            },
        )
