"""The durable record of a run's calls, as the engine needs it.

A call has its row before its bytes leave, and its answer, cost, scores and rollups are
stored in one transaction after. Every method returns after its commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prompt_workbench.domain.batches import Batch, BatchCall
from prompt_workbench.domain.comparisons import Run, RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import ConflictError, DiskFullError
from prompt_workbench.domain.generations import CellKey, Generation
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.storage.call_rows import IdentityRow, attempt_row, request_row
from prompt_workbench.storage.database import Database
from prompt_workbench.storage.encoding import to_micros
from prompt_workbench.storage.leases import this_holder
from prompt_workbench.storage.ledger_batch import (
    RetriedRow,
    SentRows,
    SentTogether,
    settled_rows,
)
from prompt_workbench.storage.ledger_calls import FailedAttempt, SentCall
from prompt_workbench.storage.ledger_reader import LedgerReader
from prompt_workbench.storage.ledger_writer import LedgerWriter
from prompt_workbench.storage.opening import open_database
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench.storage.reserve import Reserve
from prompt_workbench.storage.sqlite import SqliteDatabase

_GOING_ON = frozenset({RunState.READY, RunState.RUNNING, RunState.PAUSED})


@dataclass(frozen=True, slots=True)
class _RunKeys:
    """The keys under which the calls of a run are stored."""

    run_seq: int
    subjects: Sequence[Mapping[ModelRef, int]]
    """By variant and by the model that was asked: it may be a fallback."""

    def identity(
        self,
        id_: str,
        cell: CellKey,
        model: ModelRef,
        started_at: datetime,
        reserved_pico_usd: int | None,
    ) -> IdentityRow:
        """Return what never changes of a call."""
        return IdentityRow(
            id=id_,
            run_seq=self.run_seq,
            subject_seq=self.subjects[cell.variant][model],
            case_index=cell.case,
            variant=cell.variant,
            repetition=cell.repetition,
            started_at=to_micros(started_at),
            reserved_pico_usd=reserved_pico_usd,
        )


class ProjectLedger:
    """The ledger of one project; implements the engine's port."""

    def __init__(self, database: Database) -> None:
        reserve = Reserve(database.path) if isinstance(database, SqliteDatabase) else None
        self._writer = LedgerWriter(database, reserve)
        self._reader = LedgerReader(database)
        self._holder = this_holder(new_id())
        self._keys: dict[str, _RunKeys] = {}
        self._reading_keys = asyncio.Lock()

    @staticmethod
    def open(location: str | Path) -> ProjectLedger:
        """Open the ledger of a project; blocks.

        Raises:
            StorageError: The project cannot be opened, or not be written.
        """
        database, _ = open_database(location)
        return ProjectLedger(database)

    @property
    def commits(self) -> int:
        """How many transactions were committed so far."""
        return self._writer.commits

    @property
    def obstacle(self) -> str:
        """Why commits wait, as a sentence; empty while they do not."""
        return self._writer.obstacle

    async def close(self) -> None:
        """Store what waits, and close."""
        await self._writer.close()
        await self._reader.close()

    async def run(self, run_id: str) -> Run:
        """Return the run."""
        return await self._reader.read(lambda project: project.runs.get(run_id))

    async def cases(self, run_id: str, start: int, count: int) -> Sequence[Case]:
        """Return the cases of the run from position start."""
        placed = await self._reader.read(lambda project: project.runs.cases(run_id, start, count))
        return [item.case for item in placed]

    async def answered(self, run_id: str) -> set[CellKey]:
        """Return the cells that have an answer and are not to be sent again."""
        return await self._reader.read(lambda project: project.generations.answered(run_id))

    async def failed(self, run_id: str) -> set[CellKey]:
        """Return the cells whose newest call failed."""
        return await self._reader.read(lambda project: project.generations.failed(run_id))

    async def spent_pico_usd(self, run_id: str) -> tuple[int, int]:
        """Return what the run cost, and what calls of uncertain cost hold beyond that."""
        return await self._reader.read(lambda project: project.generations.spent_pico_usd(run_id))

    async def unknown_cost(self, run_id: str) -> int:
        """Return how many calls of the run have no known cost."""
        return await self._reader.read(lambda project: project.generations.unknown_cost(run_id))

    async def cached(self, cache_key: str) -> Generation | None:
        """Return the complete answer that the cache holds for a request."""
        return await self._reader.cached(cache_key)

    async def acquire(self, run_id: str) -> bool:
        """Take the run's lease; False when a live process holds it.

        What an earlier holder left in flight becomes unknown.

        Raises:
            DiskFullError: There is no room to store answers.
        """
        if not self._writer.make_room():
            raise DiskFullError("There is no room left on the disk.")
        taken: bool = await self._writer.write(
            lambda project: project.runs.take_lease(run_id, self._holder)
        )
        return taken

    async def keep(self, run_id: str) -> None:
        """Renew the lease.

        Raises:
            ConflictError: Another process took the run over.
        """
        kept = await self._writer.write(
            lambda project: project.runs.renew_lease(run_id, self._holder)
        )
        if not kept:
            raise ConflictError("Another window or program took this run over.")

    async def release(self, run_id: str, state: RunState, reason: str = "") -> None:
        """Store the run's state and give the lease back."""
        ended = None if state in _GOING_ON else datetime.now(UTC)

        def work(project: Repositories) -> None:
            project.runs.set_state(run_id, state, reason, ended)
            project.runs.give_lease_back(run_id, self._holder)

        await self._writer.write(work)

    async def set_state(self, run_id: str, state: RunState, reason: str = "") -> None:
        """Store the run's state."""
        await self._writer.write(lambda project: project.runs.set_state(run_id, state, reason))

    async def sent(self, call: SentCall) -> None:
        """Record that a call is about to leave; it may leave when this returns.

        Raises:
            DiskFullError: There is no room to store its answer.
        """
        keys = self._keys.get(call.run_id) or await self._read_keys(call.run_id)
        await self._writer.write(_sent_rows(keys, call))

    async def written(self, batch: Batch, calls: Sequence[SentCall]) -> None:
        """Record a batch with its calls, of which nothing has left, in one transaction.

        Raises:
            DiskFullError: There is no room to store the answers.
        """
        keys = self._keys.get(batch.run_id) or await self._read_keys(batch.run_id)
        rows = [_sent_rows(keys, call) for call in calls]
        ids = [call.id for call in calls]
        await self._writer.write(
            SentTogether(rows, lambda project: project.batches.add(batch, ids))
        )

    async def batches(self, run_id: str) -> Sequence[Batch]:
        """Return the batches of a run that are not collected, oldest first."""
        return await self._reader.read(lambda project: project.batches.open(run_id))

    async def batch_calls(self, batch_id: str) -> Sequence[BatchCall]:
        """Return the calls of a batch that have no result yet."""

        def work(project: Repositories) -> list[BatchCall]:
            found = project.batches.calls(batch_id)
            self._writer.adopt({call.id: key for key, call in found.items()})
            return list(found.values())

        calls: list[BatchCall] = await self._writer.write(work)
        return calls

    async def submitting(self, batch_id: str, at: datetime) -> None:
        """Note that a batch may reach the provider once this returns."""
        await self._writer.write(lambda project: project.batches.submitting(batch_id, at))

    async def submitted(self, batch_id: str, remote_id: str) -> None:
        """Keep what the provider calls a batch."""
        await self._writer.write(lambda project: project.batches.submitted(batch_id, remote_id))

    async def collected(self, batch_id: str) -> None:
        """Note that every call of a batch has a final state."""
        await self._writer.write(lambda project: project.batches.collected(batch_id))

    async def retrying(self, failed: FailedAttempt) -> None:
        """Record a failed attempt before the next one leaves."""
        row = attempt_row(failed.attempt)
        await self._writer.write(RetriedRow(failed.generation_id, row))

    async def settled(self, generation: Generation, *, cache_key: str | None) -> None:
        """Store answer, cost, scores and state in one transaction."""
        summary = generation.summary
        keys = self._keys.get(summary.run_id) or await self._read_keys(summary.run_id)
        model = ModelRef(provider=summary.provider, model=summary.request_model)
        identity = keys.identity(summary.id, summary.cell, model, summary.started_at, None)
        await self._writer.write(settled_rows(identity, generation, cache_key))

    async def _read_keys(self, run_id: str) -> _RunKeys:
        # The first calls of a run all need them at once, and one look is enough.
        async with self._reading_keys:
            if run_id not in self._keys:
                found = await self._reader.read(lambda project: project.runs.keys(run_id))
                self._keys[run_id] = _RunKeys(*found)
            return self._keys[run_id]


def _sent_rows(keys: _RunKeys, call: SentCall) -> SentRows:
    reserved = call.reserved_pico_usd
    model = call.request.model
    identity = keys.identity(call.id, call.cell, model, call.started_at, reserved)
    return SentRows(identity, request_row(call.request.messages, call.request_body))
