"""What is counted while a run goes on: finished cells, cost, and the time that is left."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from prompt_workbench.domain.comparisons import Run, RunProgress, RunState
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.domain.usage import Cost
from prompt_workbench.engine.cells import CellMap, Mark

_WINDOW_S = 30
_NOTHING = Decimal(0)


class Pace:
    """How many cells per second one model finished lately."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started = clock()
        self._seconds: deque[tuple[int, int]] = deque(maxlen=_WINDOW_S)

    def note(self) -> None:
        """Count a finished cell."""
        second = int(self._clock())
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1] = (second, self._seconds[-1][1] + 1)
        else:
            self._seconds.append((second, 1))

    def per_second(self) -> float:
        """Return the rate over the last half minute."""
        now = self._clock()
        recent = sum(count for second, count in self._seconds if second > now - _WINDOW_S)
        return recent / max(1.0, min(now - self._started, _WINDOW_S))


class Tally:
    """The counts of one execution of a run."""

    def __init__(
        self,
        total: int,
        waiting: Mapping[str, int],
        *,
        idle: int = 0,
        spent_usd: Decimal = _NOTHING,
        unknown_cost: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start counting.

        Args:
            total: How many cells the run has.
            waiting: How many cells each model has to do.
            idle: How many cells have no final state and are not to be done now.
            spent_usd: What the run has cost before.
            unknown_cost: How many calls before had no known cost.
            clock: Tells the time in seconds.
        """
        self._clock = clock
        self._total = total
        self._idle = idle
        self._waiting = Counter(waiting)
        self._paces = {model: Pace(clock) for model in waiting}
        self._cost = spent_usd
        self._has_cost = spent_usd > 0
        self._unknown_cost = unknown_cost
        self._failed = 0
        self.foresees = True
        """Whether the time that is left can be told from the pace."""
        self.running = 0
        """Calls that were admitted and have no final state yet."""

    @property
    def left(self) -> int:
        """Cells that are to be done and have no final state yet."""
        return self._waiting.total()

    def has_left(self, model: str) -> bool:
        """Return whether cells of a model are to be done."""
        return self._waiting[model] > 0

    def again(self, model: str, *, failed: bool) -> None:
        """Note that a finished cell of a model is to be done once more."""
        self._waiting[model] += 1
        self._failed -= failed
        self._paces.setdefault(model, Pace(self._clock))

    def finished(self, model: str, summary: GenerationSummary) -> None:
        """Count a cell that reached a final state."""
        self._waiting[model] -= 1
        self._paces[model].note()
        self._failed += summary.state is GenerationState.FAILED
        self.spent(summary.cost)

    def spent(self, cost: Cost) -> None:
        """Count what a call cost, whether its cell goes on or not."""
        if cost.usd is None:
            self._unknown_cost += 1
        else:
            self._has_cost = True
            self._cost += cost.usd

    def progress(
        self, run_id: str, state: RunState, *, concurrency: Mapping[str, int], reason: str
    ) -> RunProgress:
        """Return how far the run is."""
        return RunProgress(
            run_id=run_id,
            state=state,
            total=self._total,
            finished=self._total - self._idle - self.left,
            running=self.running,
            queued=max(0, self.left - self.running),
            failed=self._failed,
            cost_usd=self._cost if self._has_cost else None,
            unknown_cost=self._unknown_cost,
            remaining_s=self._remaining_s() if self._can_tell(state) else None,
            concurrency=dict(concurrency),
            reason=reason,
        )

    def _can_tell(self, state: RunState) -> bool:
        return self.foresees and state is RunState.RUNNING

    def _remaining_s(self) -> float | None:
        longest = 0.0
        for model, cells in self._waiting.items():
            rate = self._paces[model].per_second()
            if cells and not rate:
                return None
            longest = max(longest, cells / rate if cells else 0.0)
        return longest


def new_tally(
    run: Run,
    cells: CellMap,
    only: Sequence[CellKey] | None,
    *,
    spent_usd: Decimal,
    unknown_cost: int,
) -> Tally:
    """Return the tally of an execution of what waits, or of some cells only."""
    models = [str(variant.model) for variant in run.variants]
    waiting = Counter[str]()
    for model, count in zip(models, cells.waiting_by_variant(), strict=True):
        waiting[model] += count
    if only is None:
        return Tally(run.cell_count, waiting, spent_usd=spent_usd, unknown_cost=unknown_cost)
    # A run that is done has no cells to come back to, whatever became of the others.
    untouched = 0 if run.state is RunState.DONE else waiting.total()
    idle = max(0, untouched - sum(cells[cell] is Mark.WAITING for cell in only))
    again = Counter(models[cell.variant] for cell in only)
    return Tally(run.cell_count, again, idle=idle, spent_usd=spent_usd, unknown_cost=unknown_cost)
