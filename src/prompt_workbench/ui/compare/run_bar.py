"""Above the grid: what the run is, how far it is, what can be done, and what to know."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from prompt_workbench.ui.compare.banner_frame import BannerFrame
from prompt_workbench.ui.compare.picked_rows import chip
from prompt_workbench.ui.compare.run_presenter import RunPresenter
from prompt_workbench.ui.compare.run_words import (
    STATES,
    Step,
    banner_of,
    counts_of,
    progress_words,
    run_scope,
    run_title,
)
from prompt_workbench.ui.kit.labels import (
    ElidedLabel,
    IconButton,
    button,
)
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_STEPS = 1_000


class RunBar(QWidget):
    """Shows the run of a `RunPresenter` and steers it."""

    left = Signal(str)
    """The id of an interrupted run that the person leaves as it is."""

    def __init__(
        self, presenter: RunPresenter, theme: Theme, is_left: Callable[[str], bool]
    ) -> None:
        super().__init__()
        self._presenter, self._is_left = presenter, is_left
        self._title = ElidedLabel(role="title")
        self._scope = ElidedLabel(role="muted")
        self._state = chip("")
        self._resume = button("Resume", presenter.start)
        self._pause = IconButton("pause", "Pause", presenter.pause, theme=theme)
        self._go_on = IconButton("run", "Go on", presenter.go_on, theme=theme)
        self._stop = IconButton("stop", "Stop", presenter.stop, theme=theme)
        self._progress = QProgressBar()
        self._progress.setMaximum(_STEPS)
        self._progress.setAccessibleName("Progress of the run")
        self._words = ElidedLabel(role="muted")
        self._banner = BannerFrame(self._take)
        self.more = IconButton("more", "More", theme=theme)
        head = row(
            (column(self._title, self._scope, spacing=2), 1),
            *(self._state, self._resume, self._pause, self._go_on, self._stop, self.more),
        )
        self._bar = row(self._progress, (self._words, 1))
        self._progress.setFixedWidth(160)
        edges = (Space.AROUND, Space.INSIDE, Space.BETWEEN, Space.INSIDE)
        self.setLayout(column(head, self._bar, self._banner, margins=edges))
        presenter.run_changed.connect(self._show)
        presenter.totals_changed.connect(self._show_banner)
        presenter.progressed.connect(self._show_progress)

    def _show(self) -> None:
        run = self._presenter.run
        if run is None:
            return
        self._title.set_text(run_title(run))
        self._scope.set_text(run_scope(run))
        self._state.setText(STATES[run.state])
        self._show_progress()

    def _show_progress(self) -> None:
        presenter = self._presenter
        progress = presenter.progress
        active = presenter.active
        self._pause.setVisible(presenter.can_pause)
        self._go_on.setVisible(presenter.is_paused)
        self._stop.setVisible(active)
        shown = active and progress is not None
        self._progress.setVisible(shown)
        self._words.setVisible(shown)
        if progress is not None and shown:
            self._progress.setValue(_STEPS * progress.finished // max(progress.total, 1))
            self._words.set_text(progress_words(progress, as_batch=presenter.is_in_batches))
        self._show_banner()

    def _show_banner(self) -> None:
        presenter = self._presenter
        run = presenter.run
        if run is None:
            return
        progress = presenter.progress if presenter.active else None
        banner = banner_of(
            run,
            progress,
            counts_of(presenter.totals),
            left=self._is_left(run.id),
            elsewhere=presenter.is_elsewhere,
        )
        self._banner.show_banner(banner)
        # The banner has the button, except for a run that the person left as it is.
        self._resume.setVisible(presenter.can_start and banner is None)

    def _take(self, step: Step) -> None:
        match step:
            case Step.START | Step.RESUME:
                self._presenter.start()
            case Step.RETRY:
                self._presenter.retry()
            case Step.RAISE_CAP:
                cap = self._banner.cap()
                if cap is not None:
                    self._presenter.start(cap=cap)
            case Step.LEAVE if self._presenter.run is not None:
                self.left.emit(self._presenter.run.id)
                self._show_banner()
