"""The table of cases: what was edited stands out, and a cell is edited in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPlainTextEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.datasets.cases_model import MARK_ROLE, CasesModel, Mark
from prompt_workbench.ui.datasets.fields import LONGEST_EDITABLE
from prompt_workbench.ui.kit.table import table
from prompt_workbench.ui.theme.apply import Theme

_NARROWEST, _PER_LETTER = 72, 2
"""A column is at least so wide, and so much more for each letter of its longest text."""
_MEASURED_ROWS = 20
_LONGEST_MEASURED = 60
_EDITOR_WIDTH, _EDITOR_HEIGHT = 300, 120
_TRIGGERS = (
    QAbstractItemView.EditTrigger.DoubleClicked
    | QAbstractItemView.EditTrigger.EditKeyPressed
    | QAbstractItemView.EditTrigger.AnyKeyPressed
)
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def cases_table(model: CasesModel, name: str, theme: Theme) -> QTableView:
    """Return a view of cases; several can be marked, and cells of the model's can be edited."""
    view = table(model, name)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setEditTriggers(_TRIGGERS)
    view.setItemDelegate(_CaseDelegate(theme, view))
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    _ColumnWidths(view, model)
    return view


class _ColumnWidths(QObject):
    """Shares the width of the view between the columns, more of it to longer texts."""

    def __init__(self, view: QTableView, model: CasesModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._soon = delayed(self, 0, self._fit)
        self._measured = False
        view.viewport().installEventFilter(self)
        model.modelReset.connect(self._restart)
        model.columnsInserted.connect(self._restart)
        model.dataChanged.connect(self._measure)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._soon.start()
        return False

    def _restart(self) -> None:
        self._measured = False
        self._soon.start()

    def _measure(self) -> None:
        # Once per list: columns do not jump under the hand that edits a cell.
        if not self._measured and self._model.rowCount() and self._model.row(0) is not None:
            self._measured = True
            self._soon.start()

    def _fit(self) -> None:
        heads = self._view.horizontalHeader()
        columns = self._model.columns
        for section, each in enumerate(columns):
            heads.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            if each.width:
                heads.resizeSection(section, each.width)
        lengths = {s: self._length(s) for s, each in enumerate(columns) if not each.width}
        least = {section: _NARROWEST + _PER_LETTER * each for section, each in lengths.items()}
        taken = sum(each.width for each in columns) + sum(least.values())
        room = max(self._view.viewport().width() - taken, 0)
        for section, length in lengths.items():
            share = room * length // sum(lengths.values())
            heads.resizeSection(section, least[section] + share)

    def _length(self, section: int) -> int:
        """Return how long the texts of a column are, as far as that should widen it."""
        cells = [self._model.index(place, section) for place in range(_MEASURED_ROWS)]
        texts = [str(cell.data() or "") for cell in cells if cell.isValid()]
        longest = max(map(len, (*texts, self._model.columns[section].title)))
        return min(longest, _LONGEST_MEASURED)


class _CaseDelegate(QStyledItemDelegate):
    """Paints the marks of edited cells and edits texts of several lines."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme = theme

    @override
    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        tokens = self._theme.tokens
        match index.data(MARK_ROLE):
            case Mark.CHANGED | Mark.ADDED:
                option.backgroundBrush = QBrush(QColor(tokens.diff_added))
            case Mark.REMOVED:
                option.backgroundBrush = QBrush(QColor(tokens.diff_removed))
                option.font.setStrikeOut(True)
                option.palette.setColor(QPalette.ColorRole.Text, QColor(tokens.text_muted))

    @override
    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        text = index.data(Qt.ItemDataRole.EditRole) or ""
        editor = _CellEditor(parent, read_only=len(text) > LONGEST_EDITABLE)
        editor.setAccessibleName(f"Case {index.row() + 1}, {_title(index)}")
        editor.accepted.connect(lambda: self._finish(editor))
        return editor

    @override
    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        if isinstance(editor, _CellEditor):
            editor.setPlainText(index.data(Qt.ItemDataRole.EditRole) or "")
            editor.selectAll()

    @override
    def setModelData(
        self, editor: QWidget, model: object, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if isinstance(editor, _CellEditor) and isinstance(model, CasesModel):
            model.setData(index, editor.toPlainText())

    @override
    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        viewport = editor.parentWidget()
        if viewport is None:
            return
        place, room = option.rect, viewport.size()
        width = min(max(place.width(), _EDITOR_WIDTH), room.width())
        height = min(_EDITOR_HEIGHT, room.height())
        left = max(min(place.left(), room.width() - width), 0)
        top = max(min(place.top(), room.height() - height), 0)
        editor.setGeometry(left, top, width, height)

    def _finish(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)


class _CellEditor(QPlainTextEdit):
    """Enter accepts, Shift+Enter starts another line."""

    accepted = Signal()

    def __init__(self, parent: QWidget, *, read_only: bool) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setReadOnly(read_only)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.accepted.emit()
        else:
            super().keyPressEvent(event)


def _title(index: QModelIndex | QPersistentModelIndex) -> str:
    title = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
    return str(title)
