"""The row above the grid: which cases, and which repetition, are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.compare.case_filter import CaseFilter, matching_cases
from prompt_workbench.ui.compare.run_presenter import RunPresenter
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import row
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.services.runs import Runs


class GridTools(QWidget):
    """Filters the cases of the run of a `RunPresenter`."""

    repetition_chosen = Signal(int)

    def __init__(self, presenter: RunPresenter, runs: Runs, tasks: TaskScope) -> None:
        super().__init__()
        self._presenter, self._runs = presenter, runs
        self._finding = Latest(tasks)
        self._run_id = ""
        self._filter = QComboBox()
        self._filter.setAccessibleName("Cases that are shown")
        self._filter.addItems([each.value for each in CaseFilter])
        self._filter.activated.connect(self._choose)
        self._repetition = QComboBox()
        self._repetition.setAccessibleName("Repetition that is shown")
        self._repetition.activated.connect(self.repetition_chosen)
        self._count = label(role="muted")
        show = label("Show", role="muted")
        edges = (Space.AROUND, 0, Space.BETWEEN, Space.INSIDE)
        self.setLayout(row(show, self._filter, self._count, 1, self._repetition, margins=edges))
        presenter.run_changed.connect(self._run_changed)

    @property
    def chosen(self) -> CaseFilter:
        """Which cases are wanted."""
        return CaseFilter(self._filter.currentText())

    def choose(self, wanted: CaseFilter) -> None:
        """Show these cases only."""
        self._filter.setCurrentText(wanted.value)
        self._choose()

    def show_repetition(self, repetition: int) -> None:
        """Show which repetition is on the screen."""
        self._repetition.setCurrentIndex(repetition)

    def _run_changed(self) -> None:
        run = self._presenter.run
        if run is None:
            self._run_id = ""
            return
        if run.id != self._run_id:
            self._run_id = run.id
            self._finding.cancel()
            self._filter.setCurrentIndex(0)
            self._count.clear()
            count = run.limits.repetitions
            self._repetition.clear()
            self._repetition.addItems(
                [f"repetition {number} of {count}" for number in range(1, count + 1)]
            )
            self._repetition.setVisible(count > 1)
        elif not self._presenter.active:
            self._choose()

    def _choose(self) -> None:
        run, wanted = self._presenter.run, self.chosen
        if run is None:
            return
        if wanted is CaseFilter.ALL:
            self._finding.cancel()
            self._show(None)
        else:
            self._finding.start(matching_cases(self._runs, run, wanted), done=self._show)

    def _show(self, positions: list[int] | None) -> None:
        run = self._presenter.run
        if run is None:
            return
        self._presenter.grid.show_positions(positions)
        of_all = f"of {formats.count(run.case_count)}"
        words = "" if positions is None else f"{formats.count(len(positions))} {of_all}"
        self._count.setText(words)
