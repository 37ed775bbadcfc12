"""The statements of a call's way through the ledger, for the tuples of `call_rows`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    TableClause,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import UpdateBase

from prompt_workbench.storage.call_rows import (
    AnswerRow,
    AttemptRow,
    IdentityRow,
    RequestRow,
    ResultRow,
    ScoreRow,
)
from prompt_workbench.storage.driver_statement import DriverStatement
from prompt_workbench.storage.tables import GENERATION
from prompt_workbench.storage.upsert import insert_for

_KEY = "generation_seq"
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
"""What no sent call has yet is left out, or written into the statement: the driver spends
more time on an empty value than on a number."""


class HotStatements:
    """All statements of the ledger's hot path, for one database.

    Their values are the key of the call, then the fields of its row.
    """

    def __init__(self, dialect: Dialect) -> None:
        def inserting(name: str, *columns: str) -> DriverStatement:
            return DriverStatement(insert(_places(name, *columns)), dialect)

        identity, result = IdentityRow._fields, ResultRow._fields
        self.last_key = DriverStatement(select(func.max(GENERATION.c.seq)), dialect)
        self.add_sent = DriverStatement(_add_sent(), dialect)
        self.add_settled = inserting("generation", "seq", *identity, *result)
        self.settle_sent = DriverStatement(_settle("sent"), dialect)
        self.settle_unknown = DriverStatement(_settle("unknown"), dialect)
        self.add_request = inserting("generation_request", _KEY, *RequestRow._fields)
        self.add_answer = inserting("generation_answer", _KEY, *AnswerRow._fields)
        self.add_score = inserting("score", _KEY, *ScoreRow._fields)
        self.add_pending = inserting("search_pending", _KEY)
        attempt = insert_for(dialect, _places("failed_attempt", _KEY, *AttemptRow._fields))
        self.add_attempt = DriverStatement(attempt.on_conflict_do_nothing(), dialect)
        cached = insert_for(dialect, _places("cached_answer", _KEY, "cache_key"))
        newest = {_KEY: cached.excluded[_KEY]}
        self.put_cached = DriverStatement(
            cached.on_conflict_do_update(index_elements=["cache_key"], set_=newest), dialect
        )


def _places(name: str, *columns: str) -> TableClause:
    """Return a table with its columns in the order in which their values come."""
    return table(name, *map(column, columns))


def _add_sent() -> UpdateBase:
    columns = ("seq", *IdentityRow._fields)
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    values |= {name: literal_column(value) for name, value in _NOT_KNOWN_YET.items()}
    return insert(_places("generation", *columns, *_NOT_KNOWN_YET)).values(values)


def _settle(state: str) -> UpdateBase:
    """Return what fills in the result of a call in this state; its key comes last."""
    places = _places("generation", *ResultRow._fields, "seq")
    now = places.c.state == literal_column(f"'{state}'")
    values: dict[str, Any] = {name: bindparam(name) for name in ResultRow._fields}
    return update(places).where(places.c.seq == bindparam("key_"), now).values(values)
