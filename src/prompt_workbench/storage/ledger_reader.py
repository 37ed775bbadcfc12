"""The ledger's reading: on one thread, look-ups in the response cache many at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from sqlalchemy import Connection

from prompt_workbench.domain.generations import Generation
from prompt_workbench.storage.database import Database, begun
from prompt_workbench.storage.lane import Attempt, Lane, Outcome, Waiting
from prompt_workbench.storage.repositories import Repositories

T = TypeVar("T")


class LedgerReader:
    """Reads for coroutines, each time on the newest state of the project."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._lane: Lane[str | Callable[[Repositories], object]] = Lane(
            "ledger-reader", self._read, end=self._hang_up
        )

    async def read(self, work: Callable[[Repositories], T]) -> T:
        """Return what some reading gives."""
        return cast("T", await self._lane.do(work))

    async def cached(self, cache_key: str) -> Generation | None:
        """Return what the response cache holds for a request."""
        return cast("Generation | None", await self._lane.do(cache_key))

    async def close(self) -> None:
        """Read what waits, and end."""
        await self._lane.close()

    def _read(
        self, waiting: Sequence[Waiting[str | Callable[[Repositories], object]]]
    ) -> list[Outcome]:
        attempt = Attempt()
        with attempt, self._database.sentences():
            if self._connection is None:
                self._connection = self._database.reader.connect()
            with begun(self._connection):
                repositories = Repositories(self._connection)
                keys = {item.what for item in waiting if isinstance(item.what, str)}
                found = repositories.generations.cached(keys) if keys else {}
                return [_outcome(item, repositories, found) for item in waiting]
        self._hang_up()
        return [(item, None, attempt.error) for item in waiting]

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _outcome(
    item: Waiting[str | Callable[[Repositories], object]],
    repositories: Repositories,
    found: dict[str, Generation],
) -> Outcome:
    if isinstance(item.what, str):
        return item, found.get(item.what), None
    attempt = Attempt()
    with attempt:
        return item, item.what(repositories), None
    return item, None, attempt.error
