"""What the ledger writes in one transaction: everything that waited for the last commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.generations import (
    Generation,
    GenerationState,
    GenerationSummary,
)
from prompt_workbench.storage.hot_statements import HotStatements, settling
from prompt_workbench.storage.repositories.base import Columns
from prompt_workbench.storage.repositories.generation_rows import (
    answer_columns,
    attempt_text,
    request_columns,
    result_columns,
    score_columns,
)
from prompt_workbench.storage.rollups import RollupChanges
from prompt_workbench.storage.tables import GENERATION

_LAST_KEY = select(func.max(GENERATION.c.seq))


@dataclass(frozen=True, slots=True)
class SentRows:
    """The rows of a call that is about to leave."""

    identity: Columns
    """Its columns of ``generation`` that never change, without the key."""
    request: Columns


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt that will be followed by another one."""

    generation_id: str
    number: int
    body: str


@dataclass(frozen=True, slots=True)
class SettledRows:
    """The rows of a call in its final state."""

    identity: Columns
    request: Columns
    summary: GenerationSummary
    result: Columns
    answer: Columns
    failed_attempts: Sequence[Columns]
    scores: Sequence[Columns]
    cache_key: str | None


def settled_rows(identity: Columns, generation: Generation, cache_key: str | None) -> SettledRows:
    """Return the rows of a settled call; only complete answers of a model are cached."""
    summary, body = generation.summary, generation.body
    fresh = summary.state is GenerationState.DONE and not summary.from_cache
    return SettledRows(
        identity=identity,
        request=request_columns(body),
        summary=summary,
        result=result_columns(summary),
        answer=answer_columns(body),
        failed_attempts=[
            {"number": attempt.number, "body": attempt_text(attempt)}
            for attempt in body.attempts[:-1]
        ],
        scores=[score_columns(score) for score in summary.scores],
        cache_key=cache_key if fresh else None,
    )


class Batch:
    """Calls to be written together."""

    def __init__(self, statements: HotStatements, keys: dict[str, int]) -> None:
        self._statements = statements
        self._sent_keys = keys
        """The keys of the calls that were sent and are not settled; changed by a commit."""
        self._new_keys: dict[str, int] = {}
        self.sent: list[SentRows] = []
        self.attempts: list[AttemptRow] = []
        self.settled: list[SettledRows] = []

    def write(self, connection: Connection) -> set[Kind]:
        """Write everything, and return the kinds of things that changed."""
        unsent = [item for item in self.settled if item.identity["id"] not in self._sent_keys]
        self._add(connection, unsent)
        self._statements.add_attempt.run(
            connection,
            [
                {
                    "generation_seq": self._sent_keys[item.generation_id],
                    "number": item.number,
                    "body": item.body,
                }
                for item in self.attempts
            ],
        )
        if self.settled:
            self._settle(connection)
        kinds = {Kind.GENERATION} if self.sent or self.settled else set()
        return kinds | ({Kind.SCORE} if any(item.scores for item in self.settled) else set())

    def committed(self) -> None:
        """Keep the keys of the calls that were sent, forget those of the settled ones."""
        self._sent_keys.update(self._new_keys)
        for item in self.settled:
            self._sent_keys.pop(item.identity["id"], None)

    def _add(self, connection: Connection, unsent: Sequence[SettledRows]) -> None:
        added: list[SentRows | SettledRows] = [*self.sent, *unsent]
        if not added:
            return
        first = (connection.scalar(_LAST_KEY) or 0) + 1
        keys = range(first, first + len(added))
        self._new_keys = {item.identity["id"]: key for item, key in zip(added, keys, strict=True)}
        self._statements.add_sent.run(
            connection, [{"seq": self._key(item), **item.identity} for item in self.sent]
        )
        self._statements.add_settled.run(
            connection,
            [{"seq": self._key(item), **item.identity, **item.result} for item in unsent],
        )
        self._statements.add_request.run(
            connection, [{"generation_seq": self._key(item), **item.request} for item in added]
        )

    def _settle(self, connection: Connection) -> None:
        rollups = RollupChanges()
        results = [
            settling(self._sent_keys[item.identity["id"]], item.result)
            for item in self.settled
            if item.identity["id"] in self._sent_keys
        ]
        touched = self._statements.settle_sent.run(connection, results)
        if touched < len(results):
            self._settle_given_up(connection, results, rollups)
        for item in self.settled:
            rollups.add(item.identity["subject_seq"], item.summary)
        rollups.write(connection)
        self._add_answers(connection)

    def _settle_given_up(
        self,
        connection: Connection,
        results: Sequence[Columns],
        rollups: RollupChanges,
    ) -> None:
        """Settle calls that another process, which thought this one dead, gave up."""
        keys = {self._key(item): item.identity for item in self.settled}
        given_up = select(GENERATION.c.seq).where(
            GENERATION.c.seq.in_(keys), GENERATION.c.state == GenerationState.UNKNOWN.value
        )
        for key in connection.scalars(given_up):
            rollups.forget_unknown(keys[key]["subject_seq"], keys[key]["started_at"])
        self._statements.settle_unknown.run(connection, results)

    def _add_answers(self, connection: Connection) -> None:
        statements = self._statements
        keyed = [(self._key(item), item) for item in self.settled]
        statements.add_answer.run(
            connection, [{"generation_seq": key, **item.answer} for key, item in keyed]
        )
        statements.add_attempt.run(
            connection,
            [{"generation_seq": k, **row} for k, item in keyed for row in item.failed_attempts],
        )
        statements.add_score.run(
            connection, [{"generation_seq": k, **row} for k, item in keyed for row in item.scores]
        )
        statements.put_cached.run(
            connection,
            [
                {"generation_seq": key, "cache_key": item.cache_key}
                for key, item in keyed
                if item.cache_key is not None
            ],
        )
        statements.add_pending.run(connection, [{"generation_seq": key} for key, _ in keyed])

    def _key(self, item: SentRows | SettledRows) -> int:
        id_ = item.identity["id"]
        return self._new_keys[id_] if id_ in self._new_keys else self._sent_keys[id_]
