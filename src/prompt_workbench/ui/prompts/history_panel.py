"""The lower panel of the page: versions, the diff between two of them, and saving."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from prompt_workbench.domain.diffs import VersionDiff
from prompt_workbench.domain.prompts import PromptVersion
from prompt_workbench.ui.kit.diff_view import DiffView
from prompt_workbench.ui.kit.labels import ElidedLabel, button, label, set_role
from prompt_workbench.ui.kit.layouts import FoldingRow, column, holding, row
from prompt_workbench.ui.prompts.presenter import PromptPresenter
from prompt_workbench.ui.prompts.versions_panel import VersionsTable
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_ONE_ROW = 600
"""Where the panel is narrower, its buttons stand below the words."""


class HistoryPanel(QWidget):
    """Shows the versions; saving and comparing take their place for a moment."""

    def __init__(self, presenter: PromptPresenter, theme: Theme) -> None:
        super().__init__()
        self._presenter = presenter
        self.versions = VersionsTable()
        self._state = ElidedLabel(role="muted")
        self._diff_title = label(role="heading")
        self._diff = DiffView("Differences", theme)
        self._message = QLineEdit()
        self._message.setAccessibleName("What changed in this version")
        self._message.setPlaceholderText("What changed, in one line")
        self._message.returnPressed.connect(self._confirm_save)
        self._save_diff = DiffView("What the version changes", theme)
        self._discard = button("Discard", presenter.discard, kind="quiet", name="Discard changes")
        self._save = button("Save version …", self.ask_save, kind="primary")
        self._save.setToolTip("Save the text as a new version  (Ctrl+S)")
        self._compare = button("Compare", self.compare_selected)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._versions_page())
        self._stack.addWidget(self._diff_page())
        self._stack.addWidget(self._save_page())
        self.setLayout(column(self._stack))
        self.setMinimumHeight(120)
        self.versions.chosen.connect(self._show_choice)
        self.versions.opened.connect(self.compare_selected)
        presenter.opened.connect(self._show)
        presenter.described.connect(self._show)
        presenter.dirty_changed.connect(self._show_state)
        presenter.saved.connect(self._saved)
        presenter.diffs.ready.connect(self._show_diff)

    @property
    def is_saving(self) -> bool:
        """Whether the message of a new version is being asked for."""
        return self._stack.currentIndex() == 2

    def ask_save(self) -> None:
        """Ask for the message, showing what the version changes."""
        if self.is_saving:
            self._confirm_save()
        elif self._presenter.is_dirty:
            self._stack.setCurrentIndex(2)
            self._presenter.diff_to_base()
            self._message.setFocus()

    def compare_selected(self) -> None:
        """Show what differs: between two chosen versions, or one and the editor."""
        chosen = self.versions.selected()
        if len(chosen) >= 2:
            self._presenter.diffs.between(chosen[0], chosen[-1])
        elif chosen:
            self._presenter.diff_to_draft(chosen[0])

    def show_versions(self) -> None:
        """Go back to the list."""
        self._stack.setCurrentIndex(0)

    def _versions_page(self) -> QWidget:
        head = FoldingRow(
            (row(label("Versions", role="heading"), (self._state, 1)), 1),
            row(self._compare, 1, self._discard, self._save),
            narrow=_ONE_ROW,
            margins=(Space.BETWEEN, Space.INSIDE, Space.BETWEEN, 0),
        )
        return holding(column(head, (self.versions, 1), spacing=Space.HALF))

    def _diff_page(self) -> QWidget:
        head = row(self._diff_title, 1, button("Back to versions", self.show_versions))
        return holding(column(head, (self._diff, 1), margins=Space.BETWEEN))

    def _save_page(self) -> QWidget:
        head = row(
            (self._message, 1),
            button("Cancel", self.show_versions),
            button("Save version", self._confirm_save, kind="primary"),
        )
        return holding(column(head, (self._save_diff, 1), margins=Space.BETWEEN))

    def _confirm_save(self) -> None:
        self._presenter.save(self._message.text().strip())

    def _saved(self, version: PromptVersion) -> None:
        self._message.clear()
        self.show_versions()

    def _show(self) -> None:
        state = self._presenter.state
        if state is not None:
            self.versions.show_versions(state.versions, state.base.id)
        self._show_state()
        self._show_choice()

    def _show_state(self) -> None:
        state, dirty = self._presenter.state, self._presenter.is_dirty
        if state is None:
            return
        number = state.base.number
        words = f"changed since v{number}" if dirty else f"the text is v{number}"
        if state.base.is_start:
            words = "not saved as a version yet"
        if state.moved:
            words = f"{words}; the branch has a newer version by now"
        set_role(self._state, "warning" if state.moved else "muted")
        self._state.set_text(words)
        self._save.setEnabled(dirty)
        self._discard.setVisible(dirty)

    def _show_choice(self) -> None:
        chosen = self.versions.selected()
        self._compare.setEnabled(bool(chosen))
        numbers = [f"v{version.number}" for version in chosen]
        both = len(chosen) >= 2
        words = f"{numbers[-1]} with {numbers[0]}" if both else f"{''.join(numbers[:1])} with text"
        self._compare.setText(f"Compare {words}" if chosen else "Compare")

    def _show_diff(self, title: str, diff: VersionDiff) -> None:
        if self.is_saving:
            self._save_diff.show_diff(diff)
            return
        self._diff_title.setText(title)
        self._diff.show_diff(diff)
        self._stack.setCurrentIndex(1)
