"""The cases and answers of a run, of which only some windows of cases are in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.ui.bridge import TaskScope, delayed

CASES = 50
"""How many cases a window has."""

_KEPT = 20
_WANTED = 3
"""How many windows are asked for at once: a fast scroll drops what it passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A generation as the grid shows it."""

    summary: GenerationSummary
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Some cases with the newest generation of each of their cells."""

    cases: Mapping[int, Case] = field(default_factory=dict)
    answers: Mapping[CellKey, Stored] = field(default_factory=dict)


Fetch: TypeAlias = Callable[[int, int], Coroutine[Any, Any, Window]]
"""Gets the first case and how many, returns their window."""


class Windows(QObject):
    """Fetches windows when they are asked for; what was on the screen stays until then."""

    arrived = Signal(int, int)
    """The first and the last case of a window that is there now."""

    def __init__(self, tasks: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._fetch: Fetch | None = None
        self._count = 0
        self._cases: OrderedDict[int, Mapping[int, Case]] = OrderedDict()
        self._answers: dict[int, dict[CellKey, Stored]] = {}
        self._stale: set[int] = set()
        self._wanted: list[int] = []
        self._coming: dict[int, dict[CellKey, Stored]] = {}
        self._generation = 0
        self._soon = delayed(self, 0, self._ask)

    def show(self, count: int, fetch: Fetch | None) -> None:
        """Show the cases of another run."""
        self._generation += 1
        self._count, self._fetch = count, fetch
        for kept in (self._cases, self._answers, self._stale, self._wanted, self._coming):
            kept.clear()

    def refresh(self) -> None:
        """Fetch again what is shown; until it comes, what was there is shown."""
        self._generation += 1
        self._coming.clear()
        self._stale = set(self._cases)

    def case(self, position: int) -> Case | None:
        """Return a case if it is there, and ask for it if it is not."""
        number = position // CASES
        found = self._cases.get(number)
        if found is None or number in self._stale:
            self._want(number)
        if found is None:
            return None
        self._cases.move_to_end(number)
        return found.get(position)

    def answer(self, key: CellKey) -> Stored | None:
        """Return the stored generation of a cell, if it is there and the cell has one."""
        return self._answers.get(key.case // CASES, {}).get(key)

    def put(self, stored: Stored) -> bool:
        """Take over a generation that was just stored; return whether its window is there."""
        key = stored.summary.cell
        number = key.case // CASES
        if number in self._coming:
            # The window may have been read before this generation was committed.
            self._coming[number][key] = stored
        if number not in self._answers:
            return False
        self._answers[number][key] = stored
        return True

    def _want(self, number: int) -> None:
        if self._fetch is None or number in self._coming:
            return
        if number in self._wanted:
            self._wanted.remove(number)
        self._wanted = [*self._wanted, number][-_WANTED:]
        self._soon.start()

    def _ask(self) -> None:
        if self._fetch is None:
            return
        for number in reversed(self._wanted):
            self._coming[number] = {}
            self._tasks.start(self._load(number, self._generation, self._fetch))
        self._wanted = []

    async def _load(self, number: int, generation: int, fetch: Fetch) -> None:
        first = number * CASES
        try:
            window = await fetch(first, min(CASES, self._count - first))
        except BaseException:
            if generation == self._generation:
                self._coming.pop(number, None)
            raise
        if generation != self._generation:  # another run, or a refresh, came in between
            return
        self._stale.discard(number)
        self._cases[number] = window.cases
        self._answers[number] = {
            **window.answers,
            **_newer(self._coming.pop(number), window.answers),
        }
        while len(self._cases) > _KEPT:
            gone, _ = self._cases.popitem(last=False)
            self._answers.pop(gone)
            self._stale.discard(gone)
        self.arrived.emit(first, min(first + CASES, self._count) - 1)


def _newer(
    heard: Mapping[CellKey, Stored], read: Mapping[CellKey, Stored]
) -> dict[CellKey, Stored]:
    """Return what was heard of while a window was read and is not in it yet."""
    return {
        key: stored
        for key, stored in heard.items()
        if key not in read
        or read[key].summary.state is GenerationState.SENT
        or read[key].summary.started_at < stored.summary.started_at
    }
