"""The search index of a PostgreSQL project: text vectors under a GIN index."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from prompt_workbench.storage.search_query import SearchDialect, Term


def _query(terms: Sequence[Term]) -> str:
    return " & ".join(
        "'{}'{}".format(
            term.text.replace("\\", "\\\\").replace("'", "''"), ":*" if term.prefix else ""
        )
        for term in terms
    )


POSTGRES_SEARCH = SearchDialect(
    create=(
        "CREATE TABLE generation_text ("
        " generation_seq BIGINT NOT NULL CONSTRAINT pk_generation_text PRIMARY KEY"
        " REFERENCES generation (seq),"
        " document TSVECTOR NOT NULL)",
        "CREATE INDEX ix_generation_text_document ON generation_text USING gin (document)",
    ),
    # A text vector holds one megabyte at most, so only the beginnings of long texts go in.
    add=text(
        "INSERT INTO generation_text (generation_seq, document) VALUES"
        " (:key, to_tsvector('simple', left(:input, 60000) || ' ' || left(:output, 60000)))"
        " ON CONFLICT (generation_seq) DO NOTHING"
    ),
    find=text(
        "SELECT generation_seq FROM generation_text"
        " WHERE document @@ to_tsquery('simple', :query) AND generation_seq < :before"
        " ORDER BY generation_seq DESC LIMIT :count"
    ),
    query=_query,
)
