"""The list of datasets: what is in it, and what is done with whole datasets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.datasets import Case, Dataset, DatasetVersion
from prompt_workbench.services.base import Done
from prompt_workbench.services.datasets import DatasetListing, Datasets
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.kit.history import History

_REFRESH_MS = 50


class DatasetListPresenter(QObject):
    """Keeps the list up to date."""

    lines_changed = Signal()
    created = Signal(str)

    def __init__(
        self, datasets: Datasets, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._datasets = datasets
        self._history = history
        self._tasks = tasks
        self._loading = Latest(tasks)
        self._soon = delayed(self, _REFRESH_MS, self.refresh)
        self.listings: tuple[DatasetListing, ...] = ()
        self.loaded = False
        self.text = ""

    @property
    def lines(self) -> tuple[DatasetListing, ...]:
        """The datasets whose name contains the text of the filter."""
        wanted = self.text.casefold()
        return tuple(each for each in self.listings if wanted in each.dataset.name.casefold())

    def refresh(self) -> None:
        """Read the list again."""
        self._loading.start(self._datasets.list(), done=self._show)

    def filter(self, text: str) -> None:
        """Show only the datasets whose name contains the text."""
        self.text = text.strip()
        self.lines_changed.emit()

    def create(self, name: str, inputs: str) -> None:
        """Make a dataset of one empty case, whose inputs a comma-separated text names."""
        names = [each.strip() for each in inputs.split(",") if each.strip()]
        case = Case(inputs=dict.fromkeys(names, ""))
        work = self._datasets.create(name, (case,), message="An empty case")
        self._tasks.start(work, done=self._created)

    def rename(self, dataset_id: str, name: str) -> None:
        """Give a dataset another name."""
        self._tasks.start(self._datasets.rename(dataset_id, name), done=self._history.record)

    def delete(self, dataset: Dataset) -> None:
        """Hide a dataset, with an offer to undo that."""

        def tell(done: Done[Dataset]) -> None:
            self._history.record(done, tell=f"Deleted “{dataset.name}”.")

        self._tasks.start(self._datasets.delete(dataset.id), done=tell)

    def named(self, name: str) -> DatasetListing | None:
        """Return the dataset of that name, if there is one."""
        found = (each for each in self.listings if each.dataset.name == name.strip())
        return next(found, None)

    def on_changes(self, changes: ChangeSet) -> None:
        """Read the list again soon, when it may be different."""
        if changes.touches(Kind.DATASET):
            self._soon.start()

    def _show(self, listings: tuple[DatasetListing, ...]) -> None:
        self.listings = listings
        self.loaded = True
        self.lines_changed.emit()

    def _created(self, done: Done[DatasetVersion]) -> None:
        self._history.record(done)
        self.created.emit(done.value.dataset_id)
