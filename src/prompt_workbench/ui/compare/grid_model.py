"""The grid of a run: a row for each case, a column for each variant, fetched by windows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from prompt_workbench.domain.comparisons import Run, RunState, Variant, VariantSummary
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.generations import CellKey, GenerationSummary
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.compare.cells import (
    LOADING,
    CellView,
    Phase,
    Take,
    cell_view,
    live_take,
    stored_take,
)
from prompt_workbench.ui.compare.live import LiveAnswer
from prompt_workbench.ui.compare.windows import Fetch, Stored, Windows

CELL_ROLE = Qt.ItemDataRole.UserRole
"""The `CellView` of a cell."""
HEAD_ROLE = Qt.ItemDataRole.UserRole
"""The `Head` of a column."""
CASE_ROLE = Qt.ItemDataRole.UserRole
"""The `CaseHead` of a row."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_NO_PARENT = QModelIndex()
_MOST_VIEWS = 4_000
_ACTIVE = frozenset({RunState.RUNNING, RunState.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column: what it is, and its totals once they are known."""

    variant: Variant
    summary: VariantSummary | None
    judged: bool
    planned: int
    """How many calls the column is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """The head of a row."""

    position: int
    case: Case | None
    """None while it is on its way."""


class GridModel(QAbstractTableModel):
    """Shows one run; `data` never waits, text that streams in is told by `streamed`."""

    streamed = Signal(int, int)
    """Row and column of a cell whose text grew. `dataChanged` would be too dear for that."""

    def __init__(self, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._windows = Windows(tasks, self)
        self._windows.arrived.connect(self._window_arrived)
        self._run: Run | None = None
        self._live: Mapping[CellKey, LiveAnswer] = {}
        self._totals: Mapping[int, VariantSummary] = {}
        self._positions: Sequence[int] = range(0)
        self._repetition = 0
        self._views: dict[tuple[int, int], CellView] = {}

    # What is shown

    def show(self, run: Run | None, live: Mapping[CellKey, LiveAnswer], fetch: Fetch) -> None:
        """Show another run from its first case."""
        self.beginResetModel()
        self._run, self._live = run, live
        self._totals, self._repetition = {}, 0
        self._positions = range(0 if run is None else run.case_count)
        self._windows.show(len(self._positions), None if run is None else fetch)
        self._views.clear()
        self.endResetModel()

    def update_run(self, run: Run) -> None:
        """Take over the state of the run that is shown."""
        before, self._run = self._run, run
        if before is None or before.state is not run.state or before.evaluators != run.evaluators:
            self._changed_all()

    def refresh(self) -> None:
        """Fetch the cells again; what is on the screen stays there until they come."""
        self._windows.refresh()
        self._changed_all()

    def show_totals(self, totals: Sequence[VariantSummary]) -> None:
        """Show totals in the heads of the columns."""
        self._totals = {summary.variant: summary for summary in totals}
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def show_repetition(self, repetition: int) -> None:
        """Show another repetition in every cell."""
        self._repetition = repetition
        self._changed_all()

    def show_positions(self, positions: Sequence[int] | None) -> None:
        """Show some cases only, in ascending order; None shows all."""
        count = 0 if self._run is None else self._run.case_count
        wanted = range(count) if positions is None else tuple(positions)
        if wanted == self._positions:
            return
        self.beginResetModel()
        self._positions = wanted
        self._views.clear()
        self.endResetModel()

    @property
    def repetition(self) -> int:
        """Which repetition the cells show."""
        return self._repetition

    # What happens while it runs

    def started(self, key: CellKey) -> None:
        """Note that a call left."""
        self._changed(key)

    def grew(self, key: CellKey) -> None:
        """Note that text arrived."""
        row = self._row(key.case)
        if row is not None:
            self._views.pop((row, key.variant), None)
            self.streamed.emit(row, key.variant)

    def finished(self, summary: GenerationSummary, text: str) -> None:
        """Take over a generation that was just stored."""
        self._windows.put(Stored(summary=summary, text=text))
        self._changed(summary.cell)

    # Places

    def key_at(self, index: Index) -> CellKey | None:
        """Return the cell at an index, in the repetition that is shown."""
        if not index.isValid() or index.row() >= len(self._positions):
            return None
        case = self._positions[index.row()]
        return CellKey(case=case, variant=index.column(), repetition=self._repetition)

    def index_of(self, key: CellKey) -> QModelIndex:
        """Return where a cell is; an invalid index when its case is not shown."""
        row = self._row(key.case)
        return QModelIndex() if row is None else self.index(row, key.variant)

    def case(self, position: int) -> Case | None:
        """Return a case, if it is there."""
        return self._windows.case(position)

    def answer(self, key: CellKey) -> Stored | None:
        """Return the stored generation of a cell, if it is there."""
        return self._windows.answer(key)

    def view(self, row: int, column: int) -> CellView:
        """Return what a cell shows now."""
        found = self._views.get((row, column))
        if found is None:
            found = self._made(self._positions[row], column)
            if len(self._views) > _MOST_VIEWS:
                self._views.clear()
            if found is not LOADING:
                self._views[row, column] = found
        return found

    # Qt's side

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._positions)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() or self._run is None else len(self._run.variants)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._positions):
            return None
        match role:
            case Qt.ItemDataRole.UserRole:
                return self.view(index.row(), index.column())
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.view(index.row(), index.column()).words
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self._run is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return self._case_head(section, role)
        if not 0 <= section < len(self._run.variants):
            return None
        variant = self._run.variants[section]
        match role:
            case Qt.ItemDataRole.UserRole:
                return Head(
                    variant=variant,
                    summary=self._totals.get(variant.index),
                    judged=bool(self._run.evaluators),
                    planned=self._run.case_count * self._run.limits.repetitions,
                )
            case Qt.ItemDataRole.DisplayRole:
                return variant.title
        return None

    def _case_head(self, section: int, role: int) -> Any:
        if section >= len(self._positions):
            return None
        position = self._positions[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(position + 1)
        if role == CASE_ROLE:
            return CaseHead(position=position, case=self._windows.case(position))
        return None

    def _made(self, case: int, variant: int) -> CellView:
        run = self._run
        if run is None:
            return LOADING
        there = self._windows.case(case) is not None
        deciding = run.evaluators[0].score_name if run.evaluators else None
        takes = [
            self._take(
                CellKey(case=case, variant=variant, repetition=number), deciding, there=there
            )
            for number in range(run.limits.repetitions)
        ]
        if not there and all(take.phase is Phase.LOADING for take in takes):
            return LOADING
        return cell_view(takes, self._repetition)

    def _take(self, key: CellKey, deciding: str | None, *, there: bool) -> Take:
        live = self._live.get(key)
        if live is not None:
            return live_take(live)
        stored = self._windows.answer(key)
        if stored is not None and self._run is not None:
            return stored_take(stored, self._run.variants[key.variant], deciding)
        if not there:
            return Take(phase=Phase.LOADING)
        active = self._run is not None and self._run.state in _ACTIVE
        return Take(phase=Phase.QUEUED if active else Phase.UNSENT)

    def _row(self, case: int) -> int | None:
        if isinstance(self._positions, range):
            return case if case in self._positions else None
        row = bisect_left(self._positions, case)
        there = row < len(self._positions) and self._positions[row] == case
        return row if there else None

    def _changed(self, key: CellKey) -> None:
        row = self._row(key.case)
        if row is not None:
            self._views.pop((row, key.variant), None)
            index = self.index(row, key.variant)
            self.dataChanged.emit(index, index)

    def _changed_all(self) -> None:
        self._views.clear()
        if self.rowCount() and self.columnCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _window_arrived(self, first: int, last: int) -> None:
        rows = [row for row in map(self._row, range(first, last + 1)) if row is not None]
        if not rows:
            return
        for row in rows:
            for column in range(self.columnCount()):
                self._views.pop((row, column), None)
        top, bottom = rows[0], rows[-1]
        self.dataChanged.emit(self.index(top, 0), self.index(bottom, self.columnCount() - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, top, bottom)
