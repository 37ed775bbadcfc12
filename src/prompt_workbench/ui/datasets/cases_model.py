"""The cases of a version as a table, with what was edited laid over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from typing_extensions import override

from prompt_workbench.domain.case_edits import CaseEdits
from prompt_workbench.domain.datasets import PlacedCase
from prompt_workbench.domain.imports import ColumnTarget
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.kit.paged_model import Column, Fetch, Index, PagedModel

MARK_ROLE = Qt.ItemDataRole.UserRole + 1
"""What happened to the cell since the version, a `Mark`; or None."""

_NO_EDITS = CaseEdits(base_count=0)
_NUMBER_WIDTH = 52


class Mark(Enum):
    """How a case differs from the version."""

    CHANGED = auto()
    ADDED = auto()
    REMOVED = auto()


class CasesModel(PagedModel[PlacedCase]):
    """Rows are cases in their order; the first column is their number."""

    def __init__(
        self,
        tasks: TaskScope,
        edit: Callable[[int, ColumnTarget, str], bool] | None = None,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__((_NUMBER,), tasks, parent=parent)
        self._edit = edit
        self._edits = _NO_EDITS
        self.fields: tuple[ColumnTarget, ...] = ()
        self.editable = False

    def show_cases(
        self,
        shown: Sequence[ColumnTarget],
        fetch: Fetch[PlacedCase],
        edits: CaseEdits,
        *,
        editable: bool = False,
    ) -> None:
        """Show the cases of another version."""
        self.fields = tuple(shown)
        self.columns = (_NUMBER, *map(_column, shown))
        self.editable = editable
        self._edits = edits
        self.show_rows(edits.count, fetch)

    def show_edits(self, edits: CaseEdits) -> None:
        """Show what is edited by now; rows come and go at the end."""
        before, after = self._edits.count, edits.count
        if after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
        elif after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
        self._edits, self._count = edits, after
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        if after:
            self.dataChanged.emit(self.index(0, 0), self.index(after - 1, len(self.columns) - 1))

    def add_fields(self, more: Sequence[ColumnTarget]) -> None:
        """Show columns for fields that no case before had."""
        new = [field for field in more if field not in self.fields]
        if new:
            first = len(self.columns)
            self.beginInsertColumns(QModelIndex(), first, first + len(new) - 1)
            self.fields = (*self.fields, *new)
            self.columns = (*self.columns, *map(_column, new))
            self.endInsertColumns()

    def original(self, position: int) -> PlacedCase | None:
        """Return the case of the version itself, if it is there by now."""
        return super().row(position) if position < self._edits.base_count else None

    @override
    def row(self, position: int) -> PlacedCase | None:
        case = self._edits.case_at(position)
        return super().row(position) if case is None else PlacedCase(position=position, case=case)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_open = self.editable and index.isValid() and index.row() not in self._edits.removed
        return flags | Qt.ItemFlag.ItemIsEditable if is_open and index.column() else flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == MARK_ROLE:
            return self._mark(index.row(), index.column())
        if role == Qt.ItemDataRole.EditRole and index.column():
            placed = self.row(index.row())
            field = self.fields[index.column() - 1]
            return None if placed is None else fields.text_of(fields.value_of(placed.case, field))
        return super().data(index, role)

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self._edit is None or not index.column():
            return False
        return self._edit(index.row(), self.fields[index.column() - 1], str(value))

    def _mark(self, position: int, column: int) -> Mark | None:
        if position >= self._edits.base_count:
            return Mark.ADDED
        if position in self._edits.removed:
            return Mark.REMOVED
        if position not in self._edits.changed or not column:
            return None
        edited, original = self._edits.changed[position], self.original(position)
        field = self.fields[column - 1]
        same = original is not None and fields.value_of(edited, field) == fields.value_of(
            original.case, field
        )
        return None if same else Mark.CHANGED


def _number(placed: PlacedCase) -> str:
    return str(placed.position + 1)


def _text(placed: PlacedCase, *, field: ColumnTarget) -> str:
    return fields.shown(fields.value_of(placed.case, field))


def _column(field: ColumnTarget) -> Column[PlacedCase]:
    return Column(
        key=f"{field.role}.{field.name}",
        title=fields.title(field),
        text=partial(_text, field=field),
    )


_NUMBER: Column[PlacedCase] = Column(
    key="number", title="#", text=_number, numeric=True, width=_NUMBER_WIDTH
)
