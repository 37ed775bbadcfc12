"""A button that says after which errors something is done, and lets them be chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from prompt_workbench.domain.errors import ProviderErrorKind as Kind
from prompt_workbench.ui.kit.error_words import ERROR_WORDS


class ErrorsButton(QPushButton):
    """Shows how many kinds of error are chosen; its menu has all that may be."""

    chosen = Signal(tuple)

    def __init__(self, name: str, offered: Iterable[Kind] = tuple(ERROR_WORDS)) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty("kind", "menu")
        menu = QMenu(self)
        self.setMenu(menu)
        given = set(offered)
        self._entries = {
            kind: menu.addAction(words) for kind, words in ERROR_WORDS.items() if kind in given
        }
        for entry in self._entries.values():
            entry.setCheckable(True)
            entry.triggered.connect(self._tell)

    def show_kinds(self, kinds: Iterable[Kind]) -> None:
        """Show which kinds are chosen."""
        given = set(kinds)
        for kind, entry in self._entries.items():
            entry.setChecked(kind in given)
        self._describe()

    def kinds(self) -> tuple[Kind, ...]:
        """Return the chosen kinds."""
        return tuple(kind for kind, entry in self._entries.items() if entry.isChecked())

    def _tell(self) -> None:
        self._describe()
        self.chosen.emit(self.kinds())

    def _describe(self) -> None:
        words = [ERROR_WORDS[kind] for kind in self.kinds()]
        self.setText(words[0] if len(words) == 1 else f"{len(words)} errors")
        self.setToolTip("\n".join(words))
        self.setAccessibleDescription(", ".join(words))
