"""The list of runs, newest first: what each compared, how it stands and how it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.comparisons import Run, RunKind, VariantSummary
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.compare.run_words import STATES
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize, Space

if TYPE_CHECKING:
    from prompt_workbench.services.runs import Runs

RUN_ROLE = Qt.ItemDataRole.UserRole
"""The run of a row."""
DETAIL_ROLE = Qt.ItemDataRole.UserRole + 1
"""The second line of a row."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_PAGE = 60
_LARGEST = 20_000
"""Totals of a run with more cells than this are counted only when it is opened."""
_ROW_HEIGHT = 46
_REFRESH_MS = 300


class RunListModel(QAbstractListModel):
    """Runs, fetched page by page; how they did is counted when they come into sight."""

    def __init__(self, runs: Runs, tasks: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._runs, self._tasks = runs, tasks
        self._rows: list[Run] = []
        self._rates: dict[tuple[str, str], str] = {}
        self._whole = False
        self._loading = Latest(tasks)
        self._more_coming = False
        self._soon = delayed(self, _REFRESH_MS, self.refresh)

    def refresh(self) -> None:
        """Look for new runs, and at how those that are shown stand now."""
        count = max(_PAGE, len(self._rows))
        self._loading.start(self._page(None, count), done=self._show)

    def on_changes(self, changes: ChangeSet) -> None:
        """Look again, soon, at runs that changed."""
        if changes.touches(Kind.RUN):
            if changes.touches(Kind.SCORE):
                self._rates.clear()
            if not self._soon.isActive():
                self._soon.start()

    def row_of(self, run_id: str) -> int:
        """Return where a run is; -1 when it is not in the list."""
        return next((place for place, run in enumerate(self._rows) if run.id == run_id), -1)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        run = self._rows[index.row()]
        if role == RUN_ROLE:
            return run
        if role == DETAIL_ROLE:
            return self._detail(run)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{run.number}  {run.name}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"Run {run.number}, {run.name}, {self._detail(run)}"
        return None

    @override
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and bool(self._rows) and not self._whole

    @override
    def fetchMore(self, parent: Index) -> None:
        if not self._more_coming and self._rows:
            self._more_coming = True
            self._tasks.start(self._more(self._rows[-1].number), done=self._append)

    async def _page(self, before: int | None, limit: int) -> tuple[Run, ...]:
        return await self._runs.page(before, limit, RunKind.COMPARISON)

    async def _more(self, before: int) -> tuple[Run, ...]:
        try:
            return await self._page(before, _PAGE)
        finally:
            self._more_coming = False

    def _show(self, runs: Sequence[Run]) -> None:
        if [run.id for run in runs] == [run.id for run in self._rows]:
            self._rows = list(runs)
            if runs:
                self.dataChanged.emit(self.index(0), self.index(len(runs) - 1))
            return
        self.beginResetModel()
        self._rows = list(runs)
        self._whole = len(runs) < _PAGE
        self.endResetModel()

    def _append(self, runs: Sequence[Run]) -> None:
        known = {run.id for run in self._rows}
        added = [run for run in runs if run.id not in known]
        self._whole = len(runs) < _PAGE
        if added:
            first = len(self._rows)
            self.beginInsertRows(_NO_PARENT, first, first + len(added) - 1)
            self._rows += added
            self.endInsertRows()

    def _detail(self, run: Run) -> str:
        rate = self._rate(run)
        return " · ".join(filter(None, (STATES[run.state], rate, formats.when(run.created_at))))

    def _rate(self, run: Run) -> str:
        if not run.evaluators or run.cell_count > _LARGEST:
            return ""
        key = (run.id, run.state.value)
        if key not in self._rates:
            self._rates[key] = ""
            self._tasks.start(
                self._runs.summary(run.id), done=lambda totals: self._show_rate(key, totals)
            )
        return self._rates[key]

    def _show_rate(self, key: tuple[str, str], totals: Sequence[VariantSummary]) -> None:
        self._rates[key] = rates_text(totals)
        row_number = self.row_of(key[0])
        if row_number >= 0:
            self.dataChanged.emit(self.index(row_number), self.index(row_number))


def rates_text(totals: Sequence[VariantSummary]) -> str:
    """Return the lowest and the highest pass rate of the variants."""
    rates = sorted(each.pass_rate for each in totals if each.pass_rate is not None)
    if not rates:
        return ""
    low, high = formats.percent(rates[0]), formats.percent(rates[-1])
    return f"{low} pass" if low == high else f"{low.removesuffix(' %')}–{high} pass"


class RunList(QWidget):
    """The navigator of the page."""

    opened = Signal(object)
    new_asked = Signal()

    def __init__(self, model: RunListModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._view = QListView()
        self._view.setAccessibleName("Runs, newest first")
        self._view.setProperty("frame", "none")
        self._view.setUniformItemSizes(True)
        self._view.setItemDelegate(_RunPainter(theme, self._view))
        self._view.setModel(model)
        self._view.activated.connect(self._open)
        self._view.clicked.connect(self._open)
        self._none = label(
            "Runs of comparisons are listed here, newest first.", role="muted", wrap=True
        )
        head = row((label("Runs", role="heading"), 1), button("New", self.new_asked.emit))
        edges = (Space.BETWEEN, Space.INSIDE, Space.INSIDE, Space.INSIDE)
        self.setLayout(column(head, self._none, (self._view, 1), margins=edges))
        model.modelReset.connect(self._show_none)
        self._show_none()

    def mark(self, run_id: str) -> None:
        """Mark the run that is shown; an empty id marks none."""
        place = self._model.row_of(run_id)
        if place < 0:
            self._view.clearSelection()
        else:
            self._view.setCurrentIndex(self._model.index(place))

    def _open(self, index: QModelIndex) -> None:
        run = index.data(RUN_ROLE)
        if isinstance(run, Run):
            self.opened.emit(run)

    def _show_none(self) -> None:
        self._none.setVisible(not self._model.rowCount())


class _RunPainter(QStyledItemDelegate):
    """Paints number and name, and below them state, pass rates and time."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = interface_font(FontSize.SMALL)
        self._small = interface_font(FontSize.SMALL - 1)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        style = option.widget.style()
        style.drawPrimitive(
            QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget
        )
        tokens = self._theme.tokens
        area = QRect(option.rect).adjusted(Space.INSIDE, 4, -Space.INSIDE, -4)
        half = area.height() // 2
        for font, role, colour, top in (
            (self._font, Qt.ItemDataRole.DisplayRole, tokens.text, area.top()),
            (self._small, DETAIL_ROLE, tokens.text_muted, area.top() + half),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            metrics = QFontMetrics(font)
            words = str(index.data(role) or "")
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
            place = QRect(area.left(), top, area.width(), half)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown
            )
