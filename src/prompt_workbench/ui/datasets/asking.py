"""What is asked before something is done with a dataset, and the menu of a dataset."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from prompt_workbench.domain.datasets import Dataset
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.datasets.importing import ImportPresenter
from prompt_workbench.ui.datasets.list_presenter import DatasetListPresenter
from prompt_workbench.ui.datasets.new_dialog import NewDatasetDialog
from prompt_workbench.ui.datasets.presenter import DatasetPresenter
from prompt_workbench.ui.kit.dialogs import ask_open_file, ask_save_file, ask_text
from prompt_workbench.ui.kit.toasts import Notifier

_OPENED = "Tables and JSON lines (*.csv *.tsv *.txt *.jsonl *.ndjson)"
_SAVED = "CSV (*.csv);;JSON lines (*.jsonl)"


class Asking:
    """Opens the dialogs of the page, and gives their answers to the presenters."""

    def __init__(
        self,
        parent: QWidget,
        datasets: DatasetListPresenter,
        presenter: DatasetPresenter,
        importing: ImportPresenter,
        notify: Notifier,
    ) -> None:
        self._parent = parent
        self._datasets = datasets
        self._presenter = presenter
        self._importing = importing
        self._notify = notify

    def fill_menu(self, menu: QMenu, dataset: Dataset) -> None:
        """Offer what can be done with a dataset of the list."""
        menu.addAction("Rename…", lambda: self.rename(dataset))
        menu.addSeparator()
        menu.addAction("Delete", lambda: self._datasets.delete(dataset))

    def import_file(self) -> None:
        """Ask for a file, then show what it would become."""
        ask_open_file(
            self._parent,
            title="Import a dataset",
            filters=_OPENED,
            done=lambda path: self._importing.read(Path(path)),
        )

    def export(self) -> None:
        """Ask where the cases of the shown version are to be written."""

        def tell(path: Path) -> None:
            self._notify.say(f"Exported to {path.name}.")

        ask_save_file(
            self._parent,
            title="Export the dataset",
            filters=_SAVED,
            suffix="csv",
            done=lambda path: self._presenter.export(path, tell),
        )

    def new(self) -> None:
        """Ask for the name and the inputs of a dataset that is typed here."""
        NewDatasetDialog(self._parent, self._datasets.create).open()

    def rename(self, dataset: Dataset) -> None:
        """Ask for another name."""
        ask_text(
            self._parent,
            title="Rename dataset",
            field="Name",
            value=dataset.name,
            confirm="Rename",
            done=lambda name: self._datasets.rename(dataset.id, name),
        )

    def add_input(self) -> None:
        """Ask for the name of another input."""
        ask_text(
            self._parent,
            title="Add input column",
            field="Name of the input, as in the prompt",
            confirm="Add",
            done=lambda name: self._presenter.add_field(fields.input_field(name)),
        )

    def add_metadata(self) -> None:
        """Ask for the name of another piece of metadata."""
        ask_text(
            self._parent,
            title="Add metadata column",
            field="Name of the metadata",
            confirm="Add",
            done=lambda name: self._presenter.add_field(fields.metadata_field(name)),
        )
