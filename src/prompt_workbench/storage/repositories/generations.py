"""Generations: the cells of a run, and the list of all calls of the project.

A cell may have several generations, because a failed one can be sent again: the newest is
the cell's, the earlier ones stay.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, case, func, select

from prompt_workbench.domain.calls import CallFilter, CallIndex, CallRow
from prompt_workbench.domain.comparisons import VariantSummary
from prompt_workbench.domain.costs import CallHistory
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.generations import (
    ANSWERED,
    CellKey,
    Generation,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import CostSource
from prompt_workbench.storage.repositories import call_lists, costs
from prompt_workbench.storage.repositories.base import Repository
from prompt_workbench.storage.repositories.files import files_of
from prompt_workbench.storage.repositories.generation_rows import attempt_of, body_of, summary_of
from prompt_workbench.storage.repositories.runs import Runs, run_key
from prompt_workbench.storage.repositories.scores import scores_of
from prompt_workbench.storage.repositories.variant_summaries import variant_summaries
from prompt_workbench.storage.tables import (
    CACHED_ANSWER,
    FAILED_ATTEMPT,
    GENERATION,
    GENERATION_ANSWER,
    GENERATION_REQUEST,
    RUN,
    SUBJECT,
)


class Generations(Repository):
    """The generations of the project."""

    def get(self, generation_id: str) -> Generation:
        """Return a generation with everything that is kept of it."""
        statement = hot_rows().where(GENERATION.c.id == generation_id)
        rows = self._rows(statement)
        if not rows:
            raise NotFoundError(f"There is no call with the id {generation_id}.")
        return self._whole(rows)[0]

    def whole(self, seqs: Sequence[int]) -> dict[int, Generation]:
        """Return generations with everything that is kept of them, by their keys."""
        rows = self._rows(hot_rows().where(GENERATION.c.seq.in_(seqs)).order_by(GENERATION.c.seq))
        return dict(zip((row.seq for row in rows), self._whole(rows), strict=True))

    def cells(
        self, run_id: str, case_start: int = 0, case_count: int | None = None
    ) -> list[GenerationSummary]:
        """Return the newest generation of each cell of some cases, with its scores."""
        newest = newest_of_cells(run_key(self._connection, run_id), case_start, case_count)
        scores = scores_of(self._connection, newest)
        statement = hot_rows().where(GENERATION.c.seq.in_(newest))
        statement = statement.order_by(
            GENERATION.c.case_index, GENERATION.c.variant, GENERATION.c.repetition
        )
        return [summary_of(row, run_id, scores.get(row.seq, ())) for row in self._rows(statement)]

    def answered(self, run_id: str) -> set[CellKey]:
        """Return the cells of a run that have an answer."""
        return self._cells_in(run_id, ANSWERED)

    def failed(self, run_id: str) -> set[CellKey]:
        """Return the cells of a run whose newest call failed."""
        return self._cells_in(run_id, {GenerationState.FAILED})

    def spent_pico_usd(self, run_id: str) -> tuple[int, int]:
        """Return what the calls of a run cost, and what they hold of its spend cap beyond that.

        A call whose cost is not certain holds its reservation once for its last attempt and
        once for each earlier one that may have been billed.
        """
        in_run = GENERATION.c.run_seq == run_key(self._connection, run_id)
        uncertain = and_(in_run, GENERATION.c.cost_source != CostSource.KNOWN.value)
        cost = func.coalesce(GENERATION.c.cost_pico_usd, 0)
        reserved = GENERATION.c.reserved_pico_usd
        beyond = case((reserved > cost, reserved - cost), else_=0)
        spent = self._connection.scalar(select(func.sum(cost)).where(in_run))
        held = self._connection.scalar(select(func.sum(beyond)).where(uncertain))
        earlier = (
            select(reserved, FAILED_ATTEMPT.c.body)
            .join(FAILED_ATTEMPT, FAILED_ATTEMPT.c.generation_seq == GENERATION.c.seq)
            .where(uncertain, reserved.is_not(None))
        )
        again = sum(
            amount
            for amount, body in self._connection.execute(earlier)
            if attempt_of(body).perhaps_billed
        )
        return int(spent or 0), int(held or 0) + again

    def unknown_cost(self, run_id: str) -> int:
        """Return how many calls of a run have no known cost."""
        in_run = GENERATION.c.run_seq == run_key(self._connection, run_id)
        unknown = select(func.count()).where(
            in_run,
            GENERATION.c.cost_pico_usd.is_(None),
            # What is in a batch will have a cost.
            GENERATION.c.state != GenerationState.SENT.value,
        )
        return self._connection.scalar(unknown) or 0

    def texts(self, run_id: str, case_start: int, case_count: int) -> dict[CellKey, str]:
        """Return the whole answers of some cases."""
        newest = newest_of_cells(run_key(self._connection, run_id), case_start, case_count)
        statement = (
            select(
                GENERATION.c.case_index,
                GENERATION.c.variant,
                GENERATION.c.repetition,
                GENERATION_ANSWER.c.text,
            )
            .join(GENERATION_ANSWER, GENERATION_ANSWER.c.generation_seq == GENERATION.c.seq)
            .where(GENERATION.c.seq.in_(newest))
        )
        return {
            CellKey(case=row.case_index, variant=row.variant, repetition=row.repetition): row.text
            for row in self._rows(statement)
        }

    def summaries(self, run_id: str, deciding: str | None) -> list[VariantSummary]:
        """Return the totals of each variant of a run.

        Args:
            run_id: The run.
            deciding: The score whose verdict is the pass rate; None for none.
        """
        run = Runs(self._connection, self._changes).get(run_id)
        newest = newest_of_cells(run_key(self._connection, run_id))
        return variant_summaries(self._connection, run, newest, deciding)

    def page(
        self, filter_: CallFilter, before: int | None = None, limit: int = 200
    ) -> list[CallRow]:
        """Return calls, newest first, from before a key on."""
        return call_lists.page(self._connection, filter_, before, limit)

    def anchors(self, filter_: CallFilter) -> CallIndex:
        """Return how long a filtered list is, and the keys where its pages begin."""
        return call_lists.index(self._connection, filter_)

    def search(self, text: str, limit: int = 50, before: int | None = None) -> list[CallRow]:
        """Return the newest calls whose prompt or answer has all the words."""
        return call_lists.search(self._connection, text, limit, before)

    def history(self, model: ModelRef, version_content_hash: str) -> CallHistory | None:
        """Return what earlier answers of a model to the same prompt content took."""
        return costs.history(self._connection, model, version_content_hash)

    def cached(self, cache_keys: Collection[str]) -> dict[str, Generation]:
        """Return the complete answers that the response cache holds, by their keys."""
        statement = (
            hot_rows(CACHED_ANSWER.c.cache_key)
            .join(CACHED_ANSWER, CACHED_ANSWER.c.generation_seq == GENERATION.c.seq)
            .where(CACHED_ANSWER.c.cache_key.in_(list(cache_keys)))
        )
        rows = self._rows(statement)
        return {
            row.cache_key: generation
            for row, generation in zip(rows, self._whole(rows), strict=True)
        }

    def count_cached(self, cache_keys: Collection[str]) -> int:
        """Return how many of some requests the response cache can answer."""
        statement = select(func.count()).select_from(CACHED_ANSWER)
        found = self._connection.scalar(
            statement.where(CACHED_ANSWER.c.cache_key.in_(list(cache_keys)))
        )
        return found or 0

    def _cells_in(self, run_id: str, states: Collection[GenerationState]) -> set[CellKey]:
        newest = newest_of_cells(run_key(self._connection, run_id))
        columns = (GENERATION.c.case_index, GENERATION.c.variant, GENERATION.c.repetition)
        statement = select(*columns).where(
            GENERATION.c.seq.in_(newest),
            GENERATION.c.state.in_([state.value for state in states]),
        )
        return {
            CellKey(case=row.case_index, variant=row.variant, repetition=row.repetition)
            for row in self._rows(statement)
        }

    def _whole(self, rows: Sequence[Row[Any]]) -> list[Generation]:
        seqs = [row.seq for row in rows]
        scores = scores_of(self._connection, seqs)
        requests = self._by_generation(GENERATION_REQUEST, seqs)
        answers = self._by_generation(GENERATION_ANSWER, seqs)
        failed = self._failed_attempts(seqs)
        files = files_of(self._connection, (request.messages for request in requests.values()))
        found = []
        for row in rows:
            summary = summary_of(row, row.run_id, scores.get(row.seq, ()))
            body = body_of(
                requests[row.seq],
                answers.get(row.seq),
                summary.cost,
                failed.get(row.seq, ()),
                files,
            )
            found.append(Generation(summary=summary, body=body))
        return found

    def _by_generation(self, table: Table, seqs: Sequence[int]) -> dict[int, Row[Any]]:
        statement = select(table).where(table.c.generation_seq.in_(seqs))
        return {row.generation_seq: row for row in self._rows(statement)}

    def _failed_attempts(self, seqs: Sequence[int]) -> dict[int, list[str]]:
        statement = (
            select(FAILED_ATTEMPT)
            .where(FAILED_ATTEMPT.c.generation_seq.in_(seqs))
            .order_by(FAILED_ATTEMPT.c.generation_seq, FAILED_ATTEMPT.c.number)
        )
        found: dict[int, list[str]] = {}
        for row in self._rows(statement):
            found.setdefault(row.generation_seq, []).append(row.body)
        return found


def hot_rows(*more: ColumnElement[Any]) -> Select[Any]:
    """Return the query of generations with their subject and run, without bodies."""
    joined = GENERATION.join(SUBJECT, SUBJECT.c.seq == GENERATION.c.subject_seq).join(
        RUN, RUN.c.seq == GENERATION.c.run_seq
    )
    return select(
        GENERATION, SUBJECT.c.provider, SUBJECT.c.model, RUN.c.id.label("run_id"), *more
    ).select_from(joined)


def newest_of_cells(
    run_seq: int, case_start: int = 0, case_count: int | None = None
) -> Select[tuple[int]]:
    """Return the query of the keys of the newest generation of each cell of some cases."""
    statement = select(func.max(GENERATION.c.seq)).where(
        GENERATION.c.run_seq == run_seq, GENERATION.c.case_index >= case_start
    )
    if case_count is not None:
        statement = statement.where(GENERATION.c.case_index < case_start + case_count)
    return statement.group_by(
        GENERATION.c.case_index, GENERATION.c.variant, GENERATION.c.repetition
    )
