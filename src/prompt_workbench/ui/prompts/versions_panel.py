"""The versions of the prompt, newest first, and what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from prompt_workbench.domain.prompts import VersionSummary
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.paged_model import Column

_NO_PARENT = QModelIndex()
_NARROW = 600
_LEFT_OUT = frozenset({"branch", "author"})

COLUMNS: tuple[Column[VersionSummary], ...] = (
    Column(key="number", title="Version", text=lambda row: f"v{row.number}", width=64),
    Column(key="message", title="Message", text=lambda row: row.message),
    Column(key="labels", title="Labels", text=lambda row: ", ".join(row.labels), width=130),
    Column(key="branch", title="Branch", text=lambda row: row.branch, width=90),
    Column(key="author", title="Author", text=lambda row: row.author, width=90),
    Column(key="date", title="Saved", text=lambda row: formats.when(row.created_at), width=90),
)


class VersionsModel(QAbstractTableModel):
    """All versions of one prompt: few enough to be held whole."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.versions: tuple[VersionSummary, ...] = ()
        self._base_id = ""

    def show_versions(self, versions: Sequence[VersionSummary], base_id: str) -> None:
        """Show these versions, marking the one that the editor stands on."""
        self.beginResetModel()
        self.versions = tuple(versions)
        self._base_id = base_id
        self.endResetModel()

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.versions)

    @override
    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        version, column = self.versions[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                mark = "● " if column.key == "number" and version.id == self._base_id else ""
                return mark + column.text(version)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.title} {column.text(version)}"
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        return None


class VersionsTable(QTableView):
    """The list of versions; one or two can be chosen."""

    chosen = Signal()
    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Versions")
        self.setProperty("frame", "none")
        self.versions = VersionsModel(self)
        self.setModel(self.versions)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for section, column in enumerate(COLUMNS):
            if column.width:
                heads.resizeSection(section, column.width)
            else:
                heads.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.doubleClicked.connect(lambda _: self.opened.emit())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        for section, column in enumerate(COLUMNS):
            self.setColumnHidden(section, narrow and column.key in _LEFT_OUT)

    def show_versions(self, versions: Sequence[VersionSummary], base_id: str) -> None:
        """Show the versions of a prompt; what was chosen stays chosen."""
        kept = {version.id for version in self.selected()}
        self.versions.show_versions(versions, base_id)
        rows = [row for row, version in enumerate(versions) if version.id in kept]
        for row in rows[:2]:
            self.selectRow(row)

    def selected(self) -> list[VersionSummary]:
        """Return the chosen versions, newest first."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.versions.versions[row] for row in rows]
