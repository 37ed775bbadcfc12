"""The ledger's writing: one transaction for everything that waits, on one thread.

There is no timer: while a commit flushes to the disk the next calls gather, and are taken
as soon as it returns. What happens when a commit fails:

- Another program holds the project: the batch is tried again until it gets through.
- The server does not answer: the batch is tried again for minutes, without what is stored after
  all, because nobody heard whether the last commit succeeded.
- The disk is full: the reserve file is given up and answers go on being saved, but no
  further call may leave.
- Something in the batch cannot be stored: each thing is tried alone, and only the culprit fails.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from prompt_workbench.domain.errors import (
    DiskFullError,
    ProjectLockedError,
    ProjectUnreachableError,
    StorageError,
)
from prompt_workbench.storage.database import Database, begun
from prompt_workbench.storage.hot_statements import HotStatements
from prompt_workbench.storage.lane import Attempt, Lane, Outcome, Waiting
from prompt_workbench.storage.ledger_batch import (
    Batch,
    RetriedRow,
    SentRows,
    SentTogether,
    SettledRows,
)
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench.storage.reserve import Reserve
from prompt_workbench.storage.search import index_pending

Work: TypeAlias = Callable[[Repositories], Any]
Item: TypeAlias = SentRows | SentTogether | RetriedRow | SettledRows | Work

_LEAVING = (SentRows, SentTogether)
_OBSTACLES: Mapping[type[object], str] = {
    ProjectLockedError: (
        "The project is locked by another program. Answers are stored when it lets go."
    ),
    ProjectUnreachableError: (
        "The database server does not answer. Answers are stored when it is back."
    ),
}
_PATIENCE_S = 300
"""How long a server may be away before what waits is given up."""
_AGAIN_AFTER_S = 0.5
_INDEX_AFTER_S = 0.05
_INDEX_AT_ONCE = 100


class LedgerWriter:
    """Writes what coroutines give it, in the order it came."""

    def __init__(self, database: Database, reserve: Reserve | None) -> None:
        self._database, self._reserve = database, reserve
        self._connection: Connection | None = None
        self._statements = HotStatements(database.writer.dialect)
        self._sent_keys: dict[str, int] = {}
        self._disk_full = False
        self.obstacle = ""
        """Why commits wait; empty while they do not."""
        self.commits = 0
        """How many transactions were committed."""
        self._lane: Lane[Item] = Lane(
            "ledger-writer",
            self._write,
            rest=self._index,
            rest_after_s=_INDEX_AFTER_S,
            end=self._hang_up,
        )

    def write(self, item: Item) -> Awaitable[Any]:
        """Return what is done after the commit that has the item.

        It raises DiskFullError when there is no room left; a call must not leave then.
        """
        return self._lane.do(item)

    def adopt(self, keys: Mapping[str, int]) -> None:
        """Know the keys of calls that were sent before; only within some work."""
        self._sent_keys.update(keys)

    async def close(self) -> None:
        """Write what waits, and end."""
        await self._lane.close()

    def make_room(self) -> bool:
        """Return whether calls may leave: there is room for the reserve file again."""
        if self._reserve is not None:
            self._disk_full = not self._reserve.make()
        return not self._disk_full

    def _write(self, waiting: Sequence[Waiting[Item]]) -> list[Outcome]:
        refused, allowed = self._without_room(waiting)
        return refused + (self._insist(allowed) if allowed else [])

    def _without_room(
        self, waiting: Sequence[Waiting[Item]]
    ) -> tuple[list[Outcome], list[Waiting[Item]]]:
        """Return what is refused because the disk is full, and what is not."""
        if not self._disk_full:
            return [], list(waiting)
        leaving = [item for item in waiting if isinstance(item.what, _LEAVING)]
        full = DiskFullError("There is no room left on the disk.")
        allowed = [item for item in waiting if not isinstance(item.what, _LEAVING)]
        return [(item, None, full) for item in leaving], allowed

    def _insist(self, waiting: Sequence[Waiting[Item]], *, in_doubt: bool = False) -> list[Outcome]:
        """Commit, and where that fails, do what is left to do."""
        give_up_at = time.monotonic() + _PATIENCE_S
        while True:
            attempt = Attempt()
            with attempt, self._database.sentences():
                outcomes = self._commit(waiting, in_doubt=in_doubt)
                self.obstacle = ""
                return outcomes
            self.obstacle = _OBSTACLES.get(type(attempt.error), "")
            match attempt.error:
                case ProjectLockedError():
                    continue
                case ProjectUnreachableError() if time.monotonic() < give_up_at:
                    in_doubt = True
                    time.sleep(_AGAIN_AFTER_S)
                    continue
                case DiskFullError() if self._reserve is not None and self._reserve.give_up():
                    self._disk_full = True
                    return self._write(waiting)
            if len(waiting) == 1 or isinstance(attempt.error, StorageError):
                return [(item, None, attempt.error) for item in waiting]
            alone = (self._insist([item], in_doubt=in_doubt) for item in waiting)
            return [outcome for outcomes in alone for outcome in outcomes]

    def _commit(self, waiting: Sequence[Waiting[Item]], *, in_doubt: bool) -> list[Outcome]:
        batch = Batch(self._statements, self._sent_keys)
        works: list[tuple[Waiting[Item], Work]] = []
        for item in waiting:
            match item.what:
                case SentRows() as sent:
                    batch.sent.append(sent)
                case SentTogether(calls, work):
                    batch.sent.extend(calls)
                    works.append((item, work))
                case RetriedRow() as retried:
                    batch.retried.append(retried)
                case SettledRows() as settled:
                    batch.settled.append(settled)
                case work:
                    works.append((item, work))
        with self._transaction() as connection:
            if in_doubt:
                batch.leave_out_stored(connection)
            changes, values = batch.write(connection), {}
            if works:
                repositories = Repositories(connection)
                values = {id(item): work(repositories) for item, work in works}
                changes |= repositories.changes
            self._database.tell_others(connection, changes)
        batch.committed()
        self.commits += 1
        return [(item, values.get(id(item)), None) for item in waiting]

    def _index(self) -> bool:
        """Index the texts of some calls, while nothing waits; True when there may be more."""
        attempt = Attempt()
        indexed = 0
        with attempt, self._database.sentences(), self._transaction() as connection:
            indexed = index_pending(connection, _INDEX_AT_ONCE)
        return indexed == _INDEX_AT_ONCE

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._database.writer.connect()
        try:
            with begun(self._connection):
                yield self._connection
        except DBAPIError:
            # A connection to a server may be gone; the next transaction makes a new one.
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
