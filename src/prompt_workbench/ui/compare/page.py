"""The page of comparisons: put one together, watch it run, read what came out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.generations import CellKey, Generation
from prompt_workbench.ui.compare.cell_inspector import CellInspector
from prompt_workbench.ui.compare.grid_tools import GridTools
from prompt_workbench.ui.compare.grid_view import GridView
from prompt_workbench.ui.compare.plots_strip import PlotsStrip
from prompt_workbench.ui.compare.rescore_dialog import RescoreDialog
from prompt_workbench.ui.compare.run_bar import RunBar
from prompt_workbench.ui.compare.run_list import RunList, RunListModel
from prompt_workbench.ui.compare.run_presenter import RunPresenter
from prompt_workbench.ui.compare.setup_panel import SetupPanel
from prompt_workbench.ui.compare.setup_presenter import SetupPresenter
from prompt_workbench.ui.kit.dialogs import ask_save_file
from prompt_workbench.ui.kit.layouts import column, holding
from prompt_workbench.ui.kit.page import Page, PageContext, Target, TargetKind

_PLOTS_MEMORY = "compare.plots_open"
_LEFT_MEMORY = "compare.left."
_OF_A_RUN = (
    "compare.new", "compare.again", "compare.retry_failed", "compare.rescore", "compare.export",
)  # fmt: skip
_OF_A_CELL = ("compare.copy", "compare.retry_cell")
_FORMATS = "CSV (*.csv);;JSON lines (*.jsonl)"


class ComparePage(Page):
    """Shows either the form of a new comparison, or a run."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        workbench, theme = context.workbench, context.theme
        self._settings = workbench.settings
        self.setup = SetupPresenter(
            workbench, tasks=self.tasks, failed=context.notify.show_error, parent=self
        )
        self.run = RunPresenter(
            workbench,
            tasks=self.tasks,
            notify=context.notify,
            history=context.history,
            parent=self,
        )
        self._runs = RunListModel(workbench.runs, self.tasks, self)
        self._list = RunList(self._runs, theme)
        self._setup_panel = SetupPanel(context, self.setup)
        self._bar = RunBar(self.run, theme, self._is_left)
        self.grid = GridView(self.run.grid, theme)
        self.plots = PlotsStrip(
            self.run, workbench.runs, self.tasks, theme,
            opened=self._settings.remembered(_PLOTS_MEMORY) is not False,
        )  # fmt: skip
        self._inspector = CellInspector(self.run, workbench.runs, self.tasks, theme)
        self._stack = QStackedLayout(self)
        self.tools = GridTools(self.run, workbench.runs, self.tasks)
        parts = column(self._bar, self.tools, (self.grid, 1), self.plots, spacing=0)
        self._run_place = holding(parts)
        self._stack.addWidget(self._setup_panel)
        self._stack.addWidget(self._run_place)
        self._connect()
        self._runs.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plots.fit(self.height())

    @override
    def shown(self) -> None:
        self.setup.load()
        self.plots.prepare()

    @override
    def open(self, target: Target) -> None:
        if target.kind is TargetKind.RUN and target.id:
            self.run.open(target.id)
            return
        self.show_setup()
        if target.id and target.kind is TargetKind.COMPARE_ON:
            self.setup.use_dataset(target.id)
        elif target.id:
            self.setup.use_prompt(target.id, target.detail)

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        self.setup.on_changes(changes)
        self.run.on_changes(changes)
        self._runs.on_changes(changes)

    @override
    def navigator(self) -> QWidget:
        return self._list

    @override
    def inspector(self) -> QWidget:
        return self._inspector

    @override
    async def finish(self) -> None:
        self.setup.remember()

    # What can be done

    @property
    def can_run(self) -> bool:
        """Whether the form is shown and complete, or a run waits to be started."""
        return self.run.can_start if self.shows_run else self.setup.can_make

    @property
    def shows_run(self) -> bool:
        """Whether a run is shown, and not the form."""
        return self._stack.currentWidget() is self._run_place

    @property
    def selected_cell(self) -> CellKey | None:
        """The cell that is selected in the grid."""
        return self.run.grid.key_at(self.grid.currentIndex()) if self.shows_run else None

    @property
    def can_copy_cell(self) -> bool:
        """Whether Ctrl+C means the selected cell."""
        return self.selected_cell is not None and self.grid.hasFocus()

    def run_comparison(self) -> None:
        """Run what the form says, or start the run that is shown."""
        if self.shows_run:
            self.run.start()
        else:
            self._setup_panel.run()

    def show_setup(self) -> None:
        """Show the form of a new comparison."""
        self._stack.setCurrentWidget(self._setup_panel)
        self.run.leave()
        self._list.mark("")

    def compare_again(self) -> None:
        """Fill the form with what the shown run was made of."""
        run = self.run.run
        if run is not None:
            self.show_setup()
            self.setup.use_run(run)

    def retry_cell(self) -> None:
        """Send the selected cell again."""
        if self.selected_cell is not None:
            self.run.retry([self.selected_cell])

    def copy_answer(self) -> None:
        """Copy the whole answer of the selected cell."""
        key = self.selected_cell
        stored = None if key is None else self.run.answer(key)
        if stored is not None:
            whole = self.context.workbench.runs.generation(stored.summary.id)
            self.tasks.start(whole, done=_copied)

    def ask_rescore(self) -> None:
        """Ask by which evaluators the run is scored again."""
        run = self.run.run
        if run is not None:
            RescoreDialog(run.evaluators, self.context.theme, self, self.run.rescore).open()

    def ask_export(self) -> None:
        """Ask where the cells of the run are written to."""
        ask_save_file(
            self,
            title="Export run",
            filters=_FORMATS,
            suffix="csv",
            done=lambda path: self.run.export(Path(path)),
        )

    def _connect(self) -> None:
        self.setup.made.connect(self._begin)
        self.run.run_changed.connect(self._run_changed)
        self._list.opened.connect(self.run.show)
        self._list.new_asked.connect(self.show_setup)
        self._runs.modelReset.connect(self._mark)
        self._bar.more.clicked.connect(self._open_run_menu)
        self._bar.left.connect(lambda run_id: self._settings.remember(_LEFT_MEMORY + run_id, True))
        self.tools.repetition_chosen.connect(self._show_repetition)
        self._inspector.repetition_chosen.connect(self._show_repetition)
        self.grid.cell_selected.connect(self._inspector.show_cell)
        self.grid.cell_opened.connect(self._open_cell)
        self.grid.customContextMenuRequested.connect(self._open_cell_menu)
        self.plots.toggled.connect(lambda on: self._settings.remember(_PLOTS_MEMORY, on))
        self.plots.picked.connect(self.grid.show_variant)

    def _begin(self, run: Run) -> None:
        self.run.show(run)
        self.run.start()
        self._runs.refresh()

    def _run_changed(self) -> None:
        if self.run.run is not None:
            self._stack.setCurrentWidget(self._run_place)
            self._mark()

    def _mark(self) -> None:
        run = self.run.run
        self._list.mark("" if run is None else run.id)

    def _show_repetition(self, repetition: int) -> None:
        self.run.grid.show_repetition(repetition)
        self.tools.show_repetition(repetition)
        self._inspector.show_cell(self.selected_cell)

    def _open_run_menu(self) -> None:
        below = self._bar.more.rect().bottomLeft()
        self.open_menu(self._bar.more, below, *_OF_A_RUN)

    def _open_cell_menu(self, place: QPoint) -> None:
        if self.grid.indexAt(place).isValid():
            self.open_menu(self.grid.viewport(), place, *_OF_A_CELL)

    def _open_cell(self, key: CellKey) -> None:
        self._inspector.show_cell(key)
        self._inspector.focus()

    def _is_left(self, run_id: str) -> bool:
        return self._settings.remembered(_LEFT_MEMORY + run_id) is True


def _copied(generation: Generation) -> None:
    QGuiApplication.clipboard().setText(generation.body.text)
