"""The strip under the grid that opens to the plots; nothing of them is imported before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.comparisons import Run
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.compare.plot_data import durations
from prompt_workbench.ui.compare.run_presenter import RunPresenter
from prompt_workbench.ui.kit.labels import IconButton, label, line
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.plots.loading import charts_loaded
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.services.runs import Runs
    from prompt_workbench.ui.compare.run_plots import RunPlots

_FIRST_MS, _EVERY_MS = 50, 2_000
_HIGHEST, _LOWEST = 230, 150
_SHARE = 0.26


class PlotsStrip(QWidget):
    """Shows the plots of the run of a `RunPresenter` while it is open."""

    toggled = Signal(bool)
    picked = Signal(int)

    def __init__(
        self, presenter: RunPresenter, runs: Runs, tasks: TaskScope, theme: Theme, *, opened: bool
    ) -> None:
        super().__init__()
        self._presenter, self._runs, self._theme = presenter, runs, theme
        self._tasks, self._loading = tasks, Latest(tasks)
        self._plots: RunPlots | None = None
        self._opened = opened
        self._whole = 0
        self._down = IconButton("down", "Hide the plots", self.toggle, theme=theme)
        self._up = IconButton("up", "Show the plots", self.toggle, theme=theme)
        edges = (Space.AROUND, 0, Space.BETWEEN, 0)
        head = row((label("Plots", role="heading"), 1), self._up, self._down, margins=edges)
        self._column = column(line(), head, spacing=2)
        self.setLayout(self._column)
        self._soon = delayed(self, _FIRST_MS, self._load)
        presenter.totals_changed.connect(self._changed)
        presenter.run_changed.connect(self._changed)
        self._show_opened()

    @property
    def is_open(self) -> bool:
        """Whether the plots are shown."""
        return self._opened

    def toggle(self) -> None:
        """Show or hide the plots."""
        self._opened = not self._opened
        self._show_opened()
        self.toggled.emit(self._opened)

    def prepare(self) -> None:
        """Import what draws before there is something to draw; it takes half a second."""
        if self._opened:
            self._tasks.start(charts_loaded())

    def fit(self, whole: int) -> None:
        """Take a share of the height of the page."""
        self._whole = whole
        if self._plots is not None:
            self._plots.setFixedHeight(min(max(_LOWEST, round(whole * _SHARE)), _HIGHEST))

    def _show_opened(self) -> None:
        self._down.setVisible(self._opened)
        self._up.setVisible(not self._opened)
        if self._plots is not None:
            self._plots.setVisible(self._opened)
        self._changed()

    def _changed(self) -> None:
        if not self._opened or not self._presenter.totals:
            return
        wait = _EVERY_MS if self._presenter.active else _FIRST_MS
        if not self._soon.isActive() or wait < self._soon.remainingTime():
            self._soon.start(wait)

    def _load(self) -> None:
        run = self._presenter.run
        if run is not None:
            self._loading.start(self._loaded(run), done=self._show)

    async def _loaded(self, run: Run) -> tuple[type[RunPlots], Mapping[int, list[float]]]:
        await charts_loaded()
        return _run_plots(), await durations(self._runs, run)

    def _show(self, loaded: tuple[type[RunPlots], Mapping[int, list[float]]]) -> None:
        kind, found = loaded
        run = self._presenter.run
        if run is None or not self._opened:
            return
        if self._plots is None:
            self._plots = kind(self._theme)
            self.fit(self._whole)
            self._plots.picked.connect(self.picked)
            self._column.addWidget(self._plots)
        if {variant.index for variant in run.variants} == set(found):
            self._plots.show_totals(run, self._presenter.totals, found)


def _run_plots() -> type[RunPlots]:
    from prompt_workbench.ui.compare.run_plots import RunPlots

    return RunPlots
