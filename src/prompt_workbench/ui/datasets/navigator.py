"""The list of datasets to the left: a filter, and what to do with a dataset."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QMenu, QWidget

from prompt_workbench.domain.datasets import Dataset
from prompt_workbench.services.datasets import DatasetListing
from prompt_workbench.ui.datasets.list_presenter import DatasetListPresenter
from prompt_workbench.ui.kit.labels import IconButton, label, tooltip
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.icons import icon
from prompt_workbench.ui.theme.tokens import Space

_DATASET_ROLE = Qt.ItemDataRole.UserRole


class DatasetNavigator(QWidget):
    """Shows the datasets by name; choosing one opens it."""

    chosen = Signal(str)

    def __init__(
        self,
        presenter: DatasetListPresenter,
        theme: Theme,
        ask_import: Callable[[], object],
        fill_menu: Callable[[QMenu, Dataset], None],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._theme = theme
        self._fill_menu = fill_menu
        self._open_id = ""
        self._unsaved: frozenset[str] = frozenset()
        add = IconButton("import", "Import a dataset", ask_import, theme=theme)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter")
        self._filter.setAccessibleName("Filter datasets")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(presenter.filter)
        self._list = QListWidget()
        self._list.setAccessibleName("Datasets")
        self._list.setProperty("frame", "none")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._open_menu)
        self._list.itemSelectionChanged.connect(self._choose)
        edges = (Space.BETWEEN, Space.BETWEEN, Space.INSIDE, 0)
        head = row(label("Datasets", role="heading"), 1, add)
        self.setLayout(column(head, self._filter, (self._list, 1), margins=edges))
        presenter.lines_changed.connect(self._rebuild)
        theme.changed.connect(self._rebuild)

    def show_open(self, dataset_id: str) -> None:
        """Mark the dataset that is on the page."""
        self._open_id = dataset_id
        self._mark()

    def show_unsaved(self, dataset_ids: frozenset[str]) -> None:
        """Put a dot behind the datasets that have edits."""
        if dataset_ids != self._unsaved:
            self._unsaved = dataset_ids
            self._rebuild()

    def focus_filter(self) -> None:
        """Put the cursor into the filter field."""
        self._filter.setFocus()
        self._filter.selectAll()

    def _rebuild(self) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for listing in self._presenter.lines:
            self._list.addItem(self._item(listing))
        self._list.blockSignals(False)
        self._mark()

    def _item(self, listing: DatasetListing) -> QListWidgetItem:
        name, latest = listing.dataset.name, listing.latest
        unsaved = listing.dataset.id in self._unsaved
        item = QListWidgetItem(f"{name}  ●" if unsaved else name)
        item.setIcon(icon("datasets", self._theme.tokens.text_muted))
        item.setData(_DATASET_ROLE, listing.dataset)
        cases = "" if latest is None else f", {latest.case_count:,} cases, version {latest.number}"
        words = f"{name}{cases}{', with edits that are not saved' if unsaved else ''}"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        item.setToolTip(tooltip(words))
        return item

    def _mark(self) -> None:
        for place in range(self._list.count()):
            if self._dataset(self._list.item(place)).id == self._open_id:
                self._list.blockSignals(True)
                self._list.setCurrentRow(place)
                self._list.blockSignals(False)
                return

    def _choose(self) -> None:
        items = self._list.selectedItems()
        if items and (dataset := self._dataset(items[0])).id != self._open_id:
            self.chosen.emit(dataset.id)

    def _open_menu(self, place: QPoint) -> None:
        item = self._list.itemAt(place)
        if item is not None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._fill_menu(menu, self._dataset(item))
            menu.popup(self._list.viewport().mapToGlobal(place))

    @staticmethod
    def _dataset(item: QListWidgetItem) -> Dataset:
        dataset: Dataset = item.data(_DATASET_ROLE)
        return dataset
