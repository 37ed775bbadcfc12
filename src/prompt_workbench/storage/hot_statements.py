"""The statements of a call's way through the ledger, in the driver's own form.

SQLAlchemy writes them once; the driver then takes many rows at a time, in a fraction of
the time that SQLAlchemy would need for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, text, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase

from prompt_workbench.storage.tables import (
    CACHED_ANSWER,
    FAILED_ATTEMPT,
    GENERATION,
    GENERATION_ANSWER,
    GENERATION_REQUEST,
    SCORE,
    SEARCH_PENDING,
)
from prompt_workbench.storage.upsert import insert_for

_KEY = "key_"
_KNOWN_WHEN_SENT = frozenset(
    {
        "seq", "id", "run_seq", "subject_seq", "case_index", "variant", "repetition",
        "started_at", "reserved_pico_usd",
    }
)  # fmt: skip


class DriverStatement:
    """A statement as the driver takes it: text, and values in order."""

    def __init__(self, statement: UpdateBase, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each row; return how many rows of the database it touched."""
        if not rows:
            return 0
        names = self._names
        values = [tuple([row[name] for name in names]) for row in rows]
        return connection.exec_driver_sql(self._sql, values).rowcount


class HotStatements:
    """All statements of the ledger's hot path, for one database."""

    def __init__(self, dialect: Dialect) -> None:
        def inserting(table: Table) -> DriverStatement:
            return DriverStatement(insert(table), dialect)

        self.add_generation = inserting(GENERATION)
        self.add_request = inserting(GENERATION_REQUEST)
        self.add_answer = inserting(GENERATION_ANSWER)
        self.add_score = inserting(SCORE)
        self.add_pending = inserting(SEARCH_PENDING)
        self.add_attempt = DriverStatement(
            insert_for(dialect, FAILED_ATTEMPT).on_conflict_do_nothing(), dialect
        )
        cached = insert_for(dialect, CACHED_ANSWER)
        newest = {"generation_seq": cached.excluded.generation_seq}
        self.put_cached = DriverStatement(
            cached.on_conflict_do_update(index_elements=["cache_key"], set_=newest), dialect
        )
        self.settle_sent = DriverStatement(_settle("state = 'sent'"), dialect)
        self.settle_unknown = DriverStatement(_settle("state = 'unknown'"), dialect)


def settling(seq: int, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that settle a call."""
    return {**result, _KEY: seq}


def _settle(state: str) -> UpdateBase:
    results = [column.name for column in GENERATION.columns if column.name not in _KNOWN_WHEN_SENT]
    return (
        update(GENERATION)
        .where(GENERATION.c.seq == bindparam(_KEY), text(state))
        .values({name: bindparam(name) for name in results})
    )
