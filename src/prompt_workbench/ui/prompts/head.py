"""The line above the prompt: its name, version and labels, branch and template language."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.ui.kit.labels import ElidedLabel, tooltip
from prompt_workbench.ui.kit.layouts import row
from prompt_workbench.ui.prompts.open_prompt import OpenPrompt
from prompt_workbench.ui.theme.tokens import Space
from prompt_workbench_runtime.render import Language

_WIDEST_BRANCH = 120
_LANGUAGES = {
    Language.MUSTACHE: "Mustache",
    Language.JINJA: "Jinja2",
    Language.FSTRING: "f-string",
}


class PromptHead(QWidget):
    """Says what is open, and offers the other branches and languages."""

    branch_chosen = Signal(str)
    language_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._title = ElidedLabel(role="title")
        self._chips = ElidedLabel(role="muted")
        self._branches = QComboBox()
        self._branches.setAccessibleName("Branch")
        self._branches.setMaximumWidth(_WIDEST_BRANCH)
        self._branches.textActivated.connect(self.branch_chosen)
        self._languages = QComboBox()
        self._languages.setAccessibleName("Template language")
        for language, title in _LANGUAGES.items():
            self._languages.addItem(title, language)
        # Qt hands an item's data back as plain text, not as the enumeration it was.
        self._languages.activated.connect(
            lambda _: self.language_chosen.emit(Language(self._languages.currentData()))
        )
        self.setLayout(
            row(
                (self._title, 3), (self._chips, 2), self._branches, self._languages,
                margins=(Space.AROUND, Space.INSIDE, Space.BETWEEN, Space.INSIDE),
            )
        )  # fmt: skip

    def show_content(self, content: PromptContent) -> None:
        """Show the language of another content."""
        self._languages.setCurrentIndex(list(_LANGUAGES).index(content.language))

    def show_state(self, state: OpenPrompt, *, dirty: bool) -> None:
        """Show the name of the prompt, the version that the text stands on, and its branch."""
        self._title.set_text(state.prompt.name)
        self._title.setToolTip(tooltip(state.prompt.name))
        labels = next((v.labels for v in state.versions if v.id == state.base.id), ())
        changes = " + changes" if dirty else ""
        shown = "draft" if state.base.is_start else f"v{state.base.number}{changes}"
        chips = "   ".join((shown, *labels))
        # No wider than its words: the rest of the line is the title's.
        self._chips.setMaximumWidth(self._chips.fontMetrics().horizontalAdvance(chips) + 2)
        self._chips.set_text(chips)
        self._chips.setToolTip(tooltip(chips))
        names = [branch.name for branch in state.branches]
        if names != [self._branches.itemText(i) for i in range(self._branches.count())]:
            self._branches.clear()
            self._branches.addItems(names)
        self._branches.setCurrentText(state.branch)
        self._branches.setToolTip(tooltip(state.branch))
