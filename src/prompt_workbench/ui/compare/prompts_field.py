"""Which states of which prompts are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.names import DRAFT_REF, reference
from prompt_workbench.domain.prompts import MAIN_BRANCH
from prompt_workbench.ui.compare.picked_rows import PickedRow, PickedRows
from prompt_workbench.ui.compare.picker import Choice, Picker
from prompt_workbench.ui.compare.setup_presenter import SetupPresenter
from prompt_workbench.ui.kit.labels import button
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.domain.prompts import VersionSummary
    from prompt_workbench.services.prompts import PromptListing


class PromptsField(QWidget):
    """Shows the chosen prompts, and offers all with their versions, labels and branches."""

    def __init__(self, presenter: SetupPresenter, theme: Theme) -> None:
        super().__init__()
        self._presenter = presenter
        self._rows = PickedRows("Prompts to compare", theme, none="Choose at least one.")
        self._picker = Picker(
            "Prompts", self, none="There is no prompt in this project yet.", expand=self._expand
        )
        self._picker.added.connect(presenter.add_prompt)
        self._picker.removed.connect(presenter.drop_prompt)
        choose = button("Choose prompts", lambda: self._picker.open_under(choose))
        self.setLayout(column(self._rows, row(choose, 1), spacing=Space.HALF))

    def show_choice(self) -> None:
        """Show what is chosen, and offer what there is."""
        chosen = self._presenter.spec.prompts
        self._rows.show_rows([self._row(ref) for ref in chosen])
        if not self._picker.isVisible():
            choices = [_choice(each) for each in self._presenter.offer.prompts]
            self._picker.show_choices(choices, chosen)

    def _row(self, ref: str) -> PickedRow:
        asked = reference(ref)
        known = any(each.prompt.name == asked.name for each in self._presenter.offer.prompts)
        return PickedRow(
            title=asked.name,
            detail="" if known else "There is no such prompt in this project.",
            role="danger",
            chip=_state_words(asked.ref),
            remove=partial(self._presenter.drop_prompt, ref),
        )

    def _expand(self, prompt_id: str, fill: Callable[[Sequence[Choice]], None]) -> None:
        offered = self._presenter.offer.prompts
        listing = next(each for each in offered if each.prompt.id == prompt_id)
        self._presenter.versions(prompt_id, lambda found: fill(_state_choices(listing, found)))


def _choice(listing: PromptListing) -> Choice:
    name, latest = listing.prompt.name, listing.latest
    if latest is None:
        key, detail = f"{name}@{DRAFT_REF}", "no version yet, only a draft"
        return Choice(key=key, title=name, detail=detail, enabled=listing.has_draft)
    detail = f"newest: v{latest.number} {latest.message}"
    return Choice(key=name, title=name, detail=detail, more=listing.prompt.id)


def _state_choices(listing: PromptListing, versions: Sequence[VersionSummary]) -> list[Choice]:
    """Return the draft, labels, branches and versions of a prompt."""
    name = listing.prompt.name
    labels = {each: version.number for version in versions for each in version.labels}
    branches = sorted({version.branch for version in versions} - {MAIN_BRANCH})
    states = [
        *([(DRAFT_REF, DRAFT_REF, "what is not saved yet")] if listing.has_draft else []),
        *((each, each, f"label, now at v{number}") for each, number in labels.items()),
        *((each, each, "branch, its newest version") for each in branches),
        *((str(each.number), f"v{each.number}", each.message) for each in versions),
    ]
    return [
        Choice(key=f"{name}@{ref}", title=title, detail=detail) for ref, title, detail in states
    ]


def _state_words(ref: str) -> str:
    if not ref:
        return "newest"
    return f"v{ref}" if ref.isdecimal() else ref
