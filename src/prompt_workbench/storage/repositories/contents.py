"""Prompt content, stored once per hash."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, select

from prompt_workbench.domain.canonical import canonical_json
from prompt_workbench.domain.prompts import PromptContent, content_from_json
from prompt_workbench.storage.encoding import from_text
from prompt_workbench.storage.tables import CONTENT
from prompt_workbench.storage.upsert import add_missing


def add_contents(connection: Connection, contents: Iterable[PromptContent]) -> list[str]:
    """Store the contents that are new, and return the hash of each."""
    rows = [{"hash": item.hash, "body": content_text(item)} for item in contents]
    add_missing(connection, CONTENT, rows, keys=["hash"])
    return [row["hash"] for row in rows]


def contents(connection: Connection, hashes: Iterable[str]) -> dict[str, PromptContent]:
    """Return the contents of the given hashes."""
    statement = select(CONTENT.c.hash, CONTENT.c.body).where(CONTENT.c.hash.in_(set(hashes)))
    return {row.hash: parse_content(row.body) for row in connection.execute(statement)}


def content_text(content: PromptContent) -> str:
    """Return the canonical JSON text of a content."""
    return canonical_json(content.to_json()).decode()


@lru_cache(maxsize=512)
def parse_content(text: str) -> PromptContent:
    """Return the content of its JSON text; equal texts give the same value."""
    return content_from_json(from_text(text))
