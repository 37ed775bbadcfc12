"""Prompt content, stored once per hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import Connection, select

from prompt_workbench.domain.canonical import canonical_json, content_hash
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.prompts import CONTENT_SCHEME, PromptContent, content_from_json
from prompt_workbench.storage.encoding import damaged, from_text
from prompt_workbench.storage.repositories.files import (
    EMPTY_FILE,
    add_files,
    files_of,
    ids_in,
    with_empty_files,
)
from prompt_workbench.storage.tables import CONTENT
from prompt_workbench.storage.upsert import add_missing


def add_contents(connection: Connection, contents: Iterable[PromptContent]) -> list[str]:
    """Store the contents that are new, with their files, and return the hash of each."""
    items = list(contents)
    add_files(connection, (file for item in items for file in item.files.values()))
    rows = [{"hash": item.hash, "body": content_text(item)} for item in items]
    add_missing(connection, CONTENT, rows, keys=["hash"])
    return [row["hash"] for row in rows]


def contents(connection: Connection, hashes: Iterable[str]) -> dict[str, PromptContent]:
    """Return the contents of the given hashes."""
    statement = select(CONTENT.c.hash, CONTENT.c.body).where(CONTENT.c.hash.in_(set(hashes)))
    found = {row.hash: row.body for row in connection.execute(statement)}
    files = files_of(connection, found.values())
    return {hash_: _parsed(text, files) for hash_, text in found.items()}


def whole_content(connection: Connection, text: str) -> PromptContent:
    """Return the content of its JSON text, with its files."""
    return _parsed(text, files_of(connection, [text]))


def content_text(content: PromptContent) -> str:
    """Return the canonical JSON text of a content."""
    return canonical_json(content.to_json()).decode()


@lru_cache(maxsize=512)
def parse_content(text: str) -> PromptContent:
    """Return the content of its JSON text without files; equal texts give the same value."""
    return content_from_json(from_text(text))


def hash_of_text(text: str) -> str:
    """Return the hash of the content of a JSON text, which is read without its files.

    Raises:
        WorkbenchError: The text is no content.
    """
    without = from_text(with_empty_files(text))
    if content_from_json(without, EMPTY_FILE).to_json() != without:
        raise damaged()
    return content_hash(from_text(text), scheme=CONTENT_SCHEME)


def _parsed(text: str, files: Mapping[str, str]) -> PromptContent:
    if not files and not ids_in([text]):
        return parse_content(text)
    try:
        # Not remembered, because files may be large.
        return content_from_json(from_text(text), files)
    except InvalidInputError:
        raise damaged() from None
