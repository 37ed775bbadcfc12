"""The search index of a SQLite project: FTS5, without a copy of the texts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from prompt_workbench.storage.search_query import SearchDialect, Term


def _query(terms: Sequence[Term]) -> str:
    return " AND ".join(
        '"{}"{}'.format(term.text.replace('"', '""'), "*" if term.prefix else "") for term in terms
    )


SQLITE_SEARCH = SearchDialect(
    create=("CREATE VIRTUAL TABLE generation_text USING fts5(input, output, content='')",),
    add=text("INSERT INTO generation_text (rowid, input, output) VALUES (:key, :input, :output)"),
    find=text(
        "SELECT rowid FROM generation_text"
        " WHERE generation_text MATCH :query AND rowid < :before"
        " ORDER BY rowid DESC LIMIT :count"
    ),
    query=_query,
)
