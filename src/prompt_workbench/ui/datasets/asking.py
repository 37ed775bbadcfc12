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


def fill_dataset_menu(
    menu: QMenu, parent: QWidget, datasets: DatasetListPresenter, dataset: Dataset
) -> None:
    """Offer what can be done with a dataset of the list."""
    menu.addAction("Rename…", lambda: ask_rename(parent, datasets, dataset))
    menu.addSeparator()
    menu.addAction("Delete", lambda: datasets.delete(dataset))


def ask_import(parent: QWidget, importing: ImportPresenter) -> None:
    """Ask for a file, then show what it would become."""
    ask_open_file(
        parent,
        title="Import a dataset",
        filters=_OPENED,
        done=lambda path: importing.read(Path(path)),
    )


def ask_export(parent: QWidget, presenter: DatasetPresenter, notify: Notifier) -> None:
    """Ask where the cases of the shown version are to be written."""

    def tell(path: Path) -> None:
        notify.say(f"Exported to {path.name}.")

    ask_save_file(
        parent,
        title="Export the dataset",
        filters=_SAVED,
        suffix="csv",
        done=lambda path: presenter.export(path, tell),
    )


def ask_new(parent: QWidget, datasets: DatasetListPresenter) -> None:
    """Ask for the name and the inputs of a dataset that is typed here."""
    NewDatasetDialog(parent, datasets.create).open()


def ask_rename(parent: QWidget, datasets: DatasetListPresenter, dataset: Dataset) -> None:
    """Ask for another name."""
    ask_text(
        parent,
        title="Rename dataset",
        field="Name",
        value=dataset.name,
        confirm="Rename",
        done=lambda name: datasets.rename(dataset.id, name),
    )


def ask_input(parent: QWidget, presenter: DatasetPresenter) -> None:
    """Ask for the name of another input."""
    ask_text(
        parent,
        title="Add input column",
        field="Name of the input, as in the prompt",
        confirm="Add",
        done=lambda name: presenter.add_field(fields.input_field(name)),
    )


def ask_metadata(parent: QWidget, presenter: DatasetPresenter) -> None:
    """Ask for the name of another piece of metadata."""
    ask_text(
        parent,
        title="Add metadata column",
        field="Name of the metadata",
        confirm="Add",
        done=lambda name: presenter.add_field(fields.metadata_field(name)),
    )
