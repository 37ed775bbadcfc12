"""Files that go with messages, stored once per hash of their bytes.

Whatever JSON text is stored of a message has the id of a file in the place of its bytes, so
that versions, drafts and calls with the same picture share one copy of it.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

from sqlalchemy import Connection, delete, select

from prompt_workbench.domain.messages import BlobPart, file_id
from prompt_workbench.storage.tables import CONTENT, FILE, GENERATION_REQUEST
from prompt_workbench.storage.tables.outlines import DRAFT
from prompt_workbench.storage.upsert import add_missing

_NAMED = re.compile(r'"file_id":"(sha256:[0-9a-f]{64})"')
"""An id where JSON text has one; in a text that quotes it, the quotes are escaped."""

_RECENT_AT_MOST = 64 * 2**20
_EMPTY_ID = file_id(b"")
EMPTY_FILE = {_EMPTY_ID: ""}
"""The file that stands for others where their bytes do not matter, as `files_of` has it."""


class _Recent:
    """The files that were read last; what is stored under an id never changes.

    A draft is read with each change of it, and a list of runs has one picture many times.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._files: OrderedDict[str, str] = OrderedDict()
        self._size = 0

    def of(self, ids: Iterable[str]) -> dict[str, str]:
        """Return those of the files that are here."""
        with self._lock:
            found = {id_: self._files[id_] for id_ in ids if id_ in self._files}
            for id_ in found:
                self._files.move_to_end(id_)
            return found

    def keep(self, files: Mapping[str, str]) -> None:
        """Add files, and let the oldest go where they are too many."""
        with self._lock:
            for id_, content in files.items():
                if id_ not in self._files:
                    self._size += len(content)
                    self._files[id_] = content
            while self._size > _RECENT_AT_MOST:
                _, content = self._files.popitem(last=False)
                self._size -= len(content)


_recent = _Recent()


def ids_in(texts: Iterable[str]) -> set[str]:
    """Return the ids of the files that JSON texts name."""
    return {found for text in texts for found in _NAMED.findall(text)}


def with_empty_files(text: str) -> str:
    """Return JSON text that names the empty file in place of every other one."""
    return _NAMED.sub(f'"file_id":"{_EMPTY_ID}"', text)


def add_files(connection: Connection, files: Iterable[BlobPart]) -> None:
    """Store the files that are new."""
    by_id = {file.id: file for file in files}
    if not by_id:
        return
    # Asked first: they may be large, and most often they are there.
    there = set(connection.scalars(select(FILE.c.id).where(FILE.c.id.in_(by_id))))
    rows = [
        {"id": id_, "content": b64decode(file.content)}
        for id_, file in by_id.items()
        if id_ not in there
    ]
    add_missing(connection, FILE, rows, keys=["id"])


def files_of(connection: Connection, texts: Iterable[str]) -> dict[str, str]:
    """Return the files that JSON texts name, in base64, by id."""
    ids = ids_in(texts)
    found = _recent.of(ids)
    missing = ids - found.keys()
    if missing:
        rows = connection.execute(select(FILE).where(FILE.c.id.in_(missing)))
        read = {row.id: b64encode(row.content).decode() for row in rows}
        _recent.keep(read)
        found |= read
    return found


def forget_unused_files(connection: Connection, ids: Iterable[str]) -> None:
    """Remove the files that nothing names any more, such as one taken out of a draft."""
    for id_ in ids:
        named = (
            select(column).where(column.contains(id_, autoescape=True)).limit(1)
            for column in (DRAFT.c.content, CONTENT.c.body, GENERATION_REQUEST.c.messages)
        )
        if all(connection.execute(statement).first() is None for statement in named):
            connection.execute(delete(FILE).where(FILE.c.id == id_))
