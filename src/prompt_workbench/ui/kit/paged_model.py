"""Table model over rows that come when they are needed, with columns declared once.

The model knows how many rows there are. `data` never waits: where a row is missing it
returns a placeholder and asks for the block of rows around it, and the view updates when
the block is there. After a refresh the rows of before stay on the screen until the new
ones have come.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from prompt_workbench.ui.bridge import TaskScope, delayed
from prompt_workbench.ui.kit.labels import tooltip
from prompt_workbench.ui.theme.fonts import interface_font

R = TypeVar("R")

ROW_ROLE = Qt.ItemDataRole.UserRole
"""The whole row, or None while it is not there."""

PLACEHOLDER = "…"
_BLOCKS_KEPT = 24
_BLOCKS_WANTED = 3
"""How many blocks are asked for at once: a fast scroll drops what it passed."""

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Fetch: TypeAlias = Callable[[int], Coroutine[Any, Any, Sequence[R]]]
"""Gets the number of a block, returns its rows."""

_NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[R]):
    """One column of a table."""

    key: str
    title: str
    text: Callable[[R], str]
    numeric: bool = False
    tooltip: Callable[[R], str] | None = None
    width: int = 0
    """In pixels; 0 lets the column take the room that is left."""
    tells_apart: bool = False
    """Whether its end tells rows apart, so that it is cut off in the middle."""
    gives_way: int = 0
    """Where the view is narrow, columns are hidden, those with the highest number first; not 0."""

    @property
    def grows(self) -> bool:
        """Whether the column becomes as wide as what is in it."""
        return self.numeric and bool(self.width)


class PagedModel(QAbstractTableModel, Generic[R]):
    """A window onto many rows, of which only some blocks are in memory."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        tasks: TaskScope,
        *,
        block_size: int = 200,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.block_size = block_size
        self._tasks = tasks
        self.figures = interface_font(tabular=True)
        """The font of numbers."""
        self._fetch: Fetch[R] | None = None
        self._count = 0
        self._blocks: OrderedDict[int, Sequence[R]] = OrderedDict()
        self._stale: dict[int, R] = {}
        self._wanted: list[int] = []
        self._coming: set[int] = set()
        self._generation = 0
        self._soon = delayed(self, 0, self._ask)

    def show_rows(self, count: int, fetch: Fetch[R]) -> None:
        """Show another list of rows from its beginning."""
        self.beginResetModel()
        self._restart(count, fetch)
        self._stale = {}
        self.endResetModel()

    def show_known(self, rows: Sequence[R]) -> None:
        """Show rows that are all there already; those that are seen first never wait."""
        size = self.block_size

        async def fetch(number: int) -> Sequence[R]:
            return rows[number * size : (number + 1) * size]

        self.beginResetModel()
        self._restart(len(rows), fetch)
        self._blocks[0] = rows[:size]
        self._stale = {}
        self.endResetModel()

    def refresh(self, count: int, fetch: Fetch[R], *, newest_first: bool = True) -> None:
        """Show the same list after it changed; selection and scroll position survive."""
        added = count - self._count
        if added < 0 or not self._count:
            self.show_rows(count, fetch)
            return
        # Two refreshes may follow each other before the rows of the first have come.
        kept = self._stale | {
            number * self.block_size + offset: row
            for number, rows in self._blocks.items()
            for offset, row in enumerate(rows)
        }
        shift = added if newest_first else 0
        stale = {position + shift: row for position, row in kept.items()}
        if added:
            first = 0 if newest_first else self._count
            self.beginInsertRows(_NO_PARENT, first, first + added - 1)
        self._restart(count, fetch)
        self._stale = stale
        if added:
            self.endInsertRows()
        self.dataChanged.emit(self.index(0, 0), self.index(count - 1, len(self.columns) - 1))

    def row(self, position: int) -> R | None:
        """Return a row if it is there, and ask for it if it is not."""
        number, offset = divmod(position, self.block_size)
        block = self._blocks.get(number)
        if block is None:
            self._want(number)
        elif offset < len(block):
            self._blocks.move_to_end(number)
            return block[offset]
        return self._stale.get(position)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._count

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self._count:
            return None
        column = self.columns[index.column()]
        if role == ROW_ROLE:
            return self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                row = self.row(index.row())
                return PLACEHOLDER if row is None else column.text(row)
            case Qt.ItemDataRole.ToolTipRole if column.tooltip is not None:
                row = self.row(index.row())
                return None if row is None else tooltip(column.tooltip(row))
            case Qt.ItemDataRole.TextAlignmentRole if column.numeric:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole if column.numeric:
                return self.figures
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].numeric:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _restart(self, count: int, fetch: Fetch[R]) -> None:
        self._generation += 1
        self._count, self._fetch = count, fetch
        self._blocks.clear()
        self._wanted.clear()
        self._coming.clear()

    def _want(self, number: int) -> None:
        if number in self._coming:
            return
        if number in self._wanted:
            self._wanted.remove(number)
        self._wanted = [*self._wanted, number][-_BLOCKS_WANTED:]
        self._soon.start()

    def _ask(self) -> None:
        if self._fetch is None:
            return
        for number in reversed(self._wanted):
            self._coming.add(number)
            self._tasks.start(self._load(number, self._generation, self._fetch))
        self._wanted.clear()

    async def _load(self, number: int, generation: int, fetch: Fetch[R]) -> None:
        try:
            rows = await fetch(number)
        finally:
            if generation == self._generation:
                self._coming.discard(number)
        if generation != self._generation:  # the list changed while this was on its way
            return
        self._blocks[number] = rows
        while len(self._blocks) > _BLOCKS_KEPT:
            self._blocks.popitem(last=False)
        first = number * self.block_size
        last = min(first + self.block_size, self._count) - 1
        for position in range(first, last + 1):
            self._stale.pop(position, None)
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
