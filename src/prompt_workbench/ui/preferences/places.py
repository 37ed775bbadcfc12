"""The list to the left of the preferences: settings, network, this computer, each provider."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from prompt_workbench.ui.kit.labels import button
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.preferences.presenter import Group
from prompt_workbench.ui.preferences.words import short_key_words
from prompt_workbench.ui.theme.tokens import Space

SETTINGS = " settings"
"""The place of the settings; no provider can have a name with a space."""
NETWORK = " network"
"""The place of the offline switch and the egress log."""
_NAME_ROLE = Qt.ItemDataRole.UserRole
_FALL_BACK = 2
"""The row of this computer."""


class Places(QWidget):
    """Where a person can go in the preferences; the place that was chosen stays chosen."""

    chosen = Signal(str)
    """The name of a provider, empty for this computer, `SETTINGS` or `NETWORK`."""

    def __init__(self, add: Callable[[], object]) -> None:
        super().__init__()
        self._list = QListWidget()
        self._list.setAccessibleName("Preferences")
        self._list.setProperty("frame", "none")
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(lambda *_: self._tell())
        self._wanted = ""
        self._told: str | None = None
        adding = button("Add a provider …", add)
        self.setLayout(
            column(adding, (self._list, 1), spacing=Space.BETWEEN, margins=Space.BETWEEN)
        )
        self.show_groups(())

    @property
    def current(self) -> str:
        """The place that is shown."""
        row = self._list.currentRow()
        return "" if row < 0 else self._name(row)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show the places that there are now."""
        self._list.blockSignals(True)
        self._list.clear()
        self._add("Settings", SETTINGS)
        self._add("Network", NETWORK)
        self._add("This computer", "")
        for group in groups:
            if group.name:
                flaw = short_key_words(group.provider) if group.provider else ""
                self._add(f"{group.name} — {flaw}" if flaw else group.name, group.name)
        self._list.blockSignals(False)
        self.choose(self._wanted)

    def choose(self, name: str) -> None:
        """Go to a place; one that is not there yet is gone to when it comes."""
        self._wanted = name
        found = [row for row in range(self._list.count()) if self._name(row) == name]
        self._list.setCurrentRow(found[0] if found else _FALL_BACK)
        self._tell()

    def _add(self, text: str, name: str) -> None:
        item = QListWidgetItem(text)
        item.setData(_NAME_ROLE, name)
        item.setToolTip(name.strip())
        self._list.addItem(item)

    def _name(self, row: int) -> str:
        return str(self._list.item(row).data(_NAME_ROLE))

    def _tell(self) -> None:
        if self._list.signalsBlocked():
            return
        if self._list.hasFocus():
            self._wanted = self.current
        if self.current != self._told:
            self._told = self.current
            self.chosen.emit(self.current)
