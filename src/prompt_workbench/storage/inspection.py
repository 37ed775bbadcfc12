"""A first look at a project file, before anything in it is trusted."""

from __future__ import annotations

import os
import struct
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompt_workbench.domain.errors import NotAProjectError, ProjectDamagedError, StorageError
from prompt_workbench.storage.database import BUSY_S
from prompt_workbench.storage.fingerprint import fingerprint
from prompt_workbench.storage.sqlite import APPLICATION_ID, Mode, connect, driver_sentences

_MAGIC = b"SQLite format 3\0"
_HEADER = struct.Struct(">16s52xI")
"""The magic and, at 68, the application id."""
_STATEMENT_S = 2
_PROGRESS_EVERY = 10_000
_TEXT_AT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file says of itself."""

    project_id: str
    revision: str
    fingerprint: str
    """Of its schema."""


def check_header(path: Path) -> None:
    """Refuse what is no project file by its first bytes.

    Raises:
        NotAProjectError: There is no such file, or it is something else.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER.size)
    except (FileNotFoundError, IsADirectoryError):
        raise NotAProjectError(f"There is no project at {path}.") from None
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read: {error.strerror}.",
            hint="Ask its owner for permission to read it.",
        ) from None
    fields = _HEADER.unpack(header) if len(header) == _HEADER.size else (b"", 0)
    if fields != (_MAGIC, APPLICATION_ID):
        raise NotAProjectError(f"{path} is not a Prompt Workbench project.")


def way_to_open(path: Path) -> Mode:
    """Return how a file can be opened, by what this user may do with it and its folder."""
    writable_folder = os.access(path.parent, os.W_OK)
    if os.access(path, os.W_OK) and writable_folder:
        return "rw"
    journal = path.with_name(f"{path.name}-wal")
    return "ro" if writable_folder or journal.exists() else "immutable"


def look(path: Path, mode: Mode, *, busy_s: float = BUSY_S) -> Facts:
    """Return what a file says of itself, without trusting it.

    Raises:
        NotAProjectError: It has no project in it.
        ProjectDamagedError: It is damaged.
    """
    with driver_sentences(), closing(connect(path, mode, busy_s=busy_s)) as connection:
        harden(connection)
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        if not {"project", "alembic_version"} <= names:
            raise NotAProjectError(f"{path} is not a Prompt Workbench project.")
        (project_id,) = _only_row(connection, "SELECT id FROM project LIMIT 2")
        (revision,) = _only_row(connection, "SELECT version_num FROM alembic_version LIMIT 2")
        found = fingerprint(connection)
    return Facts(
        project_id=_short_text(project_id), revision=_short_text(revision), fingerprint=found
    )


def harden(connection: Any) -> None:
    """Let a connection read what may be hostile: it changes nothing and ends in time."""
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")
    allow_time(connection)


def allow_time(connection: Any, seconds: float = _STATEMENT_S) -> None:
    """Give the statements that follow so much time together."""
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _PROGRESS_EVERY)


def _only_row(connection: Any, statement: str) -> tuple[object, ...]:
    rows: list[tuple[object, ...]] = connection.execute(statement).fetchall()
    if len(rows) != 1:
        raise ProjectDamagedError("The project file does not say which project it is.")
    return rows[0]


def _short_text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _TEXT_AT_MOST:
        raise ProjectDamagedError("The project file does not say which project it is.")
    return value
