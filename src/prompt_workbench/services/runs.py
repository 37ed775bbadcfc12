"""What a person can do with runs, whether they go on or not: look, score again, export."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.comparisons import Run, RunKind, RunState, VariantSummary
from prompt_workbench.domain.datasets import Case, PlacedCase
from prompt_workbench.domain.errors import UserError
from prompt_workbench.domain.generations import (
    ANSWERED,
    CellKey,
    Generation,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.names import number_of
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.scoring import scores_of
from prompt_workbench.interop.runs import RunFormat, RunRow, format_of, run_text
from prompt_workbench.services.base import Done, Service, Undo
from prompt_workbench.services.evaluators import checked_evaluators
from prompt_workbench.services.exporting import write_new_text

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories

_WINDOW = 200

Scoring: TypeAlias = dict[str, list[tuple[str, Score]]]
"""Per score name, the score of each generation."""


class Runs(Service):
    """Look at runs, score them again, export them."""

    async def page(
        self, before: int | None = None, limit: int = 100, kind: RunKind | None = None
    ) -> tuple[Run, ...]:
        """Return the newest runs, or the newest of those before a run number."""
        return tuple(await self._project.read(lambda r: r.runs.page(before, limit, kind)))

    async def get(self, id_or_number: str | int) -> Run:
        """Return the run of that id or number.

        Raises:
            NotFoundError: There is none.
        """
        return await self._project.read(lambda r: find_run(r, id_or_number))

    async def cells(
        self, run_id: str, case_start: int = 0, case_count: int | None = None
    ) -> tuple[GenerationSummary, ...]:
        """Return the newest generation of each cell of a window of cases."""
        return tuple(
            await self._project.read(lambda r: r.generations.cells(run_id, case_start, case_count))
        )

    async def texts(self, run_id: str, case_start: int, case_count: int) -> Mapping[CellKey, str]:
        """Return the whole answers of a window of cases."""
        return await self._project.read(
            lambda r: r.generations.texts(run_id, case_start, case_count)
        )

    async def cases(
        self, run_id: str, start: int = 0, count: int | None = None
    ) -> tuple[PlacedCase, ...]:
        """Return the cases of a run; their positions count within the run."""
        return tuple(await self._project.read(lambda r: r.runs.cases(run_id, start, count)))

    async def generation(self, generation_id: str) -> Generation:
        """Return everything that is kept of a call."""
        return await self._project.read(lambda r: r.generations.get(generation_id))

    async def summary(self, run_id: str) -> tuple[VariantSummary, ...]:
        """Return the totals of each variant; its pass rate is that of the first evaluator."""

        def work(repositories: Repositories) -> tuple[VariantSummary, ...]:
            run = repositories.runs.get(run_id)
            return tuple(repositories.generations.summaries(run_id, deciding_name(run)))

        return await self._project.read(work)

    async def rescore(
        self, run_id: str, evaluators: Sequence[EvaluatorSpec]
    ) -> Done[tuple[VariantSummary, ...]]:
        """Score the stored answers with these evaluators, without calling a model.

        The evaluators become those of the run; the first one decides the pass rate.

        Raises:
            InvalidInputError: An option of an evaluator is wrong.
            UserError: The run is still going, and the answers to come would be left out.
        """
        checked = checked_evaluators(evaluators)
        scoring = await self._score(run_id, checked)
        return await self._replace(run_id, checked, scoring)

    async def export(self, run_id: str, path: Path, form: RunFormat | None = None) -> Path:
        """Write every cell of a run to a file and return its path."""
        text = await self.export_text(run_id, form or format_of(path))
        return await asyncio.to_thread(write_new_text, path, text)

    async def export_text(self, run_id: str, form: RunFormat) -> str:
        """Return every cell of a run, with its case and its answer, in a format."""
        run, rows = await self._project.read(
            lambda r: (r.runs.get(run_id), _rows(r, r.runs.get(run_id)))
        )
        return await asyncio.to_thread(run_text, run, rows, form)

    async def _score(self, run_id: str, evaluators: Sequence[EvaluatorSpec]) -> Scoring:
        found: Scoring = {}
        run = await self._project.read(lambda r: _run_at_rest(r, run_id))
        for start in range(0, run.case_count, _WINDOW):
            rows = await self._project.read(partial(_window, run=run, start=start))
            scored = await asyncio.to_thread(_scored, run, rows, evaluators)
            for name, items in scored.items():
                found.setdefault(name, []).extend(items)
        return found

    async def _replace(
        self, run_id: str, evaluators: Sequence[EvaluatorSpec], scoring: Scoring
    ) -> Done[tuple[VariantSummary, ...]]:
        def work(repositories: Repositories) -> tuple[tuple[EvaluatorSpec, ...], Scoring]:
            before = _run_at_rest(repositories, run_id).evaluators
            kept = _stored_scores(repositories, run_id)
            for name in kept.keys() | scoring.keys():
                repositories.scores.replace(run_id, name, scoring.get(name, []))
            repositories.runs.set_evaluators(run_id, evaluators)
            return before, kept

        before, kept = await self._project.write(work)
        undo = Undo(title="Score again", apply=partial(self._replace, run_id, before, kept))
        return self._done(
            await self.summary(run_id),
            Kind.SCORE,
            Kind.RUN,
            ids=frozenset({run_id}),
            undo=undo,
        )


def find_run(repositories: Repositories, id_or_number: str | int) -> Run:
    """Return the run of that id or number.

    Raises:
        NotFoundError: There is none.
    """
    runs, text = repositories.runs, str(id_or_number)
    number = number_of(text)
    return runs.get(text) if number is None else runs.numbered(number)


def _run_at_rest(repositories: Repositories, run_id: str) -> Run:
    """Return a run that no process works on.

    Raises:
        UserError: One does.
    """
    run = repositories.runs.get(run_id)
    left_behind = {other.id for other in repositories.runs.unfinished()}
    if run.state in {RunState.RUNNING, RunState.PAUSED} and run.id not in left_behind:
        raise UserError(
            f"Run {run.number} is still going.", hint="Score it again when it has ended."
        )
    return run


def deciding_name(run: Run) -> str | None:
    """Return the name of the scores that decide the pass rate of a run."""
    return run.evaluators[0].score_name if run.evaluators else None


def _window(repositories: Repositories, run: Run, start: int) -> list[RunRow]:
    """Return the cells of some cases, with their cases and whole answers."""
    cases: dict[int, Case] = {
        placed.position: placed.case for placed in repositories.runs.cases(run.id, start, _WINDOW)
    }
    texts = repositories.generations.texts(run.id, start, _WINDOW)
    cells = repositories.generations.cells(run.id, start, _WINDOW)
    return [
        RunRow(case=cases[cell.cell.case], summary=cell, text=texts.get(cell.cell, ""))
        for cell in sorted(cells, key=lambda summary: summary.cell)
    ]


def _rows(repositories: Repositories, run: Run) -> list[RunRow]:
    starts = range(0, run.case_count, _WINDOW)
    return [row for start in starts for row in _window(repositories, run, start)]


def _scored(run: Run, rows: Sequence[RunRow], evaluators: Sequence[EvaluatorSpec]) -> Scoring:
    found: Scoring = {}
    for row in rows:
        if row.summary.state not in ANSWERED:
            continue
        complete = row.summary.state is GenerationState.DONE
        schema = run.variants[row.summary.cell.variant].content.response_schema
        scores = scores_of(row.text, row.case, evaluators, complete=complete, schema=schema)
        for score in scores:
            found.setdefault(score.name, []).append((row.summary.id, score))
    return found


def _stored_scores(repositories: Repositories, run_id: str) -> Scoring:
    found: Scoring = {}
    for cell in repositories.generations.cells(run_id):
        for score in cell.scores:
            found.setdefault(score.name, []).append((cell.id, score))
    return found
