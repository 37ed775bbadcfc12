"""What the status bar knows: the runs that are active, today's spend, where calls go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.kit.page import Navigator, Target, TargetKind
from prompt_workbench.ui.kit.toasts import Notifier

if TYPE_CHECKING:
    from prompt_workbench.domain.comparisons import ModelInfo, RunProgress
    from prompt_workbench.services.comparisons import InterruptedRun
    from prompt_workbench.services.costs import SpendToday
    from prompt_workbench.services.events import Event
    from prompt_workbench.services.workbench import Workbench

_SPEND_EVERY_MS = 1_000


_PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """What the active runs are doing, in words and as a share."""

    words: str
    share: float
    paused: bool
    reasons: str = ""


class Queue(QObject):
    """Follows the runs of the open project."""

    progressed = Signal(object)
    """A `QueueState`, or None when nothing runs."""
    spend_known = Signal(str)
    network_known = Signal(str, str)

    def __init__(self, notify: Notifier, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._notify = notify
        self._navigator = navigator
        self._tasks = TaskScope(self, on_error=notify.show_error)
        self._spend = Latest(self._tasks)
        self._spend_soon = delayed(self, _SPEND_EVERY_MS, self._ask_spend)
        self._workbench: Workbench | None = None
        self._active: dict[str, RunProgress] = {}
        self._unsubscribe: Callable[[], None] = lambda: None

    def follow(self, workbench: Workbench) -> None:
        """Show the runs of a project from now on."""
        self.leave()
        self._workbench = workbench
        self._unsubscribe = workbench.comparisons.subscribe(self._heard)
        self._active = {each.run_id: each for each in workbench.comparisons.active()}
        self._tell()
        self._ask_spend()
        self._tasks.start(workbench.models.list(), done=self._show_network)
        self._tasks.start(workbench.comparisons.interrupted(), done=self._offer_to_resume)

    def leave(self) -> None:
        """Forget the project before it is closed."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self._tasks.cancel()
        self._spend_soon.stop()
        self._workbench = None
        self._active.clear()
        self._tell()

    def on_changes(self, changes: ChangeSet) -> None:
        """Ask for what may be different now."""
        if changes.touches(Kind.GENERATION, Kind.RUN) and not self._spend_soon.isActive():
            self._spend_soon.start()
        if changes.touches(Kind.MODEL, Kind.SETTING) and self._workbench is not None:
            self._tasks.start(self._workbench.models.list(), done=self._show_network)

    @property
    def busy(self) -> bool:
        """Whether any run is active."""
        return bool(self._active)

    def pause(self) -> None:
        """Start no further call in any run."""
        if self._workbench is not None:
            for run_id in self._active:
                self._tasks.start(self._workbench.comparisons.pause(run_id))

    def go_on(self) -> None:
        """Go on with every paused run."""
        if self._workbench is not None:
            for run_id in self._active:
                self._tasks.start(self._workbench.comparisons.resume(run_id))

    def stop(self) -> None:
        """End every run; what has been answered is kept."""
        if self._workbench is not None:
            for run_id in self._active:
                self._tasks.start(self._workbench.comparisons.stop(run_id))

    def _heard(self, event: Event) -> None:
        # Not needed to paint the window, and a project is open before the first event.
        from prompt_workbench.services.events import RunEnded, RunProgressed, WorkerFailed

        match event:
            case RunProgressed(progress=progress):
                self._active[progress.run_id] = progress
            case RunEnded(run_id=run_id):
                self._active.pop(run_id, None)
                self._spend_soon.start()
            case WorkerFailed(message=message, hint=hint):
                self._active.clear()
                self._notify.show_problem(message, hint)
            case _:
                return
        self._tell()

    def _tell(self) -> None:
        active = list(self._active.values())
        self.progressed.emit(_state(active) if active else None)

    def _offer_to_resume(self, left: tuple[InterruptedRun, ...]) -> None:
        for each in left:
            run = each.run
            calls = "call" if each.maybe_billed == 1 else "calls"
            hint = f"{each.maybe_billed} {calls} may have been billed." if each.maybe_billed else ""
            self._notify.show_problem(
                f"Run {run.number} was interrupted when the program ended.",
                hint,
                action=("Resume", lambda run=run: self._resume(run.id)),  # type: ignore[misc]
            )

    def _resume(self, run_id: str) -> None:
        if self._workbench is not None:
            self._navigator.open(Target(kind=TargetKind.RUN, id=run_id))
            self._tasks.start(self._workbench.comparisons.resume(run_id))

    def _ask_spend(self) -> None:
        if self._workbench is not None:
            self._spend.start(self._workbench.costs.today_usd(), done=self._show_spend)

    def _show_spend(self, spend: SpendToday) -> None:
        from prompt_workbench.ui.kit import formats

        known = spend.usd is not None and spend.unknown
        more = f" + {formats.count(spend.unknown)} unknown" if known else ""
        self.spend_known.emit(f"today {formats.money(spend.usd)}{more}")

    def _show_network(self, models: tuple[ModelInfo, ...]) -> None:
        origins = sorted({model.origin for model in models if not model.local})
        if self._workbench is not None and self._workbench.models.is_offline():
            detail = "Offline is switched on: only this computer is reached."
            self.network_known.emit("offline", detail)
        elif origins:
            detail = "Calls of models that are not local go to:\n" + "\n".join(origins)
            self.network_known.emit(f"{len(origins)} endpoint{'s'[: len(origins) != 1]}", detail)
        else:
            self.network_known.emit("local", "Every model runs on this machine; no call leaves it.")


def _state(active: list[RunProgress]) -> QueueState:
    from prompt_workbench.ui.kit import formats

    total = sum(each.total for each in active)
    finished = sum(each.finished for each in active)
    paused = all(each.state.value == _PAUSED for each in active)
    share = finished / total if total else 0.0
    if paused:
        words = f"paused, {formats.count(total - finished)} left, {formats.percent(share)}"
    else:
        running = sum(each.running for each in active)
        queued = sum(each.queued for each in active)
        times = [each.remaining_s for each in active if each.remaining_s is not None]
        left = f", {formats.reckoned(max(times))} left" if times else ""
        calls = f"{formats.count(running)} running, {formats.count(queued)} queued"
        words = f"{calls}, {formats.percent(share)}{left}"
    reasons = "\n".join(each.reason for each in active if each.reason)
    if reasons:
        words += f" · {reasons.partition('. ')[0].removesuffix('.')}"
    return QueueState(words=words, share=share, paused=paused, reasons=reasons)
