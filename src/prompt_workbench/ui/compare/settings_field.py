"""Variations of the model settings: each makes further columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.ui.compare.picked_rows import PickedRow, PickedRows
from prompt_workbench.ui.compare.settings_text import AS_SAVED, settings_from_text
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.labels import button
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class SettingsField(QWidget):
    """Lets the person add and remove variations, each written on one line."""

    edited = Signal(tuple)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._settings: tuple[ModelSettings, ...] = ()
        self._rows = PickedRows("Settings to compare", theme, none=AS_SAVED)
        self._line = QLineEdit()
        self._line.setAccessibleName("Settings of a further variation")
        self._line.setPlaceholderText("temperature=0.2, max_tokens=50")
        self._line.returnPressed.connect(self._add)
        self._line.textEdited.connect(lambda _: mark_invalid(self._line, ""))
        add = button("Add settings", self._add)
        self.setLayout(column(self._rows, row((self._line, 1), add), spacing=Space.HALF))

    def show_settings(self, settings: Sequence[ModelSettings]) -> None:
        """Show other variations."""
        self._settings = tuple(settings)
        self._rows.show_rows(
            [
                PickedRow(
                    title=str(each) or AS_SAVED,
                    remove=partial(self._remove, place) if len(self._settings) > 1 else None,
                )
                for place, each in enumerate(self._settings)
            ]
        )

    def _add(self) -> None:
        try:
            added = settings_from_text(self._line.text())
        except WorkbenchError as error:
            mark_invalid(self._line, " ".join(filter(None, (error.message, error.hint))))
            return
        if added not in self._settings:
            self._edit((*self._settings, added))
        self._line.clear()

    def _remove(self, place: int) -> None:
        self._edit((*self._settings[:place], *self._settings[place + 1 :]))

    def _edit(self, settings: tuple[ModelSettings, ...]) -> None:
        self.show_settings(settings)
        self.edited.emit(settings)
