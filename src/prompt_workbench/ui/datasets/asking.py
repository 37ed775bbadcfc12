"""What is asked before something is done with a dataset, and the menu of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from prompt_workbench.domain.datasets import Dataset
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.datasets.new_dialog import NewDatasetDialog
from prompt_workbench.ui.kit.dialogs import ask_open_file, ask_save_file, ask_text

if TYPE_CHECKING:
    from prompt_workbench.ui.datasets.page import DatasetsPage

_OPENED = "Tables and JSON lines (*.csv *.tsv *.txt *.jsonl *.ndjson)"
_SAVED = "CSV (*.csv);;JSON lines (*.jsonl)"


def fill_dataset_menu(page: DatasetsPage, menu: QMenu, dataset: Dataset) -> None:
    """Offer what can be done with a dataset."""
    menu.addAction("Open", lambda: page.presenter.open(dataset.id))
    menu.addAction("Rename…", lambda: ask_rename(page, dataset))
    menu.addSeparator()
    menu.addAction("Delete", lambda: page.datasets.delete(dataset))


def ask_import(page: DatasetsPage) -> None:
    """Ask for a file, then show what it would become."""
    ask_open_file(
        page,
        title="Import a dataset",
        filters=_OPENED,
        done=lambda path: page.importing.read(Path(path)),
    )


def ask_export(page: DatasetsPage) -> None:
    """Ask where the cases of the shown version are to be written."""

    def tell(path: Path) -> None:
        page.context.notify.say(f"Exported to {path.name}.")

    ask_save_file(
        page,
        title="Export the dataset",
        filters=_SAVED,
        suffix="csv",
        done=lambda path: page.presenter.export(path, tell),
    )


def ask_new(page: DatasetsPage) -> None:
    """Ask for the name and the inputs of a dataset that is typed here."""
    NewDatasetDialog(page, page.datasets.create).open()


def ask_rename(page: DatasetsPage, dataset: Dataset) -> None:
    """Ask for another name."""
    ask_text(
        page,
        title="Rename dataset",
        field="Name",
        value=dataset.name,
        confirm="Rename",
        done=lambda name: page.datasets.rename(dataset.id, name),
    )


def ask_input(page: DatasetsPage) -> None:
    """Ask for the name of another input."""
    ask_text(
        page,
        title="Add input column",
        field="Name of the input, as in the prompt",
        confirm="Add",
        done=lambda name: page.presenter.add_field(fields.input_field(name)),
    )


def ask_metadata(page: DatasetsPage) -> None:
    """Ask for the name of another piece of metadata."""
    ask_text(
        page,
        title="Add metadata column",
        field="Name of the metadata",
        confirm="Add",
        done=lambda name: page.presenter.add_field(fields.metadata_field(name)),
    )
