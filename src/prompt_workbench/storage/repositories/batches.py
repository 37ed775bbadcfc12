"""Batches: calls that were submitted together, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from prompt_workbench.domain.batches import Batch, BatchCall, BatchState
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.storage.encoding import (
    from_micros,
    optional_micros,
    optional_moment,
    to_micros,
)
from prompt_workbench.storage.repositories.base import Repository
from prompt_workbench.storage.repositories.generations import Generations
from prompt_workbench.storage.repositories.runs import run_key
from prompt_workbench.storage.tables import BATCH, BATCH_CALL, GENERATION

_AT_ONCE = 500


class Batches(Repository):
    """The batches of the project."""

    def add(self, batch: Batch, calls: Sequence[str]) -> None:
        """Store a new batch; the generations with these ids, which are stored, are in it.

        One that is stored stays: a commit may succeed and its connection be lost after it.
        """
        stored = select(BATCH.c.seq).where(BATCH.c.id == batch.id)
        if self._connection.scalar(stored) is not None:
            return
        columns = {
            "id": batch.id,
            "run_seq": run_key(self._connection, batch.run_id),
            "provider": batch.model.provider,
            "model": batch.model.model,
            "state": batch.state.value,
            "remote_id": batch.remote_id,
            "call_count": batch.call_count,
            "submitting_at": optional_micros(batch.submitting_at),
            "created_at": to_micros(batch.created_at),
        }
        self._write(insert(BATCH).values(columns), Kind.RUN)
        key = self._connection.scalar(stored)
        for start in range(0, len(calls), _AT_ONCE):
            some = calls[start : start + _AT_ONCE]
            seqs = self._connection.scalars(
                select(GENERATION.c.seq).where(GENERATION.c.id.in_(some))
            )
            rows = [{"generation_seq": seq, "batch_seq": key} for seq in seqs]
            self._connection.execute(insert(BATCH_CALL), rows)

    def open(self, run_id: str) -> list[Batch]:
        """Return the batches of a run that are not collected, oldest first."""
        statement = select(BATCH).where(
            BATCH.c.run_seq == run_key(self._connection, run_id),
            BATCH.c.state != BatchState.COLLECTED.value,
        )
        return [_batch_of(row, run_id) for row in self._rows(statement.order_by(BATCH.c.seq))]

    def calls(self, batch_id: str) -> dict[int, BatchCall]:
        """Return the calls of a batch that have no result yet, by their keys."""
        waiting = (
            select(GENERATION.c.seq, GENERATION.c.reserved_pico_usd)
            .join(BATCH_CALL, BATCH_CALL.c.generation_seq == GENERATION.c.seq)
            .join(BATCH, BATCH.c.seq == BATCH_CALL.c.batch_seq)
            .where(BATCH.c.id == batch_id, GENERATION.c.state == GenerationState.SENT.value)
            .order_by(GENERATION.c.seq)
        )
        reserved = {row.seq: row.reserved_pico_usd for row in self._rows(waiting)}
        seqs = list(reserved)
        generations = Generations(self._connection, self._changes)
        found: dict[int, BatchCall] = {}
        for start in range(0, len(seqs), _AT_ONCE):
            some = seqs[start : start + _AT_ONCE]
            for seq, generation in generations.whole(some).items():
                found[seq] = BatchCall(
                    id=generation.summary.id,
                    cell=generation.summary.cell,
                    messages=generation.body.messages,
                    request_body=generation.body.whole_request_body,
                    started_at=generation.summary.started_at,
                    reserved_pico_usd=reserved[seq],
                )
        return found

    def submitting(self, batch_id: str, at: datetime) -> None:
        """Note that a batch may reach the provider from now on."""
        columns = {"state": BatchState.SUBMITTING.value, "submitting_at": to_micros(at)}
        self._change(batch_id, columns)

    def submitted(self, batch_id: str, remote_id: str) -> None:
        """Keep what the provider calls a batch."""
        self._change(batch_id, {"state": BatchState.SUBMITTED.value, "remote_id": remote_id})

    def collected(self, batch_id: str) -> None:
        """Note that every call of a batch has a final state."""
        self._change(batch_id, {"state": BatchState.COLLECTED.value})

    def _change(self, batch_id: str, columns: dict[str, Any]) -> None:
        self._write(update(BATCH).where(BATCH.c.id == batch_id).values(columns), Kind.RUN)


def _batch_of(row: Row[Any], run_id: str) -> Batch:
    return Batch(
        id=row.id,
        run_id=run_id,
        model=ModelRef(provider=row.provider, model=row.model),
        state=BatchState(row.state),
        remote_id=row.remote_id,
        call_count=row.call_count,
        submitting_at=optional_moment(row.submitting_at),
        created_at=from_micros(row.created_at),
    )
