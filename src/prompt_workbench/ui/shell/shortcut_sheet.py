"""The list of shortcuts, made from the declared actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from prompt_workbench.ui.actions.spec import ActionSpec
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.tokens import Space

_HEADS = ("Where", "Action", "Shortcut")


class ShortcutSheet(QDialog):
    """Every action that has a shortcut, with a field that narrows the list."""

    def __init__(self, specs: Iterable[ActionSpec[Any]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(560, 560)
        rows = [(spec.menu or "", spec.title, keys(spec)) for spec in specs if spec.shortcut]
        self._field = QLineEdit()
        self._field.setAccessibleName("Narrow the list")
        self._field.setPlaceholderText("Filter")
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(self._narrow)
        self._table = QTableWidget(len(rows), len(_HEADS))
        self._table.setAccessibleName("Shortcuts")
        self._table.setHorizontalHeaderLabels(_HEADS)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        heads = self._table.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        heads.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        for number, texts in enumerate(rows):
            for section, text in enumerate(texts):
                self._table.setItem(number, section, QTableWidgetItem(text))
        self.setLayout(column(self._field, self._table, margins=Space.AROUND))

    def _narrow(self, text: str) -> None:
        wanted = text.casefold()
        for number in range(self._table.rowCount()):
            items = [self._table.item(number, section) for section in range(len(_HEADS))]
            words = " ".join(item.text() for item in items if item is not None).casefold()
            self._table.setRowHidden(number, wanted not in words)


def keys(spec: ActionSpec[Any]) -> str:
    """Return the shortcuts of an action as the keyboard of this system names them."""
    texts = (spec.shortcut or "").split("|")
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(text).toString(native) for text in texts if text)
