"""What a person typed into the search field, as terms, and how a database looks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import TextClause

_TERM = re.compile(r'"([^"]*)"|(\S+)')
_TOKEN = re.compile(r"[^\W_]+")
_PREFIX_FROM = 3
"""Shorter beginnings of words match too much to be found quickly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word, a quoted phrase, or the beginning of a word."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDialect:
    """The statements of one database's search index."""

    create: tuple[str, ...]
    add: TextClause
    """Takes ``key``, ``input`` and ``output``."""
    find: TextClause
    """Takes ``query``, ``before`` and ``count``; gives keys, newest first."""
    query: Callable[[Sequence[Term]], str]
    """Writes terms, all of which must occur, as a query of the database."""


def terms_of(typed: str) -> list[Term]:
    """Return the terms of what was typed; the last word may be the beginning of one."""
    found = [
        Term(text=phrase or word, prefix=bool(word) and len(word) >= _PREFIX_FROM)
        for phrase, word in _TERM.findall(typed)
        if _TOKEN.search(phrase or word)
    ]
    return [*(Term(text=term.text) for term in found[:-1]), *found[-1:]]


def matches(text: str, terms: Sequence[Term]) -> bool:
    """Return whether a text has all terms, as the index would say."""
    words = _spaced(text)
    return all(_occurs(term, words) for term in terms)


def _occurs(term: Term, words: str) -> bool:
    wanted = _spaced(term.text)
    return (wanted[:-1] if term.prefix else wanted) in words


def _spaced(text: str) -> str:
    return f" {' '.join(_TOKEN.findall(text.casefold()))} "
