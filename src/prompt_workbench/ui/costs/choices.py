"""A few things of which one is chosen, beside each other."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import row


class Choices(QWidget):
    """A row of buttons; one of them is pressed."""

    chosen = Signal(object)

    def __init__(self, name: str, titles: Iterable[tuple[object, str]]) -> None:
        super().__init__()
        self._buttons: dict[object, QToolButton] = {}
        group = QButtonGroup(self)
        for value, title in titles:
            made = QToolButton(autoRaise=True)
            made.setText(title)
            made.setCheckable(True)
            made.setAccessibleName(f"{name}: {title}")
            made.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            group.addButton(made)
            self._buttons[value] = made
        self.setLayout(row(label(name, role="muted"), *self._buttons.values(), spacing=4))

    def show_chosen(self, value: object) -> None:
        """Press the button of a value."""
        self._buttons[value].setChecked(True)
