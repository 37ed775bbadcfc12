"""The status bar: the project, the queue of calls, today's spend, where calls go."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStatusBar

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import IconButton, label
from prompt_workbench.ui.kit.layouts import holding, row
from prompt_workbench.ui.shell.queue import Queue
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class StatusBar(QStatusBar):
    """Says in one line what the app is doing; the queue can be paused and stopped here."""

    def __init__(self, queue: Queue, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._queue = queue
        self._project = label("no project", role="muted")
        self._saved = label("", role="muted")
        self._words = label("", role="muted")
        self._bar = QProgressBar(maximum=1000, textVisible=False)
        self._bar.setFixedWidth(110)
        self._bar.setAccessibleName("Progress of the running calls")
        self._pause = IconButton("pause", "Pause calls", queue.pause, theme=theme, size=14)
        self._resume = IconButton("run", "Go on with calls", queue.go_on, theme=theme, size=14)
        self._stop = IconButton("stop", "Stop calls", queue.stop, theme=theme, size=14)
        self._running = holding(
            row(self._words, self._bar, self._pause, self._resume, self._stop, 1, spacing=6)
        )
        self._spend = label("", role="muted")
        self._network = label("", role="muted")
        self._build()
        queue.progressed.connect(self._show_queue)
        queue.spend_known.connect(self._show_spend)
        queue.network_known.connect(self._show_network)
        self._show_queue([])

    def show_project(self, name: str, location: str, notice: str) -> None:
        """Name the open project."""
        self._project.setText(name)
        self._project.setToolTip(location)
        self.show_saving(saving=False)
        if notice:
            self._saved.setText(notice)

    def show_saving(self, *, saving: bool) -> None:
        """Say whether everything typed is in the project file."""
        self._saved.setText("not saved yet" if saving else "saved")

    def _build(self) -> None:
        left = row(self._project, self._saved, self._running, 1, spacing=Space.AROUND)
        _indent(left)
        self.addWidget(holding(left))
        right = row(self._spend, self._network, spacing=Space.AROUND)
        _indent(right)
        self.addPermanentWidget(holding(right))

    def _show_queue(self, active: list[RunProgress]) -> None:
        self._running.setVisible(bool(active))
        if not active:
            return
        total = sum(each.total for each in active)
        finished = sum(each.finished for each in active)
        paused = all(each.state is RunState.PAUSED for each in active)
        self._bar.setValue(round(1000 * finished / total) if total else 0)
        self._pause.setVisible(not paused)
        self._resume.setVisible(paused)
        self._words.setText(_queue_words(active, paused=paused))
        reasons = [each.reason for each in active if each.reason]
        self._words.setToolTip("\n".join(reasons))

    def _show_spend(self, usd: object, unknown: int) -> None:
        spent = formats.money(usd)  # type: ignore[arg-type]
        more = f" + {unknown} unknown" if unknown else ""
        self._spend.setText(f"today {spent}{more}")
        self._spend.setToolTip("What the calls of today cost, in all runs of this project.")

    def _show_network(self, words: str, detail: str) -> None:
        self._network.setText(words)
        self._network.setToolTip(detail)


def _queue_words(active: list[RunProgress], *, paused: bool) -> str:
    total = sum(each.total for each in active)
    finished = sum(each.finished for each in active)
    share = f"{100 * finished // total} %" if total else ""
    if paused:
        return f"paused, {total - finished} left, {share}"
    running = sum(each.running for each in active)
    queued = sum(each.queued for each in active)
    times = [each.remaining_s for each in active if each.remaining_s is not None]
    left = f", {formats.seconds(max(times))} left" if times else ""
    return f"{running} running, {queued} queued, {share}{left}"


def _indent(layout: QHBoxLayout) -> None:
    layout.setContentsMargins(Space.BETWEEN, 2, Space.BETWEEN, 2)
