"""What the Calls page shows: a filter, a search, and rows that come when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.calls import ANCHOR_EVERY, CallFilter, CallIndex, CallRow
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.services.calls import Calls
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.calls.columns import CALL_COLUMNS
from prompt_workbench.ui.kit.paged_model import Fetch, PagedModel

FIRST_ROWS = 200
"""Shown at once, while the index of the whole list is still being made."""

SEARCH_ROWS = 50
_TYPING_MS = 250
_REFRESH_MS = 500


class CallsPresenter(QObject):
    """Holds filter and search, and fills the model."""

    counted = Signal(str)
    """How many calls are shown, in words."""
    more_changed = Signal(bool)
    """Whether a search has further results."""

    def __init__(self, calls: Calls, tasks: TaskScope, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls = calls
        self._latest = Latest(tasks)
        self.filter = CallFilter()
        self.search_text = ""
        self.model: PagedModel[CallRow] = PagedModel(
            CALL_COLUMNS, tasks, block_size=ANCHOR_EVERY, parent=self
        )
        self._found: tuple[CallRow, ...] = ()
        self._typed = delayed(self, _TYPING_MS, self.load)
        self._refresh = delayed(self, _REFRESH_MS, self.load)

    def load(self) -> None:
        """Show the calls of the present filter, or what the search finds."""
        if self.search_text:
            self._latest.start(
                self._calls.search(self.search_text, SEARCH_ROWS), done=self._show_found
            )
        else:
            self._latest.start(self._load_list(self.filter))

    def search(self, text: str) -> None:
        """Search for the words of a text once the typing pauses; empty lists all again."""
        self.search_text = text.strip()
        self._typed.start()

    def more(self) -> None:
        """Show the next results of the search."""
        before = self._found[-1].key if self._found else None
        self._latest.start(
            self._calls.search(self.search_text, SEARCH_ROWS, before), done=self._add_found
        )

    def choose_model(self, model: str) -> None:
        """List only the calls of a model; empty lists those of all."""
        self._filter(replace(self.filter, model=model or None))

    def choose_prompt(self, prompt: str) -> None:
        """List only the calls of a prompt; empty lists those of all."""
        self._filter(replace(self.filter, prompt=prompt or None))

    def choose_state(self, state: GenerationState | None) -> None:
        """List only the calls in a state; None lists those in all."""
        self._filter(replace(self.filter, states=frozenset({state} if state else ())))

    def on_changes(self, changes: ChangeSet) -> None:
        """Refresh the list when calls came in, at most twice a second."""
        if changes.touches(Kind.GENERATION, Kind.RUN) and not self._refresh.isActive():
            self._refresh.start()

    def _filter(self, wanted: CallFilter) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self.model.show_known(())
            self.load()

    async def _load_list(self, wanted: CallFilter) -> None:
        shown_before = bool(self.model.rowCount())
        if not shown_before:
            first = await self._calls.page(wanted, None, FIRST_ROWS)
            self.model.show_known(first)
        index = await self._calls.index(wanted)
        self.model.refresh(index.count, self._pages(wanted, index), newest_first=shown_before)
        self.counted.emit(f"{index.count:,} call{'' if index.count == 1 else 's'}")
        self.more_changed.emit(False)

    def _pages(self, wanted: CallFilter, index: CallIndex) -> Fetch[CallRow]:
        async def fetch(block: int) -> Sequence[CallRow]:
            newest = index.anchors[block]
            return await self._calls.page(wanted, newest + 1, ANCHOR_EVERY)

        return fetch

    def _show_found(self, rows: tuple[CallRow, ...]) -> None:
        self._found = ()
        self._add_found(rows)

    def _add_found(self, rows: tuple[CallRow, ...]) -> None:
        self._found += rows
        self.model.show_known(self._found)
        further = len(rows) == SEARCH_ROWS
        self.counted.emit(f"newest {len(self._found)} found" if further else _found(self._found))
        self.more_changed.emit(further)


def _found(rows: Sequence[CallRow]) -> str:
    return f"{len(rows)} found" if rows else "nothing found"
