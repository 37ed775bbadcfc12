"""Which cases of a run are worth a look: where the variants differ, failed, or went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.generations import GenerationState, GenerationSummary
from prompt_workbench.ui.compare.cells import passed_of

if TYPE_CHECKING:
    from prompt_workbench.services.runs import Runs

_WINDOW = 200
_WRONG = frozenset({GenerationState.FAILED, GenerationState.TRUNCATED, GenerationState.UNKNOWN})


class CaseFilter(StrEnum):
    """What is shown of a run."""

    ALL = "all cases"
    DISAGREE = "different verdicts"
    DIFFERENT = "different answers"
    NOT_PASSED = "something fails"
    WRONG = "errors and cut off"
    UNSCORED = "not scored"


def matches(wanted: CaseFilter, cells: Sequence[GenerationSummary], deciding: str | None) -> bool:
    """Return whether a case, given by its cells, is wanted."""
    verdicts = {passed_of(cell, deciding) for cell in cells}
    match wanted:
        case CaseFilter.DISAGREE:
            return {True, False} <= verdicts
        case CaseFilter.DIFFERENT:
            return len({" ".join(cell.preview.split()) for cell in cells}) > 1
        case CaseFilter.NOT_PASSED:
            return False in verdicts
        case CaseFilter.WRONG:
            return any(cell.state in _WRONG for cell in cells)
        case CaseFilter.UNSCORED:
            done = (cell for cell in cells if cell.state is GenerationState.DONE)
            return any(passed_of(cell, deciding) is None for cell in done)
        case _:
            return True


async def matching_cases(runs: Runs, run: Run, wanted: CaseFilter) -> list[int]:
    """Return the positions of the wanted cases, in order."""
    deciding = run.evaluators[0].score_name if run.evaluators else None
    found: list[int] = []
    for start in range(0, run.case_count, _WINDOW):
        cells = await runs.cells(run.id, start, _WINDOW)
        for position, group in groupby(cells, key=lambda cell: cell.cell.case):
            if matches(wanted, tuple(group), deciding):
                found.append(position)
    return found
