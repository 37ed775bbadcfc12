"""The rows of a call fill whole tables: no column is forgotten, none is made up."""

from __future__ import annotations

import pytest
from sqlalchemy import Table

from prompt_workbench.storage import tables
from prompt_workbench.storage.call_rows import (
    AnswerRow,
    AttemptRow,
    IdentityRow,
    RequestRow,
    ResultRow,
    ScoreRow,
)


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        (tables.GENERATION, ("seq", *IdentityRow._fields, *ResultRow._fields)),
        (tables.GENERATION_REQUEST, ("generation_seq", *RequestRow._fields)),
        (tables.GENERATION_ANSWER, ("generation_seq", *AnswerRow._fields)),
        (tables.FAILED_ATTEMPT, ("generation_seq", *AttemptRow._fields)),
        (tables.SCORE, ("generation_seq", *ScoreRow._fields)),
    ],
    ids=lambda each: each.name if isinstance(each, Table) else "",
)
def test_rows_have_every_column_of_their_table(table: Table, fields: tuple[str, ...]) -> None:
    assert sorted(fields) == sorted(table.columns.keys())
