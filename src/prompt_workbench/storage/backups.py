"""Copies of a project file: made whole, checked, and only then put in their place."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from prompt_workbench.domain.errors import DiskFullError, ProjectDamagedError
from prompt_workbench.storage.sqlite import connect, driver_sentences

_SPARE_BYTES = 2**20
_LEFT_OVER_AFTER_S = 24 * 60 * 60


def back_up(project: Path, reason: str) -> Path:
    """Copy a project beside itself, under a name with the reason and the time.

    Raises:
        DiskFullError: There is no room for a copy.
        ProjectDamagedError: The project is damaged, so its copy would be too.
    """
    backup = project.with_name(f"{project.name}-backup-{reason}-{time_mark()}")
    with temporary_beside(project, project.stat().st_size) as copy:
        _copy(project, copy)
        flush(copy)
        copy.replace(backup)
    return backup


def newest_first(project: Path) -> list[Path]:
    """Return the backups beside a project."""
    found = project.parent.glob(f"{escape(project.name)}-backup-*")
    return sorted(found, key=lambda backup: backup.name.rpartition("-")[2], reverse=True)


@contextmanager
def temporary_beside(project: Path, size: int = 0) -> Iterator[Path]:
    """Make an empty private file beside a project; it is gone afterwards, unless it was moved.

    Raises:
        DiskFullError: There is no room for a file of the size.
    """
    if shutil.disk_usage(project.parent).free < size + _SPARE_BYTES:
        raise DiskFullError(f"There is no room for a copy of the project ({size >> 20} MB).")
    prefix = f".{project.name}.unfinished-"
    _clear_up(project.parent, prefix)
    handle, name = tempfile.mkstemp(prefix=prefix, dir=project.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(name + suffix).unlink(missing_ok=True)


def _clear_up(folder: Path, prefix: str) -> None:
    """Remove what was left where a program was killed; younger files may be in use."""
    for path in folder.glob(f"{escape(prefix)}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFT_OVER_AFTER_S:
                path.unlink()


def time_mark() -> str:
    """Return the present time for a file name."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def flush(path: Path) -> None:
    """Make sure that a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _copy(source: Path, target: Path) -> None:
    with (
        driver_sentences(),
        closing(connect(source, "rw")) as holding,
        closing(connect(source, "ro")) as reading,
        closing(connect(target, "rw")) as writing,
    ):
        # Nobody writes meanwhile, so that source and copy can be compared.
        holding.execute("BEGIN IMMEDIATE")
        reading.backup(writing)
        (finding,) = writing.execute("PRAGMA quick_check(1)").fetchone()
        if finding != "ok" or _row_counts(reading) != _row_counts(writing):
            raise ProjectDamagedError(f"The project file is damaged: {finding}.")


def _row_counts(connection: Any) -> list[int]:
    from prompt_workbench.storage.tables.whole import METADATA

    present = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")
    }
    counts = [
        str(select(func.count()).select_from(table))
        for name, table in sorted(METADATA.tables.items())
        if name in present
    ]
    return [connection.execute(count).fetchone()[0] for count in counts]
