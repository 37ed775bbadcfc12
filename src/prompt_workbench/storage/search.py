"""Full-text search over prompts and answers.

The index is fed in the background: a finished call is noted in ``search_pending`` in the
transaction that stores it, and indexed when the writer has nothing better to do. What is
not indexed yet is looked through call by call, so that a search misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import islice

from sqlalchemy import Connection, Select, delete, select

from prompt_workbench.domain.canonical import Json
from prompt_workbench.storage.encoding import damaged, json_array
from prompt_workbench.storage.postgres_search import POSTGRES_SEARCH
from prompt_workbench.storage.search_query import SearchDialect, Term, matches, terms_of
from prompt_workbench.storage.sqlite_search import SQLITE_SEARCH
from prompt_workbench.storage.tables import GENERATION_ANSWER, GENERATION_REQUEST, SEARCH_PENDING

_NO_KEY = 2**62
_PENDING_AT_MOST = 2_000
"""How many calls that are not indexed yet are looked through, the newest ones."""


def search_dialect(name: str) -> SearchDialect:
    """Return the search index of a SQL dialect."""
    return POSTGRES_SEARCH if name == "postgresql" else SQLITE_SEARCH


def find(connection: Connection, typed: str, limit: int, before: int | None) -> list[int]:
    """Return the keys of the newest calls that have all the words.

    The last word may be the beginning of one, if too few calls have it as it is: a whole
    word is found at once, while a beginning may stand for thousands of words.
    """
    terms = terms_of(typed)
    if not terms:
        return []
    indexed = _indexed([replace(term, prefix=False) for term in terms], connection, limit, before)
    if len(indexed) < limit and terms[-1].prefix:
        indexed = _indexed(terms, connection, limit, before)
    pending = (
        key
        for key, prompt, answer in _pending(connection, before)
        if matches(f"{prompt} {answer}", terms)
    )
    return list(islice(merge(indexed, pending, reverse=True), limit))


def _indexed(
    terms: Sequence[Term], connection: Connection, limit: int, before: int | None
) -> Sequence[int]:
    dialect = search_dialect(connection.dialect.name)
    bound = {"query": dialect.query(terms), "before": before or _NO_KEY, "count": limit}
    return connection.execute(dialect.find, bound).scalars().all()


def index_pending(connection: Connection, count: int) -> int:
    """Index some of the calls that wait for it; return how many were."""
    dialect = search_dialect(connection.dialect.name)
    oldest = select(SEARCH_PENDING.c.generation_seq).order_by(SEARCH_PENDING.c.generation_seq)
    texts = _texts(oldest.limit(count))
    rows = [
        {"key": row.generation_seq, "input": _prompt_text(row.messages), "output": row.text}
        for row in connection.execute(texts)
    ]
    if rows:
        connection.execute(dialect.add, rows)
        keys = [row["key"] for row in rows]
        connection.execute(delete(SEARCH_PENDING).where(SEARCH_PENDING.c.generation_seq.in_(keys)))
    return len(rows)


def _pending(connection: Connection, before: int | None) -> Iterator[tuple[int, str, str]]:
    newest = select(SEARCH_PENDING.c.generation_seq)
    newest = newest.order_by(SEARCH_PENDING.c.generation_seq.desc()).limit(_PENDING_AT_MOST)
    if before is not None:
        newest = newest.where(SEARCH_PENDING.c.generation_seq < before)
    statement = _texts(newest).order_by(GENERATION_REQUEST.c.generation_seq.desc())
    for row in connection.execute(statement):
        yield row.generation_seq, _prompt_text(row.messages), row.text


def _texts(keys: Select[tuple[int]]) -> Select[tuple[int, str, str]]:
    return (
        select(
            GENERATION_REQUEST.c.generation_seq,
            GENERATION_REQUEST.c.messages,
            GENERATION_ANSWER.c.text,
        )
        .join(
            GENERATION_ANSWER,
            GENERATION_ANSWER.c.generation_seq == GENERATION_REQUEST.c.generation_seq,
        )
        .where(GENERATION_REQUEST.c.generation_seq.in_(keys))
    )


def _prompt_text(messages: str) -> str:
    return "\n".join(_text(message) for message in json_array(messages))


def _text(message: Json) -> str:
    """Return the text of a message as it is stored; it is read without its files."""
    match message:
        case {"parts": [*parts]}:
            return "".join(
                str(part.get("content", ""))
                for part in parts
                if isinstance(part, dict) and part.get("type") == "text"
            )
    raise damaged()
