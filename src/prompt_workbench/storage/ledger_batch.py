"""What the ledger writes in one transaction: everything that waited for the last commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.generations import Generation, GenerationBody, GenerationState
from prompt_workbench.storage.call_rows import (
    AnswerRow,
    AttemptRow,
    IdentityRow,
    RequestRow,
    ResultRow,
    ScoreRow,
    answer_row,
    attempt_row,
    request_row,
    result_row,
    score_row,
)
from prompt_workbench.storage.hot_statements import HotStatements
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench.storage.rollups import RollupChanges
from prompt_workbench.storage.tables import GENERATION

_WITHOUT_RESULT = {GenerationState.SENT.value, GenerationState.UNKNOWN.value}


class SentRows(NamedTuple):
    """The rows of a call that is about to leave."""

    identity: IdentityRow
    request: RequestRow


class SentTogether(NamedTuple):
    """The rows of calls that are about to leave together, and what is stored beside them."""

    calls: Sequence[SentRows]
    work: Callable[[Repositories], None]


class RetriedRow(NamedTuple):
    """The row of an attempt that will be followed by another one."""

    generation_id: str
    attempt: AttemptRow


class SettledRows(NamedTuple):
    """The rows of a call in its final state."""

    identity: IdentityRow
    result: ResultRow
    answer: AnswerRow
    failed_attempts: Sequence[AttemptRow]
    scores: Sequence[ScoreRow]
    cache_key: str | None
    body: GenerationBody
    """What it sent, where nothing was stored of it before."""


def settled_rows(
    identity: IdentityRow, generation: Generation, cache_key: str | None
) -> SettledRows:
    """Return the rows of a settled call; only complete answers of a model are cached."""
    summary, body = generation.summary, generation.body
    fresh = summary.state is GenerationState.DONE and not summary.from_cache
    return SettledRows(
        identity=identity,
        result=result_row(summary),
        answer=answer_row(body),
        failed_attempts=[attempt_row(attempt) for attempt in body.attempts[:-1]],
        scores=[score_row(score) for score in summary.scores],
        cache_key=cache_key if fresh else None,
        body=body,
    )


class Batch:
    """Calls to be written together."""

    def __init__(self, statements: HotStatements, keys: dict[str, int]) -> None:
        self._statements = statements
        self._sent_keys = keys
        """The keys of the calls that were sent and are not settled; changed by a commit."""
        self._new_keys: dict[str, int] = {}
        self.sent: list[SentRows] = []
        self.retried: list[RetriedRow] = []
        self.settled: list[SettledRows] = []

    def leave_out_stored(self, connection: Connection) -> None:
        """Leave out what is stored: a commit may succeed and its connection be lost after it."""
        ids = [item.identity.id for item in self.sent]
        ids += [item.identity.id for item in self.settled]
        columns = (GENERATION.c.id, GENERATION.c.seq, GENERATION.c.state)
        statement = select(*columns).where(GENERATION.c.id.in_(ids))
        found = {row.id: row for row in connection.execute(statement)}
        ended = {id_ for id_, row in found.items() if row.state not in _WITHOUT_RESULT}
        self.sent = [item for item in self.sent if item.identity.id not in found]
        self.settled = [item for item in self.settled if item.identity.id not in ended]
        self._sent_keys.update({id_: row.seq for id_, row in found.items() if id_ not in ended})
        for id_ in ended:
            self._sent_keys.pop(id_, None)

    def write(self, connection: Connection) -> set[Kind]:
        """Write everything, and return the kinds of things that changed."""
        sent_keys = self._sent_keys
        unsent = [item for item in self.settled if item.identity.id not in sent_keys]
        self._add(connection, unsent)
        self._statements.add_attempt.run(
            connection, [(sent_keys[item.generation_id], *item.attempt) for item in self.retried]
        )
        if self.settled:
            keyed = [(self._key(item), item) for item in self.settled]
            self._settle(connection, keyed)
            self._add_answers(connection, keyed)
        kinds = {Kind.GENERATION} if self.sent or self.settled else set()
        return kinds | ({Kind.SCORE} if any(item.scores for item in self.settled) else set())

    def committed(self) -> None:
        """Keep the keys of the calls that were sent, forget those of the settled ones."""
        self._sent_keys.update(self._new_keys)
        for item in self.settled:
            self._sent_keys.pop(item.identity.id, None)

    def _add(self, connection: Connection, unsent: Sequence[SettledRows]) -> None:
        """Give new calls their keys, and add what is known of them before they leave."""
        if not (self.sent or unsent):
            return
        statements = self._statements
        first = (statements.last_key.number(connection) or 0) + 1
        sent = list(enumerate(self.sent, first))
        done = list(enumerate(unsent, first + len(sent)))
        self._new_keys = {item.identity.id: key for key, item in sent}
        self._new_keys |= {item.identity.id: key for key, item in done}
        statements.add_sent.run(connection, [(key, *item.identity) for key, item in sent])
        statements.add_settled.run(
            connection, [(key, *item.identity, *item.result) for key, item in done]
        )
        requests: list[tuple[Any, ...]] = [(key, *item.request) for key, item in sent]
        requests += [
            (key, *request_row(item.body.messages, item.body.request_body)) for key, item in done
        ]
        statements.add_request.run(connection, requests)

    def _settle(self, connection: Connection, keyed: Sequence[tuple[int, SettledRows]]) -> None:
        rollups = RollupChanges()
        left = [(key, item) for key, item in keyed if item.identity.id in self._sent_keys]
        touched = self._statements.settle_sent.run(
            connection, [(*item.result, key) for key, item in left]
        )
        if touched < len(left):
            self._settle_given_up(connection, left, rollups)
        for _, item in keyed:
            rollups.add(item.identity.subject_seq, item.identity.started_at, item.result)
        rollups.write(connection)

    def _settle_given_up(
        self,
        connection: Connection,
        left: Sequence[tuple[int, SettledRows]],
        rollups: RollupChanges,
    ) -> None:
        """Settle calls that another process, which thought this one dead, gave up."""
        identities = {key: item.identity for key, item in left}
        given_up = select(GENERATION.c.seq).where(
            GENERATION.c.seq.in_(identities), GENERATION.c.state == GenerationState.UNKNOWN.value
        )
        for key in connection.scalars(given_up):
            rollups.forget_unknown(identities[key].subject_seq, identities[key].started_at)
        self._statements.settle_unknown.run(connection, [(*item.result, key) for key, item in left])

    def _add_answers(
        self, connection: Connection, keyed: Sequence[tuple[int, SettledRows]]
    ) -> None:
        statements = self._statements
        statements.add_answer.run(connection, [(key, *item.answer) for key, item in keyed])
        statements.add_attempt.run(
            connection, [(key, *row) for key, item in keyed for row in item.failed_attempts]
        )
        statements.add_score.run(
            connection, [(key, *row) for key, item in keyed for row in item.scores]
        )
        statements.put_cached.run(
            connection,
            [(key, item.cache_key) for key, item in keyed if item.cache_key is not None],
        )
        statements.add_pending.run(connection, [(key,) for key, _ in keyed])

    def _key(self, item: SettledRows) -> int:
        id_ = item.identity.id
        return self._new_keys[id_] if id_ in self._new_keys else self._sent_keys[id_]
