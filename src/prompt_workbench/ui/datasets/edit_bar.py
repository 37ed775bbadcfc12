"""The bar under the cases: add and remove cases, and save what was edited as a version."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QStackedWidget

from prompt_workbench.ui.datasets.presenter import DatasetPresenter
from prompt_workbench.ui.kit.labels import ElidedLabel, button, label, set_role
from prompt_workbench.ui.kit.layouts import FoldingRow, holding, row
from prompt_workbench.ui.theme.tokens import Space

_ONE_ROW = 560
"""Where the bar is narrower, the words stand above the buttons."""
_EDGES = (Space.AROUND, Space.INSIDE, Space.AROUND, Space.INSIDE)


class EditBar(QStackedWidget):
    """Shows what can be edited; saving and an old version take its place."""

    def __init__(
        self,
        presenter: DatasetPresenter,
        add: Callable[[], object],
        remove: Callable[[], object],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._state = ElidedLabel(role="muted")
        self._add = button("Add case", add)
        self._remove = button("Remove", remove)
        self._discard = button("Discard", presenter.discard, kind="quiet", name="Discard edits")
        self._save = button("Save version …", self.ask_save)
        self._message = QLineEdit()
        self._message.setAccessibleName("What changed in this version")
        self._message.setPlaceholderText("What changed, in one line")
        self._message.returnPressed.connect(self._confirm)
        self._old = label(role="muted")
        self._build()
        presenter.opened.connect(self._show)
        presenter.described.connect(self._show)
        presenter.edits_changed.connect(self._show)
        presenter.saved.connect(lambda _: self._message.clear())
        self.show_marked(0, removed=False)

    @property
    def is_saving(self) -> bool:
        """Whether the message of a new version is being asked for."""
        return self.currentIndex() == 1

    def ask_save(self) -> None:
        """Ask for the message; asked twice, save."""
        if self.is_saving:
            self._confirm()
        elif self._presenter.is_edited:
            self.setCurrentIndex(1)
            self._message.setFocus()

    def show_marked(self, count: int, *, removed: bool) -> None:
        """Offer to remove the marked cases, or to take back that they were removed."""
        verb = "Restore" if removed else "Remove"
        self._remove.setText(f"{verb} {count}" if count > 1 else verb)
        self._remove.setAccessibleName(f"{verb} {count} cases" if count > 1 else f"{verb} case")
        self._remove.setEnabled(bool(count))

    def _build(self) -> None:
        buttons = row(self._add, self._remove, 1, self._discard, self._save)
        self.addWidget(FoldingRow((self._state, 1), buttons, narrow=_ONE_ROW, margins=_EDGES))
        self.addWidget(
            holding(
                row(
                    (self._message, 1),
                    button("Cancel", self._show_edits),
                    button("Save version", self._confirm, kind="primary"),
                    margins=_EDGES,
                )
            )
        )
        newest = button("Make it the newest", self._presenter.make_newest)
        self.addWidget(holding(row((self._old, 1), newest, margins=_EDGES)))
        self.setSizePolicy(self.sizePolicy().horizontalPolicy(), self.sizePolicy().Policy.Fixed)

    def _show(self) -> None:
        state, edits = self._presenter.state, self._presenter.edits
        if state is None:
            return
        if not state.is_newest and edits.is_empty:
            newest = state.versions[0].number
            self._old.setText(
                f"Version {state.shown.number} stays as it is. Only the newest, "
                f"version {newest}, can be edited."
            )
            self.setCurrentIndex(2)
            return
        number = state.shown.number
        words = f"{edits.words} since v{number}" if edits.words else f"the cases of v{number}"
        moved = "" if state.is_newest else "there is a newer version; "
        set_role(self._state, "warning" if moved else "muted")
        self._state.set_text(moved + words)
        self._discard.setVisible(not edits.is_empty)
        self._save.setEnabled(not edits.is_empty)
        self._add.setEnabled(state.is_newest)
        if edits.is_empty or not self.is_saving:
            self._show_edits()

    def _show_edits(self) -> None:
        self.setCurrentIndex(0)

    def _confirm(self) -> None:
        self._presenter.save(self._message.text().strip())
