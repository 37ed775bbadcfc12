"""The page of datasets: the cases of one, its versions, import and export."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QModelIndex
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.domain.datasets import DatasetVersion
from prompt_workbench.ui.datasets.asking import Asking
from prompt_workbench.ui.datasets.cases_table import cases_table
from prompt_workbench.ui.datasets.edit_bar import EditBar
from prompt_workbench.ui.datasets.import_panel import ImportPanel
from prompt_workbench.ui.datasets.importing import ImportPresenter
from prompt_workbench.ui.datasets.inspector import DatasetInspector
from prompt_workbench.ui.datasets.list_presenter import DatasetListPresenter
from prompt_workbench.ui.datasets.navigator import DatasetNavigator
from prompt_workbench.ui.datasets.presenter import DatasetPresenter
from prompt_workbench.ui.kit.empty_state import EmptyState
from prompt_workbench.ui.kit.labels import ElidedLabel, button, line
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.page import Page, PageContext, Target, TargetKind
from prompt_workbench.ui.kit.paged_model import ROW_ROLE
from prompt_workbench.ui.theme.tokens import Space

_NOTHING, _CASES, _EMPTY, _IMPORT = range(4)


class DatasetsPage(Page):
    """Widgets of the open dataset; what they mean is in the presenters."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        service, history = context.workbench.datasets, context.history
        self.datasets = DatasetListPresenter(service, history, self.tasks, self)
        self.presenter = DatasetPresenter(service, history, self.tasks, self)
        self.importing = ImportPresenter(service, history, self.tasks, self)
        self.asking = Asking(self, self.datasets, self.presenter, self.importing, context.notify)
        self._navigator = DatasetNavigator(
            self.datasets,
            context.theme,
            self.asking.import_file,
            self.asking.fill_menu,
        )
        self._inspector = DatasetInspector()
        self._title = ElidedLabel(role="title")
        self._facts = ElidedLabel(role="muted")
        self.cases = cases_table(self.presenter.model, "Cases", context.theme)
        self._bar = EditBar(self.presenter, self.add_case, self.remove_or_restore)
        self.panel = ImportPanel(
            self.importing, context.theme, self.datasets.named, self.show_dataset
        )
        self._places = QStackedWidget()
        self._build()
        self._connect()
        self.setAcceptDrops(True)

    @property
    def marked(self) -> tuple[int, ...]:
        """The places of the marked cases."""
        return tuple(index.row() for index in self.cases.selectionModel().selectedRows())

    @property
    def can_save(self) -> bool:
        """Whether something was edited, or is being typed into a cell."""
        return self.presenter.is_edited or self._is_typing()

    @override
    def shown(self) -> None:
        if not self.datasets.loaded:
            self.datasets.refresh()

    @override
    def open(self, target: Target) -> None:
        if target.kind is TargetKind.IMPORT:
            self.asking.import_file()
        elif target.id:
            self.presenter.open(target.id, target.detail)

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        self.datasets.on_changes(changes)
        self.presenter.on_changes(changes)

    @override
    def navigator(self) -> QWidget | None:
        return self._navigator

    @override
    def inspector(self) -> QWidget | None:
        return self._inspector

    @override
    async def finish(self) -> None:
        self._take_over()
        await self.presenter.keep_edits()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.importing.read(path)

    def add_case(self) -> None:
        """Add a case and start to type in it."""
        self.presenter.add_case()
        last = self.presenter.model.index(self.presenter.model.rowCount() - 1, 1)
        self.cases.setCurrentIndex(last)
        self.cases.scrollToBottom()
        self.cases.edit(last)

    def remove_or_restore(self) -> None:
        """Remove the marked cases, or take that back where all of them were removed."""
        if self._all_removed():
            self.presenter.restore(self.marked)
        else:
            self.presenter.remove(self.marked)
        self._show_marked()

    def save(self) -> None:
        """Ask for the message of a new version; asked twice, save it."""
        self._take_over()
        self._bar.ask_save()

    def compare(self) -> None:
        """Compare prompts on the open dataset."""
        state = self.presenter.state
        if state is not None:
            ref = f"{state.dataset.name}@{state.shown.number}"
            self.context.navigator.open(Target(kind=TargetKind.COMPARE_ON, id=ref))

    def focus_filter(self) -> None:
        """Put the cursor into the filter of the list."""
        self._navigator.focus_filter()

    def show_dataset(self) -> None:
        """Show the open dataset, or say that there is none."""
        state = self.presenter.state
        self._inspector.show_versions(state)
        if state is None:
            self._navigator.show_open("")
            self._places.setCurrentIndex(_EMPTY if not self.datasets.listings else _NOTHING)
            return
        self._navigator.show_open(state.dataset.id)
        self._title.set_text(state.dataset.name)
        self._facts.set_text(_facts(state.shown))
        self._places.setCurrentIndex(_CASES)

    def _take_over(self) -> None:
        """Take over what stands in an open cell: it does so when it loses the focus."""
        if self._is_typing():
            self.cases.setFocus()

    def _is_typing(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.cases.isAncestorOf(focused)

    def _build(self) -> None:
        head = row(
            (column(self._title, self._facts, spacing=0), 1),
            button("Export …", self.asking.export),
            button("Compare prompts on it", self.compare, kind="primary"),
            margins=(Space.AROUND, Space.INSIDE, Space.AROUND, Space.INSIDE),
        )
        self.cases.setProperty("frame", "none")
        self._places.addWidget(QWidget())
        self._places.addWidget(
            holding(column(head, line(), (self.cases, 1), line(), self._bar, spacing=0))
        )
        self._places.addWidget(
            EmptyState(
                "No dataset yet",
                "A dataset holds the cases that prompts are compared on: what goes into the "
                "prompt, and what is expected to come out. Drop a CSV or JSONL file here.",
                action=("Import a file …", self.asking.import_file),
                other=("Type a dataset …", self.asking.new),
            )
        )
        self._places.addWidget(self.panel)
        self.setLayout(column(self._places))

    def _connect(self) -> None:
        presenter = self.presenter
        presenter.opened.connect(self._show_opened)
        presenter.described.connect(self.show_dataset)
        presenter.closed.connect(self._show_closed)
        presenter.edits_changed.connect(self._show_edits)
        presenter.refused.connect(self.context.notify.show_error)
        presenter.saving_changed.connect(self.saving_changed)
        self.datasets.lines_changed.connect(self._list_changed)
        self.datasets.created.connect(presenter.open)
        self.importing.previewed.connect(lambda: self._places.setCurrentIndex(_IMPORT))
        self.importing.imported.connect(self._show_imported)
        self._navigator.chosen.connect(presenter.open)
        self._inspector.version_chosen.connect(presenter.show_version)
        marks = self.cases.selectionModel()
        marks.currentRowChanged.connect(self._show_case)
        marks.selectionChanged.connect(lambda *_: self._show_marked())
        presenter.model.dataChanged.connect(lambda *_: self._show_case(self.cases.currentIndex()))

    def _show_opened(self) -> None:
        self.show_dataset()
        self._inspector.show_case(None)
        self._show_marked()

    def _show_closed(self) -> None:
        if self.datasets.lines:
            self.presenter.open(self.datasets.lines[0].dataset.id)
        else:
            self.show_dataset()

    def _list_changed(self) -> None:
        self.panel.offer_names([each.dataset.name for each in self.datasets.listings])
        if self.presenter.state is None and self._places.currentIndex() != _IMPORT:
            self._show_closed()

    def _show_imported(self, version: DatasetVersion) -> None:
        self._places.setCurrentIndex(_NOTHING)
        self.presenter.open(version.dataset_id)

    def _show_edits(self) -> None:
        self._navigator.show_unsaved(self.presenter.unsaved())
        self._show_marked()

    def _show_case(self, index: QModelIndex) -> None:
        placed = index.data(ROW_ROLE) if index.isValid() else None
        self._inspector.show_case(placed, self.presenter.model.fields)

    def _show_marked(self) -> None:
        self._bar.show_marked(len(self.marked), removed=self._all_removed())

    def _all_removed(self) -> bool:
        return bool(self.marked) and self.presenter.edits.removed.issuperset(self.marked)


def _facts(version: DatasetVersion) -> str:
    cases = "1 case" if version.case_count == 1 else f"{version.case_count:,} cases"
    return " · ".join(filter(None, (f"v{version.number}", cases, version.message)))


def _dropped(data: QMimeData) -> Path | None:
    """Return the one file that is dragged over the page."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
