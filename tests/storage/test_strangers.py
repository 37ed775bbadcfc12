"""A project that someone else made: its data comes in, and nothing else does."""

from __future__ import annotations

import errno
import os
from contextlib import closing
from pathlib import Path

import pytest
from tests.storage.examples import add_dataset, add_run, answer, cases, prompt, sent, version
from tests.storage.places import read_only

from prompt_workbench.domain.errors import (
    HostError,
    ProjectDamagedError,
    ProjectLockedError,
    StorageError,
)
from prompt_workbench.storage import sqlite
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.project_files import open_file
from prompt_workbench.storage.repositories import Repositories


@pytest.fixture
async def received(tmp_path: Path, home: Path) -> Path:
    """Return a project with something of everything, made by someone else."""
    folder = tmp_path / "received"
    folder.mkdir()
    path = folder / "theirs.pwb"
    project = Project.create(path)
    ledger = ProjectLedger.open(path)

    def fill(store: Repositories) -> str:
        it = prompt("shared")
        store.prompts.add(it)
        store.prompts.add_version(version(it))
        add_dataset(store, cases(3))
        return add_run(store, 3).id

    run = await ledger.run(await project.write(fill))
    call = sent(run)
    await ledger.sent(call)
    await ledger.settled(answer(call, "Singular answer."), cache_key="a")
    await ledger.close()
    await project.close()
    forget_projects(home)
    return path


def forget_projects(home: Path) -> None:
    """Let this user be one that has never opened a project."""
    for file in home.rglob("known-projects.json"):
        file.unlink()


def test_the_original_is_kept(received: Path) -> None:
    before = received.read_bytes()
    _, notice = open_file(received)
    (original,) = received.parent.glob("theirs.pwb-received-*")
    assert original.name in notice
    assert original.read_bytes() == before


async def test_its_data_comes_in(received: Path) -> None:
    project = Project.open(received)
    assert [p.name for p in await project.read(lambda store: store.prompts.all())] == ["shared"]
    (found,) = await project.read(lambda store: store.generations.search("singular"))
    kept = await project.read(lambda store: store.generations.get(found.id))
    assert kept.body.text == "Singular answer."
    await project.close()


def test_it_is_checked_once(received: Path) -> None:
    open_file(received)
    _, notice = open_file(received)
    assert notice == ""


def test_one_that_must_not_change_is_copied_to_the_users_own_data(
    received: Path, home: Path
) -> None:
    with read_only(received.parent):
        database, notice = open_file(received)
        assert str(home) in database.location
        assert database.location in notice
        assert not database.read_only
        again, _ = open_file(received)
        assert again.location != database.location


def test_where_nothing_can_be_noted_it_stays_as_it_is(received: Path, home: Path) -> None:
    before = received.read_bytes()
    with read_only(home / "data" / "prompt-workbench"):
        for _ in range(2):
            with pytest.raises(HostError, match="cannot be noted that this project is yours"):
                open_file(received)
    assert [path.name for path in received.parent.iterdir()] == [received.name]
    assert received.read_bytes() == before


def test_the_original_is_kept_where_no_file_can_have_two_names(
    received: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "as memory sticks do")

    monkeypatch.setattr(os, "link", refuse)
    before = received.read_bytes()
    open_file(received)
    (original,) = received.parent.glob("theirs.pwb-received-*")
    assert original.read_bytes() == before
    assert len(list(received.parent.iterdir())) == 2


def test_one_that_is_in_use_is_not_replaced(received: Path) -> None:
    with closing(sqlite.connect(received, "rw")) as other:
        other.execute("SELECT * FROM project").fetchall()
        with pytest.raises(ProjectLockedError):
            open_file(received)


EVIL = {
    "trigger": "CREATE TRIGGER evil AFTER INSERT ON prompt BEGIN DELETE FROM prompt; END",
    "view": "CREATE VIEW evil AS SELECT * FROM prompt",
    "table": "CREATE TABLE evil (x)",
    "index": "CREATE INDEX evil ON prompt (folder)",
    "virtual table": "CREATE VIRTUAL TABLE evil USING fts5(x)",
    "generated column": "ALTER TABLE prompt ADD COLUMN evil AS (name || name)",
    "column": "ALTER TABLE prompt ADD COLUMN evil TEXT",
    "no index": "DROP INDEX uq_prompt_living_name",
    "endless view for a table": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET type = 'view', rootpage = 0,"
        " sql = 'CREATE VIEW change AS WITH RECURSIVE n(kind) AS"
        " (SELECT 1 UNION ALL SELECT kind FROM n) SELECT kind, 1 AS times FROM n'"
        " WHERE name = 'change'"
    ),
    "state": "UPDATE run SET state = 'exploded'",
    "type": "UPDATE generation SET started_at = 'yesterday'",
    "blob": "UPDATE prompt SET name = x'ff00'",
    "no utf-8": "UPDATE prompt SET name = CAST(x'ff00' AS TEXT)",
    "no json": "UPDATE run SET limits = '{'",
    "content that is not what its hash says": "UPDATE content SET body = replace(body, 'A', 'B')",
    "case that is not what its hash says": "UPDATE dataset_case SET body = '{\"inputs\": {}}'",
    "version of no prompt": "UPDATE prompt_version SET prompt_id = 'nobody'",
    "answer to no call": "UPDATE generation_answer SET generation_seq = 77",
    "null": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
        " replace(sql, 'name VARCHAR NOT NULL', 'name VARCHAR') WHERE name = 'dataset'"
    ),
    "no project row": "DELETE FROM project",
    "two project rows": "INSERT INTO project VALUES ('x', 'y', 1)",
    "long id": "UPDATE project SET id = printf('%.*c', 100000, 'x')",
}


@pytest.mark.parametrize("what", ["trigger", "view", "index", "endless view for a table"])
def test_a_project_that_comes_back_changed_is_not_trusted_for_its_id(
    received: Path, what: str
) -> None:
    open_file(received)
    with closing(sqlite.connect(received, "rw")) as connection:
        connection.executescript(EVIL[what])
    content = received.read_bytes()
    with pytest.raises(ProjectDamagedError):
        open_file(received)
    assert received.read_bytes() == content


@pytest.mark.parametrize("what", EVIL)
def test_what_this_program_does_not_make_is_refused(received: Path, what: str) -> None:
    with closing(sqlite.connect(received, "rw")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.executescript(EVIL[what])
    with pytest.raises(StorageError):
        open_file(received)
    assert [path.name for path in received.parent.iterdir() if "received" in path.name] == []
