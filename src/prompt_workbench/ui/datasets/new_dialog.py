"""The dialog for a dataset that is typed instead of imported."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.tokens import Space


class NewDatasetDialog(QDialog):
    """Asks for a name and for the names of the inputs."""

    def __init__(self, parent: QWidget, done: Callable[[str, str], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New dataset")
        self._done = done
        self._name = _entry("Name", "")
        self._inputs = _entry("Inputs", "input")
        create = button("Create", self._create, kind="primary")
        create.setDefault(True)
        self.setLayout(
            column(
                label("Name", role="muted"),
                self._name,
                label("Inputs, separated by commas: the names in your prompt", role="muted"),
                self._inputs,
                row(1, button("Cancel", self.reject), create),
                margins=Space.AROUND,
            )
        )

    def _create(self) -> None:
        name, inputs = self._name.text().strip(), self._inputs.text().strip(" ,")
        if name and inputs:
            self.accept()
            self._done(name, inputs)
        else:
            (self._inputs if name else self._name).setFocus()


def _entry(name: str, text: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setAccessibleName(name)
    made.setMinimumWidth(340)
    return made
