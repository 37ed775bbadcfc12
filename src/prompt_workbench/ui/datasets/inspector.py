"""Beside the cases: the versions of the dataset, and the marked case in full."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from prompt_workbench.domain.datasets import DatasetVersion, PlacedCase
from prompt_workbench.domain.imports import ColumnTarget
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.datasets.presenter import OpenDataset
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import label, tooltip
from prompt_workbench.ui.kit.layouts import column, emptied, holding
from prompt_workbench.ui.kit.plain_text import PlainText
from prompt_workbench.ui.theme.tokens import Space

_VERSION_ROLE = Qt.ItemDataRole.UserRole
_VERSIONS_HEIGHT = 150
_LINE_HEIGHT = 20
_MOST_LINES = 14
_LINE_LENGTH = 34


class DatasetInspector(QWidget):
    """Lists versions, of which one is shown, and reads a case as a whole."""

    version_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._versions = QListWidget()
        self._versions.setAccessibleName("Versions of the dataset")
        self._versions.setFixedHeight(_VERSIONS_HEIGHT)
        self._versions.setProperty("frame", "none")
        self._versions.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._versions.currentItemChanged.connect(self._choose)
        self._title = label("Case", role="heading")
        self._fields = QVBoxLayout()
        self._fields.setSpacing(Space.HALF)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(holding(column(self._fields, 1)))
        self.setLayout(
            column(
                label("Versions", role="heading"), self._versions, self._title, (scroll, 1),
                margins=Space.BETWEEN,
            )
        )  # fmt: skip
        self.show_case(None)

    def show_versions(self, state: OpenDataset | None) -> None:
        """Show the versions of a dataset, newest first."""
        self._versions.blockSignals(True)
        self._versions.clear()
        for version in state.versions if state is not None else ():
            self._versions.addItem(_version_item(version))
            if state is not None and version.id == state.shown.id:
                self._versions.setCurrentRow(self._versions.count() - 1)
        self._versions.blockSignals(False)

    def show_case(self, placed: PlacedCase | None, columns: Sequence[ColumnTarget] = ()) -> None:
        """Show every field of a case with its whole text, in the order of the columns."""
        emptied(self._fields)
        if placed is None:
            self._title.setText("Case")
            self._fields.addWidget(label("Choose a case to read it whole.", role="muted"))
            return
        self._title.setText(f"Case {placed.position + 1}")
        present = fields.fields_of([placed.case])
        for field in sorted(present, key=lambda each: _place(each, columns)):
            title = fields.title(field)
            text = fields.text_of(fields.value_of(placed.case, field))
            self._fields.addWidget(label(title, role="muted"))
            self._fields.addWidget(_reader(title, text) if text else label("none", role="muted"))

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.version_chosen.emit(item.data(_VERSION_ROLE))


def _place(field: ColumnTarget, columns: Sequence[ColumnTarget]) -> int:
    return columns.index(field) if field in columns else len(columns)


def _version_item(version: DatasetVersion) -> QListWidgetItem:
    cases = "1 case" if version.case_count == 1 else f"{version.case_count:,} cases"
    when = formats.when(version.created_at)
    words = f"v{version.number} · {cases} · {when} · {version.message}"
    item = QListWidgetItem(words.removesuffix(" · "))
    item.setData(_VERSION_ROLE, version.id)
    item.setToolTip(tooltip(words.removesuffix(" · ")))
    return item


def _reader(title: str, text: str) -> PlainText:
    """Return a viewer as high as the text needs, within bounds."""
    viewer = PlainText(title)
    lines = sum(len(line) // _LINE_LENGTH + 1 for line in text[:5000].split("\n"))
    viewer.setFixedHeight(min(lines, _MOST_LINES) * _LINE_HEIGHT + Space.AROUND)
    viewer.show_text(text)
    return viewer
