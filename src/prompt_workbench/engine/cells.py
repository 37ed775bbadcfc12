"""The cells of a run: where each stands, and the order in which they are sent."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Sequence
from enum import IntEnum

from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.generations import CellKey
from prompt_workbench.engine.ports import Ledger


class Mark(IntEnum):
    """Where a cell stands in an execution."""

    WAITING = 0
    TAKEN = 1
    FINAL = 2
    FAILED = 3


class CellMap:
    """One byte per cell of a run, so that a run of a million cells stays small."""

    def __init__(self, run: Run, answered: Iterable[CellKey]) -> None:
        self._variants = len(run.variants)
        self._repetitions = run.limits.repetitions
        self._cases = run.case_count
        self._marks = bytearray(run.cell_count)
        for cell in answered:
            self[cell] = Mark.FINAL

    def __getitem__(self, cell: CellKey) -> Mark:
        return Mark(self._marks[self._index(cell)])

    def __setitem__(self, cell: CellKey, mark: Mark) -> None:
        self._marks[self._index(cell)] = mark

    def __contains__(self, cell: CellKey) -> bool:
        return (
            0 <= cell.case < self._cases
            and 0 <= cell.variant < self._variants
            and 0 <= cell.repetition < self._repetitions
        )

    def count(self, mark: Mark) -> int:
        """Return how many cells stand so."""
        return self._marks.count(mark)

    def waiting_by_variant(self) -> list[int]:
        """Return for each variant how many cells wait."""
        step = self._variants * self._repetitions
        return [
            sum(
                self._marks[variant * self._repetitions + repetition :: step].count(Mark.WAITING)
                for repetition in range(self._repetitions)
            )
            for variant in range(self._variants)
        ]

    def taken(self, variants: Collection[int]) -> Iterator[CellKey]:
        """Take the waiting cells of some variants, one by one and case by case.

        All variants of a case come before the next case.
        """
        for case in range(self._cases):
            for variant in sorted(variants):
                for repetition in range(self._repetitions):
                    cell = CellKey(case=case, variant=variant, repetition=repetition)
                    if self._marks[self._index(cell)] == Mark.WAITING:
                        self[cell] = Mark.TAKEN
                        yield cell

    def failed(self) -> Iterator[CellKey]:
        """Yield the failed cells, case by case."""
        index = self._marks.find(Mark.FAILED)
        while index >= 0:
            place, repetition = divmod(index, self._repetitions)
            case, variant = divmod(place, self._variants)
            yield CellKey(case=case, variant=variant, repetition=repetition)
            index = self._marks.find(Mark.FAILED, index + 1)

    def _index(self, cell: CellKey) -> int:
        place = cell.case * self._variants + cell.variant
        return place * self._repetitions + cell.repetition


async def with_cases(
    cells: Iterable[CellKey], run_id: str, ledger: Ledger, *, window: int
) -> AsyncGenerator[tuple[CellKey, Case], None]:
    """Yield each cell with its case, holding only a window of cases at a time."""
    start = -1
    cases: Sequence[Case] = ()
    for cell in cells:
        first = cell.case - cell.case % window
        if first != start:
            start = first
            cases = await ledger.cases(run_id, start, window)
        yield cell, cases[cell.case - start]
