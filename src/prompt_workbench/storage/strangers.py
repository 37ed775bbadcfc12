"""Taking over a project file that someone else made.

Nothing of such a file is used as it is: its schema must be exactly ours, and its rows are
copied, each value checked, into a file that this program made. The original is kept.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from prompt_workbench.domain.errors import ProjectDamagedError
from prompt_workbench.domain.ids import new_id
from prompt_workbench.storage.backups import flush, temporary_beside, time_mark
from prompt_workbench.storage.driver_statement import DriverStatement
from prompt_workbench.storage.fingerprint import FINGERPRINT, fingerprint
from prompt_workbench.storage.inspection import allow_time, harden
from prompt_workbench.storage.row_checks import RowCheck
from prompt_workbench.storage.schema import create_tables
from prompt_workbench.storage.sqlite import Mode, SqliteDatabase, connect, driver_sentences
from prompt_workbench.storage.tables import (
    GENERATION_ANSWER,
    PROJECT,
    RUN_LEASE,
    SEARCH_PENDING,
)
from prompt_workbench.storage.tables.whole import METADATA
from prompt_workbench.system.paths import data_dir

_ROWS_AT_ONCE = 500
_CHECK_S = 60
_BUSY_S = 0.5
"""Whoever has the project open keeps it open; there is no use in waiting long."""
_NOT_COPIED = (RUN_LEASE, SEARCH_PENDING)


def take_over(path: Path) -> Path:
    """Put a checked copy in the place of a stranger's file; return where the original is kept.

    Raises:
        ProjectDamagedError: It is not exactly what this program writes.
        ProjectLockedError: Another program uses it.
    """
    original = path.with_name(f"{path.name}-received-{time_mark()}")
    with temporary_beside(path, path.stat().st_size) as copy:
        _copy(path, "rw", copy)
        flush(copy)
        _keep(path, original)
        copy.replace(path)
    return original


def _keep(path: Path, original: Path) -> None:
    try:
        os.link(path, original)
    except OSError:
        # Not every file system can give a file a second name: those of memory sticks cannot.
        with temporary_beside(path, path.stat().st_size) as copy:
            shutil.copyfile(path, copy)
            flush(copy)
            copy.replace(original)


def copy_received(path: Path, mode: Mode) -> Path:
    """Return a checked copy, among this user's data, of a stranger's file that must not change.

    Raises:
        ProjectDamagedError: It is not exactly what this program writes.
    """
    folder = data_dir() / "received"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"{path.stem}-{time_mark()}.pwb"
    with temporary_beside(kept, path.stat().st_size) as copy:
        _copy(path, mode, copy)
        with SqliteDatabase(copy).writer.begin() as connection:
            # Another project from now on, because the original can be opened again.
            connection.execute(update(PROJECT).values(id=new_id()))
        flush(copy)
        copy.replace(kept)
    return kept


def _copy(source: Path, mode: Mode, target: Path) -> None:
    database = SqliteDatabase(target)
    with (
        driver_sentences(),
        database.sentences(),
        closing(connect(source, mode, busy_s=_BUSY_S)) as reading,
    ):
        if mode == "rw":
            reading.execute("PRAGMA locking_mode = EXCLUSIVE")
            reading.execute("BEGIN EXCLUSIVE")
        harden(reading)
        _check(reading)
        try:
            with database.writer.connect() as writing, writing.begin():
                create_tables(writing)
                _copy_rows(reading, writing)
        except IntegrityError:
            raise ProjectDamagedError(
                "The project holds something that refers to what is not there.",
                hint="Ask its sender for the project again; nothing of it was used.",
            ) from None


def _check(reading: Any) -> None:
    if fingerprint(reading) != FINGERPRINT:
        raise ProjectDamagedError(
            "This project has parts that Prompt Workbench does not make.",
            hint="Ask its sender for the project again; nothing of it was used.",
        )
    allow_time(reading, _CHECK_S)
    (finding,) = reading.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise ProjectDamagedError(f"The project file is damaged: {finding}.")


def _copy_rows(reading: Any, writing: Connection) -> None:
    for table in METADATA.sorted_tables:
        if table not in _NOT_COPIED:
            _copy_table(reading, writing, table)
    answered = select(GENERATION_ANSWER.c.generation_seq)
    writing.execute(insert(SEARCH_PENDING).from_select(["generation_seq"], answered))


def _copy_table(reading: Any, writing: Connection, table: Table) -> None:
    check = RowCheck(table)
    adding = DriverStatement(insert(table), writing.dialect)
    rows = reading.execute(str(select(table).compile(dialect=writing.dialect)))
    while True:
        allow_time(reading)
        values = rows.fetchmany(_ROWS_AT_ONCE)
        if not values:
            return
        adding.run_named(writing, [check.checked(row) for row in values])
