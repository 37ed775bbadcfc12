"""What the Calls page shows: a filter, a search, and rows that come when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.calls import (
    ANCHOR_EVERY,
    CallFilter,
    CallIndex,
    CallRow,
    version_label,
)
from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.services.calls import Calls
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.calls.columns import CALL_COLUMNS
from prompt_workbench.ui.calls.narrowing import widened
from prompt_workbench.ui.kit.paged_model import Fetch, PagedModel

FIRST_ROWS = 200
"""Shown at once, while the index of the whole list is still being made."""

SEARCH_ROWS = 50
_SEARCHES = 40
"""So many pages of results at most are looked through for calls of the filter at once."""
_TYPING_MS = 250
_REFRESH_MS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Results of a search, newest first."""

    rows: tuple[CallRow, ...] = ()
    rest: int | None = None
    """The key before which there may be more; None when there are none."""


class CallsPresenter(QObject):
    """Holds filter and search, and fills the model."""

    counted = Signal(str)
    """How many calls are shown, in words."""
    filtered = Signal()
    """Another filter was chosen."""
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
        self._found = _Found()
        self._typed = delayed(self, _TYPING_MS, self.load)
        self._refresh = delayed(self, _REFRESH_MS, self._reload)

    def load(self) -> None:
        """Show the calls of the present filter, or what the search finds."""
        if self.search_text:
            self._latest.start(self._searched(None), done=self._show_found)
        else:
            self._latest.start(self._load_list(self.filter))

    def search(self, text: str) -> None:
        """Search for the words of a text once the typing pauses; empty lists all again."""
        self.search_text = text.strip()
        self._typed.start()

    def more(self) -> None:
        """Show the next results of the search."""
        self._latest.start(self._searched(self._found.rest), done=self._add_found)

    def choose_model(self, model: str) -> None:
        """List only the calls of a model; empty lists those of all."""
        self._filter(replace(self.filter, model=model or None))

    def choose_prompt(self, prompt: str) -> None:
        """List only the calls of a prompt; empty lists those of all."""
        self._filter(replace(self.filter, prompt=prompt or None))

    def choose_state(self, state: GenerationState | None) -> None:
        """List only the calls in a state; None lists those in all."""
        self._filter(replace(self.filter, states=frozenset({state} if state else ())))

    def show_only(self, wanted: CallFilter) -> None:
        """List the calls of another filter, without a search."""
        searched, self.search_text = bool(self.search_text), ""
        self._filter(wanted)
        if searched:
            self.load()

    def widen(self) -> None:
        """List calls of all versions and times again."""
        self._filter(widened(self.filter))

    def on_changes(self, changes: ChangeSet) -> None:
        """Refresh the list when calls came in, at most twice a second."""
        if changes.touches(Kind.GENERATION, Kind.RUN) and not self._refresh.isActive():
            self._refresh.start()

    def _filter(self, wanted: CallFilter) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self.filtered.emit()
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

    def _reload(self) -> None:
        # Results of a search stay as they are: a person is reading them.
        if not self.search_text:
            self.load()

    async def _searched(self, before: int | None) -> _Found:
        """Return the next results that the filter takes."""
        text, wanted = self.search_text, self.filter
        found: list[CallRow] = []
        for _ in range(_SEARCHES):
            rows = await self._calls.search(text, SEARCH_ROWS, before)
            found += [row for row in rows if _takes(wanted, row)]
            if len(rows) < SEARCH_ROWS:
                return _Found(rows=tuple(found))
            before = rows[-1].key
            if len(found) >= SEARCH_ROWS:
                break
        return _Found(rows=tuple(found), rest=before)

    def _show_found(self, found: _Found) -> None:
        self._found = _Found()
        self._add_found(found)

    def _add_found(self, found: _Found) -> None:
        self._found = _Found(rows=self._found.rows + found.rows, rest=found.rest)
        self.model.show_known(self._found.rows)
        self.counted.emit(_found_words(self._found))
        self.more_changed.emit(found.rest is not None)


def _takes(wanted: CallFilter, row: CallRow) -> bool:
    """Return whether a filter as it can be chosen here takes a call."""
    return (
        wanted.model in {None, row.model}
        and wanted.prompt in {None, row.prompt_name}
        and wanted.version in {None, version_label(row.version_number)}
        and (not wanted.states or row.state in wanted.states)
        and (wanted.since is None or row.started_at >= wanted.since)
        and (wanted.until is None or row.started_at < wanted.until)
    )


def _found_words(found: _Found) -> str:
    number = f"{len(found.rows):,}"
    if found.rest is not None:
        return f"newest {number} found"
    return f"{number} found" if found.rows else "nothing found"
