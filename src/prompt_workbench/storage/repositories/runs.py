"""Runs: what was compared, over which cases, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from prompt_workbench.domain.batches import BatchState
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.comparisons import Run, RunKind, RunLimits, RunState, Variant
from prompt_workbench.domain.datasets import Case, PlacedCase
from prompt_workbench.domain.errors import ConflictError, NotFoundError
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.storage import leases
from prompt_workbench.storage.encoding import optional_micros, to_text
from prompt_workbench.storage.leases import Holder
from prompt_workbench.storage.repositories.base import Repository
from prompt_workbench.storage.repositories.cases import add_cases, parse_case
from prompt_workbench.storage.repositories.contents import add_contents, contents
from prompt_workbench.storage.repositories.run_rows import (
    evaluators_text,
    limits_text,
    run_columns,
    run_of,
    subject_columns,
    variant_of,
)
from prompt_workbench.storage.rollups import RollupChanges
from prompt_workbench.storage.tables import (
    BATCH,
    BATCH_CALL,
    DATASET_CASE,
    GENERATION,
    PLACED_CASE,
    RUN,
    RUN_CASE,
    RUN_LEASE,
    RUN_VARIANT,
    SUBJECT,
)
from prompt_workbench.storage.tables.outlines import DATASET_VERSION
from prompt_workbench.storage.upsert import add_missing

_ASKED_ALIKE = ("content_hash", "version_id", "prompt_name")
_SUBJECT_KEYS = (*_ASKED_ALIKE, "provider", "model")


class Runs(Repository):
    """The runs of the project."""

    def add(
        self,
        run: Run,
        positions: Sequence[int] | None = None,
        cases: Sequence[Case] | None = None,
    ) -> None:
        """Store a new run with the cases it goes over.

        Args:
            run: The run.
            positions: Places in its dataset version; None takes all.
            cases: The run's own cases, when it has no dataset version.
        """
        self._write(insert(RUN).values(run_columns(run)), Kind.RUN)
        run_seq = run_key(self._connection, run.id)
        self._add_variants(run_seq, run.variants)
        if run.dataset_version_id is None:
            keys = add_cases(self._connection, cases or ())
        else:
            keys = self._placed(run.dataset_version_id, positions)
        places = [
            {"run_seq": run_seq, "position": position, "case_seq": key}
            for position, key in enumerate(keys)
        ]
        if places:
            self._connection.execute(insert(RUN_CASE), places)

    def get(self, run_id: str) -> Run:
        """Return a run."""
        found = self._rows(select(RUN).where(RUN.c.id == run_id))
        if not found:
            raise NotFoundError(f"There is no run with the id {run_id}.")
        return self._runs(found)[0]

    def numbered(self, number: int) -> Run:
        """Return the run that has the number."""
        found = self._rows(select(RUN).where(RUN.c.number == number))
        if not found:
            raise NotFoundError(f"There is no run {number}.", hint="pwb runs list shows them.")
        return self._runs(found)[0]

    def next_number(self) -> int:
        """Return the number of the next run."""
        return (self._connection.scalar(select(func.max(RUN.c.number))) or 0) + 1

    def page(
        self, before_number: int | None = None, limit: int = 100, kind: RunKind | None = None
    ) -> list[Run]:
        """Return runs, newest first, from before a number on."""
        statement = select(RUN).order_by(RUN.c.number.desc()).limit(limit)
        if before_number is not None:
            statement = statement.where(RUN.c.number < before_number)
        if kind is not None:
            statement = statement.where(RUN.c.kind == kind.value)
        return self._runs(self._rows(statement))

    def cases(self, run_id: str, start: int = 0, count: int | None = None) -> list[PlacedCase]:
        """Return the cases of a run from a position on; positions count within the run."""
        statement = (
            select(RUN_CASE.c.position, DATASET_CASE.c.body)
            .join(DATASET_CASE, DATASET_CASE.c.seq == RUN_CASE.c.case_seq)
            .where(
                RUN_CASE.c.run_seq == run_key(self._connection, run_id),
                RUN_CASE.c.position >= start,
            )
            .order_by(RUN_CASE.c.position)
            .limit(count)
        )
        return [
            PlacedCase(position=row.position, case=parse_case(row.body))
            for row in self._rows(statement)
        ]

    def set_state(
        self, run_id: str, state: RunState, reason: str = "", finished_at: datetime | None = None
    ) -> None:
        """Store where a run stands."""
        columns = {
            "state": state.value,
            "state_reason": reason,
            "finished_at": optional_micros(finished_at),
        }
        self._write(update(RUN).where(RUN.c.id == run_id).values(columns), Kind.RUN)

    def set_limits(self, run_id: str, limits: RunLimits) -> None:
        """Store other limits for a run, such as a higher spend cap."""
        changed = update(RUN).where(RUN.c.id == run_id).values(limits=limits_text(limits))
        self._write(changed, Kind.RUN)

    def set_evaluators(self, run_id: str, evaluators: Sequence[EvaluatorSpec]) -> None:
        """Store other evaluators for a run whose answers are scored again."""
        text = evaluators_text(evaluators)
        self._write(update(RUN).where(RUN.c.id == run_id).values(evaluators=text), Kind.RUN)

    def keys(self, run_id: str) -> tuple[int, list[dict[ModelRef, int]]]:
        """Return the key of a run, and for each variant in order its subjects by model.

        A variant has a subject for every model that may answer: its own and its fallbacks.
        """
        run_seq = run_key(self._connection, run_id)
        own, other = SUBJECT.alias("own"), SUBJECT.alias("other")
        alike = [own.c[name] == other.c[name] for name in _ASKED_ALIKE]
        statement = (
            select(RUN_VARIANT.c.number, other.c.provider, other.c.model, other.c.seq)
            .join(own, own.c.seq == RUN_VARIANT.c.subject_seq)
            .join(other, and_(*alike))
            .where(RUN_VARIANT.c.run_seq == run_seq)
        )
        found: defaultdict[int, dict[ModelRef, int]] = defaultdict(dict)
        for row in self._rows(statement):
            found[row.number][ModelRef(provider=row.provider, model=row.model)] = row.seq
        return run_seq, [found[number] for number in sorted(found)]

    def take_lease(self, run_id: str, holder: Holder) -> bool:
        """Take the lease of a run; False when another live holder has it.

        What an earlier holder left in flight becomes unknown.
        """
        run_seq = run_key(self._connection, run_id)
        taken = leases.take(self._connection, run_seq, holder)
        if taken:
            self._mark_unknown(run_seq)
        return taken

    def renew_lease(self, run_id: str, holder: Holder) -> bool:
        """Renew a lease; False when it was lost to another holder."""
        return leases.renew(self._connection, run_key(self._connection, run_id), holder)

    def give_lease_back(self, run_id: str, holder: Holder) -> None:
        """Give a lease back, if the holder still has it."""
        leases.give_back(self._connection, run_key(self._connection, run_id), holder)

    def unfinished(self) -> list[Run]:
        """Return the runs that were left running or paused by a process that is gone."""
        active = (RunState.RUNNING.value, RunState.PAUSED.value)
        rows = self._rows(select(RUN).where(RUN.c.state.in_(active)).order_by(RUN.c.number))
        held = {row.run_seq for row in self._rows(select(RUN_LEASE)) if leases.is_live(row)}
        return self._runs([row for row in rows if row.seq not in held])

    def recover(self, run_id: str) -> int:
        """Mark a run as interrupted, and what it had in flight as unknown.

        Returns:
            How many calls may have been billed without an answer.

        Raises:
            ConflictError: A live process works on the run.
        """
        run_seq = run_key(self._connection, run_id)
        if leases.is_live(leases.lease_of(self._connection, run_seq)):
            raise ConflictError("Another window or program works on this run.")
        lost = self._mark_unknown(run_seq)
        leases.give_back(self._connection, run_seq)
        self.set_state(run_id, RunState.INTERRUPTED, "The program ended while the run was going.")
        return lost

    def _mark_unknown(self, run_seq: int) -> int:
        sent = GENERATION.c.state == GenerationState.SENT.value
        # What is in a batch has not lost its answer: that is collected when the run goes on.
        left_over = (GENERATION.c.run_seq == run_seq, sent, GENERATION.c.seq.not_in(_in_batches()))
        statement = select(GENERATION.c.subject_seq, GENERATION.c.started_at).where(*left_over)
        rows = self._rows(statement)
        if rows:
            rollups = RollupChanges()
            for row in rows:
                rollups.add_unknown(row.subject_seq, row.started_at)
            rollups.write(self._connection)
            unknown = update(GENERATION).where(*left_over)
            columns = {"state": GenerationState.UNKNOWN.value}
            self._write(unknown.values(columns), Kind.GENERATION)
        return len(rows)

    def _add_variants(self, run_seq: int, variants: Sequence[Variant]) -> None:
        hashes = add_contents(self._connection, [variant.content for variant in variants])
        hashed = list(zip(variants, hashes, strict=True))
        subjects = [subject_columns(variant, variant.model, hash_) for variant, hash_ in hashed]
        stand_ins = [
            subject_columns(variant, model, hash_)
            for variant, hash_ in hashed
            for model in variant.models[1:]
        ]
        add_missing(self._connection, SUBJECT, [*subjects, *stand_ins], keys=_SUBJECT_KEYS)
        statement = select(SUBJECT).where(SUBJECT.c.content_hash.in_(set(hashes)))
        seqs = {
            tuple(getattr(row, key) for key in _SUBJECT_KEYS): row.seq
            for row in self._rows(statement)
        }
        rows = [
            {
                "run_seq": run_seq,
                "number": variant.index,
                "subject_seq": seqs[tuple(subject[key] for key in _SUBJECT_KEYS)],
                "overrides": to_text(variant.overrides.to_json()),
            }
            for variant, subject in zip(variants, subjects, strict=True)
        ]
        if rows:
            self._connection.execute(insert(RUN_VARIANT), rows)

    def _placed(self, version_id: str, positions: Sequence[int] | None) -> list[int]:
        statement = (
            select(PLACED_CASE.c.position, PLACED_CASE.c.case_seq)
            .join(DATASET_VERSION, DATASET_VERSION.c.seq == PLACED_CASE.c.version_seq)
            .where(DATASET_VERSION.c.id == version_id)
            .order_by(PLACED_CASE.c.position)
        )
        keys = {row.position: row.case_seq for row in self._rows(statement)}
        return [keys[position] for position in (keys if positions is None else positions)]

    def _runs(self, rows: Sequence[Row[Any]]) -> list[Run]:
        variants = self._variants([row.seq for row in rows])
        return [run_of(row, variants.get(row.seq, ())) for row in rows]

    def _variants(self, run_seqs: Iterable[int]) -> dict[int, tuple[Variant, ...]]:
        statement = (
            select(RUN_VARIANT, SUBJECT)
            .join(SUBJECT, SUBJECT.c.seq == RUN_VARIANT.c.subject_seq)
            .where(RUN_VARIANT.c.run_seq.in_(list(run_seqs)))
            .order_by(RUN_VARIANT.c.run_seq, RUN_VARIANT.c.number)
        )
        rows = self._rows(statement)
        texts = contents(self._connection, {row.content_hash for row in rows})
        found: dict[int, tuple[Variant, ...]] = {}
        for row in rows:
            variant = variant_of(row, texts[row.content_hash])
            found[row.run_seq] = (*found.get(row.run_seq, ()), variant)
        return found


def _in_batches() -> Select[tuple[int]]:
    """Return the query of the keys of the calls in batches that are not collected."""
    joined = BATCH_CALL.join(BATCH, BATCH.c.seq == BATCH_CALL.c.batch_seq)
    not_collected = BATCH.c.state != BatchState.COLLECTED.value
    return select(BATCH_CALL.c.generation_seq).select_from(joined).where(not_collected)


def run_key(connection: Connection, run_id: str) -> int:
    """Return the integer key of a run.

    Raises:
        NotFoundError: There is no such run.
    """
    found = connection.scalar(select(RUN.c.seq).where(RUN.c.id == run_id))
    if found is None:
        raise NotFoundError(f"There is no run with the id {run_id}.")
    return int(found)
