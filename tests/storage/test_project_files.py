"""Whatever is wrong with a project file, its user is told in a sentence, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.storage.examples import prompt
from tests.storage.places import read_only
from tests.storage.postgres_server import hang_up, lose_the_next_connection_after_its_commit

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.errors import (
    ConflictError,
    NotAProjectError,
    ProjectDamagedError,
    ProjectLockedError,
    ProjectReadOnlyError,
    ProjectTooNewError,
    ProjectUnreachableError,
    StorageError,
)
from prompt_workbench.storage import sqlite
from prompt_workbench.storage.backups import back_up
from prompt_workbench.storage.inspection import look
from prompt_workbench.storage.opening import create_project, open_database
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.project_files import create, open_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a project file of this user."""
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "mine.pwb"
    create(path)
    return path


def change(file: Path, *statements: str) -> None:
    """Change a project file behind the program's back."""
    with closing(sqlite.connect(file, "rw")) as connection:
        for statement in statements:
            connection.execute(statement)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_project_is_private_and_whole(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names(file.parent) == ["mine.pwb"]
    database, notice = open_file(file)
    assert notice == ""
    assert not database.read_only


def test_a_project_is_not_made_over_something_else(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(ConflictError, match="already a file"):
        create(file)
    assert file.read_bytes() == before


def test_a_project_is_not_made_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be made: No such file or directory"):
        create(tmp_path / "nowhere" / "mine.pwb")


def test_what_is_not_there_is_no_project(tmp_path: Path) -> None:
    for missing in (tmp_path / "nothing.pwb", tmp_path):
        with pytest.raises(NotAProjectError, match="There is no project at"):
            open_file(missing)


@pytest.mark.parametrize("content", [b"", b"SQLite", b"PK\3\4" + b"x" * 500, b"\0" * 4096])
def test_other_files_are_no_projects(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.pwb"
    path.write_bytes(content)
    with pytest.raises(NotAProjectError, match="is not a Prompt Workbench project"):
        open_file(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_no_project(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE project (id, name)")
        connection.commit()
    with pytest.raises(NotAProjectError, match="is not a Prompt Workbench project"):
        open_file(path)


def test_a_project_of_a_newer_version_is_left_alone(file: Path) -> None:
    change(file, "UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(ProjectTooNewError, match="newer version"):
        open_file(file)
    assert file.read_bytes() == before


def test_a_project_that_another_program_holds_is_named_so(file: Path) -> None:
    with closing(sqlite.connect(file, "rw")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ProjectLockedError, match="Another program holds the project"):
            look(file, "rw", busy_s=0.05)
    open_file(file)


async def test_a_folder_that_cannot_be_written_opens_for_reading(file: Path) -> None:
    project = Project.open(file)
    await project.write(lambda store: store.prompts.add(prompt("kept")))
    await project.close()
    with read_only(file.parent):
        project = Project.open(file)
        assert project.read_only
        assert "read-only" in project.notice
        assert [p.name for p in await project.read(lambda store: store.prompts.all())] == ["kept"]
        with pytest.raises(ProjectReadOnlyError, match="for reading only"):
            await project.write(lambda store: store.prompts.add(prompt("lost")))
        await project.close()


def test_damaged_files_are_refused_or_read_never_a_crash(file: Path) -> None:
    """Sixty files with damage at random places, as a bad disk or a bad copy makes it."""
    whole = file.read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        file.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
        with suppress(StorageError):
            open_file(file)


def test_a_torn_file_is_damaged_and_left_as_it_is(file: Path) -> None:
    change(file, "PRAGMA wal_checkpoint(TRUNCATE)")
    torn = file.read_bytes()[:9000]
    file.write_bytes(torn)
    with pytest.raises(ProjectDamagedError, match="damaged") as refused:
        open_file(file)
    assert "There is no backup beside it" in str(refused.value.hint)
    assert file.read_bytes() == torn


def test_the_newest_backup_of_a_damaged_file_is_named(file: Path) -> None:
    back_up(file, "0002")
    newest = back_up(file, "0001")
    file.write_bytes(file.read_bytes()[:9000])
    with pytest.raises(ProjectDamagedError, match="damaged") as refused:
        open_file(file)
    assert newest.name in str(refused.value.hint)
    open_file(newest)


def test_what_a_killed_program_left_half_done_is_cleared_up(file: Path) -> None:
    young, old = (file.with_name(f".mine.pwb.unfinished-{age}") for age in ("young", "old"))
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    backup = back_up(file, "0001")
    assert names(file.parent) == sorted([file.name, backup.name, young.name])


def test_old_sqlite_uses_the_file_without_its_journal_that_may_damage_it(file: Path) -> None:
    """Python's own SQLite may be older than the one that repaired its WAL mode."""
    if sqlite.has_sound_wal(sqlite3):
        pytest.skip(f"SQLite {sqlite3.sqlite_version} is new enough")
    assert in_a_child_with_old_sqlite(file) == "delete"
    with closing(sqlite.connect(file, "rw")) as new:
        new.execute("SELECT * FROM project").fetchall()
        assert "cannot share it safely" in in_a_child_with_old_sqlite(file)


def in_a_child_with_old_sqlite(file: Path) -> str:
    """Return the journal mode that an old SQLite uses, or why it does not open the file.

    In another process, because two libraries in one do not see each other's locks.
    """
    script = """
import sqlite3, sys
from pathlib import Path
from prompt_workbench.domain.errors import ProjectLockedError
from prompt_workbench.storage import sqlite
try:
    connection = sqlite.connect(Path(sys.argv[1]), "rw", sqlite3, busy_s=0.05)
    print(*connection.execute("PRAGMA journal_mode").fetchone())
except ProjectLockedError as error:
    print(error.message)
"""
    child = [sys.executable, "-c", script, str(file)]
    return subprocess.run(child, capture_output=True, text=True, check=True).stdout.strip()


async def test_who_loses_the_connection_while_saving_is_told_to_look(
    postgres_location: str,
) -> None:
    create_project(postgres_location)
    database, _ = open_database(postgres_location)
    project = Project(database)
    lose_the_next_connection_after_its_commit(database)
    with pytest.raises(ProjectUnreachableError, match="was lost while") as lost:
        await project.write(lambda store: store.prompts.add(prompt("saved")))
    assert "look before you try again" in str(lost.value.hint)
    assert [it.name for it in await project.read(lambda store: store.prompts.all())] == ["saved"]
    await project.write(lambda store: store.prompts.add(prompt("saved, too")))
    await project.close()


async def test_news_come_again_after_the_server_hung_up(postgres_location: str) -> None:
    here, there = Project.create(postgres_location), Project.open(postgres_location)
    announced: list[ChangeSet] = []
    noticed = threading.Event()

    def announce(changes: ChangeSet) -> None:
        announced.append(changes)
        noticed.set()

    here.watch(announce)
    await there.write(lambda store: store.prompts.add(prompt("before")))
    assert await asyncio.to_thread(noticed.wait, 10)
    noticed.clear()
    hang_up(postgres_location)
    await there.write(lambda store: store.prompts.add(prompt("after")))
    assert await asyncio.to_thread(noticed.wait, 10)
    found = await here.read(lambda store: store.prompts.all())
    assert [it.name for it in found] == ["after", "before"]
    await here.close()
    await there.close()


async def test_writes_of_another_process_are_announced(location: str) -> None:
    here = Project.create(location)
    there = Project.open(location)
    announced: list[ChangeSet] = []
    noticed = threading.Event()

    def announce(changes: ChangeSet) -> None:
        announced.append(changes)
        noticed.set()

    here.watch(announce)
    await here.write(lambda store: store.prompts.add(prompt("mine")))
    await there.write(lambda store: store.prompts.add(prompt("theirs")))
    await here.read(lambda _: noticed.wait(5))
    await here.close()
    await there.close()
    assert [changes.kinds for changes in announced] == [frozenset({Kind.PROMPT})]
