"""The statements of a call's way through the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, insert, literal_column, text, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase

from prompt_workbench.storage.driver_statement import DriverStatement
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
_NOT_KNOWN_YET = {
    "state": "'sent'",
    "usage_source": "'missing'",
    "cost_source": "'unknown'",
    "attempts": "1",
    "from_cache": "FALSE",
    "repaired": "FALSE",
    "error": "''",
    "preview": "''",
}


class HotStatements:
    """All statements of the ledger's hot path, for one database."""

    def __init__(self, dialect: Dialect) -> None:
        def inserting(table: Table) -> DriverStatement:
            return DriverStatement(insert(table), dialect)

        self.add_sent = DriverStatement(_add_sent(), dialect)
        self.add_settled = inserting(GENERATION)
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


def _add_sent() -> UpdateBase:
    # What no sent call has yet is left out or written into the statement: the driver spends
    # more time on an empty value than on a number.
    values: dict[str, Any] = {name: bindparam(name) for name in _KNOWN_WHEN_SENT}
    values |= {name: literal_column(value) for name, value in _NOT_KNOWN_YET.items()}
    return insert(GENERATION).values(values)


def _settle(state: str) -> UpdateBase:
    results = [column.name for column in GENERATION.columns if column.name not in _KNOWN_WHEN_SENT]
    return (
        update(GENERATION)
        .where(GENERATION.c.seq == bindparam(_KEY), text(state))
        .values({name: bindparam(name) for name in results})
    )
