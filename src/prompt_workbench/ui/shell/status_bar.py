"""The status bar: the project, the queue of calls, today's spend, where calls go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStatusBar

from prompt_workbench.ui.kit.labels import ElidedLabel, IconButton, label, tooltip
from prompt_workbench.ui.kit.layouts import holding, row
from prompt_workbench.ui.shell.queue import Queue, QueueState
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import ProjectInfo

_STEPS = 1000


class StatusBar(QStatusBar):
    """Says in one line what the app is doing; the queue can be paused and stopped here."""

    def __init__(self, queue: Queue, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName("Status")
        self.setSizeGripEnabled(False)
        self._queue = queue
        self._project = label("no project", role="muted")
        self._saved = ElidedLabel(role="muted", snug=True)
        self._lasting = ""
        """What is to be known of the project as long as it is open."""
        self._words = ElidedLabel(role="muted", snug=True)
        self._bar = QProgressBar(maximum=_STEPS, textVisible=False)
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
        self._show_queue(None)

    def show_project(self, project: ProjectInfo) -> None:
        """Name the open project; what is to be known of it makes way once something is saved."""
        self._project.setText(project.name)
        self._project.setToolTip(tooltip(project.location))
        self._lasting = project.notice if project.read_only else ""
        self._say_of_saving(project.notice or "saved")

    def show_saving(self, *, saving: bool) -> None:
        """Say whether everything typed is in the project file."""
        words = "not saved yet" if saving else "" if self._lasting else "saved"
        self._say_of_saving(" · ".join(filter(None, (words, self._lasting))))

    def _say_of_saving(self, words: str) -> None:
        self._saved.set_text(words)
        self._saved.setToolTip(tooltip(words))

    def _build(self) -> None:
        left = row(self._project, self._saved, self._running, 1, spacing=Space.AROUND)
        _indent(left)
        self.addWidget(holding(left))
        right = row(self._spend, self._network, spacing=Space.AROUND)
        _indent(right)
        self.addPermanentWidget(holding(right))

    def _show_queue(self, state: QueueState | None) -> None:
        self._running.setVisible(state is not None)
        if state is None:
            return
        self._bar.setValue(round(_STEPS * state.share))
        self._pause.setVisible(not state.paused)
        self._resume.setVisible(state.paused)
        self._words.set_text(state.words)
        self._words.setToolTip(tooltip(state.reasons))

    def _show_spend(self, words: str) -> None:
        self._spend.setText(words)
        self._spend.setToolTip("What the calls of today cost, in all runs of this project.")

    def _show_network(self, words: str, detail: str) -> None:
        self._network.setText(words)
        self._network.setToolTip(tooltip(detail))


def _indent(layout: QHBoxLayout) -> None:
    layout.setContentsMargins(Space.BETWEEN, 2, Space.BETWEEN, 2)
