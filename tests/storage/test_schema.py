"""One schema, however a project came to it: made new, or led through the revisions."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TableClause, inspect
from tests.storage.postgres_server import PostgresServer

from prompt_workbench.domain import (
    batches,
    case_edits,
    comparisons,
    datasets,
    generations,
    prompts,
    scores,
)
from prompt_workbench.storage import schema, sqlite, tables
from prompt_workbench.storage.database import Database
from prompt_workbench.storage.fingerprint import FINGERPRINT, fingerprint
from prompt_workbench.storage.migrations.upgrade import upgrade
from prompt_workbench.storage.opening import open_database
from prompt_workbench.storage.postgres import PostgresDatabase
from prompt_workbench.storage.project_files import create, open_file
from prompt_workbench.storage.schema import REVISIONS, Revisions
from prompt_workbench.storage.sqlite import SqliteDatabase
from prompt_workbench.storage.tables import outlines
from prompt_workbench.storage.tables.datasets import (
    DatasetDraftRow,
    DatasetRow,
    DatasetVersionRow,
)
from prompt_workbench.storage.tables.prompts import (
    BranchRow,
    DraftRow,
    LabelMoveRow,
    PromptRow,
    PromptVersionRow,
)
from prompt_workbench.storage.tables.whole import METADATA

NEXT_REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("prompt", sa.Column("colour", sa.String(), nullable=True))
    {last}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.pwb"
    create(path)
    return path


def one_more(folder: Path, last: str = "") -> Revisions:
    """Return the revisions with one more, that adds a column and then does something last."""
    scripts = folder / "scripts"
    shutil.copytree(REVISIONS.scripts, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    text = NEXT_REVISION.format(head=REVISIONS.head, last=last)
    (scripts / "versions" / "revision_next.py").write_text(text)
    return Revisions((*REVISIONS.names, "next"), scripts)


def described(database: Database) -> dict[str, Any]:
    """Return all that a database says of its tables, in an order of its own making."""
    with database.writer.connect() as connection:
        about = inspect(connection)
        return {
            name: {
                "columns": [{**it, "type": str(it["type"])} for it in about.get_columns(name)],
                "primary": about.get_pk_constraint(name),
                "unique": sorted(about.get_unique_constraints(name), key=str),
                "foreign": sorted(about.get_foreign_keys(name), key=str),
                "indexes": sorted(map(str, about.get_indexes(name))),
            }
            for name in about.get_table_names()
        }


def test_an_upgraded_file_is_a_new_file(tmp_path: Path) -> None:
    found = []
    for name, make in (("new", schema.create_tables), ("upgraded", REVISIONS.upgrade)):
        path = tmp_path / name
        path.touch()
        with SqliteDatabase(path).writer.begin() as connection:
            make(connection)
        with closing(sqlite.connect(path, "ro")) as connection:
            found.append(fingerprint(connection))
    assert found == [FINGERPRINT, FINGERPRINT]


def test_an_upgraded_database_on_a_server_is_a_new_one(postgres_server: PostgresServer) -> None:
    found = []
    for make in (schema.create_tables, REVISIONS.upgrade):
        with postgres_server.database() as location:
            database = PostgresDatabase(location)
            with database.writer.begin() as connection:
                make(connection)
            found.append(described(database))
    assert found[0] == found[1]
    assert "generation_text" in found[0]


def test_an_older_project_is_backed_up_and_then_updated(file: Path, tmp_path: Path) -> None:
    revisions = one_more(tmp_path)
    database, notice = open_file(file, revisions)
    (backup,) = file.parent.glob(f"mine.pwb-backup-{REVISIONS.head}-*")
    assert backup.name in notice
    assert "colour" in columns(database)
    assert "colour" not in columns(SqliteDatabase(backup))
    _, notice = open_file(file, revisions)
    assert notice == ""


def test_an_update_that_fails_half_way_leaves_the_project_as_it_was(
    file: Path, tmp_path: Path
) -> None:
    revisions = one_more(tmp_path, last="raise RuntimeError('half way')")
    with pytest.raises(RuntimeError, match="half way"):
        open_file(file, revisions)
    database, notice = open_file(file)
    assert notice == ""
    assert "colour" not in columns(database)


def test_a_kill_in_the_middle_of_an_update_leaves_the_project_as_it_was(
    file: Path, tmp_path: Path
) -> None:
    revisions = one_more(tmp_path, last="import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    script = f"""
from pathlib import Path
from prompt_workbench.storage.project_files import open_file
from prompt_workbench.storage.schema import Revisions
open_file(Path({str(file)!r}), Revisions({revisions.names!r}, Path({str(revisions.scripts)!r})))
"""
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -signal.SIGKILL
    database, notice = open_file(file)
    assert notice == ""
    assert "colour" not in columns(database)
    (backup,) = file.parent.glob("mine.pwb-backup-*")
    assert "colour" not in columns(open_file(backup)[0])


def test_an_older_project_on_a_server_is_updated_and_says_that_there_is_no_backup(
    postgres_location: str,
) -> None:
    with PostgresDatabase(postgres_location).writer.begin() as connection:
        upgrade(connection, "0001", REVISIONS.scripts)
    database, notice = open_database(postgres_location)
    with database.reader.begin() as connection:
        assert schema.revision_of(connection) == REVISIONS.head
    assert "No backup was made" in notice
    assert open_database(postgres_location)[1] == ""


def columns(database: Database) -> list[str]:
    with database.reader.connect() as connection:
        return [column["name"] for column in inspect(connection).get_columns("prompt")]


@pytest.mark.parametrize(
    ("value", "table", "elsewhere", "only_stored"),
    [
        (prompts.Prompt, PromptRow, set(), set()),
        (prompts.PromptVersion, PromptVersionRow, {"content"}, {"content_hash"}),
        (prompts.VersionSummary, PromptVersionRow, {"labels"}, set()),
        (prompts.Branch, BranchRow, set(), set()),
        (prompts.Label, LabelMoveRow, set(), {"seq"}),
        (prompts.Draft, DraftRow, {"values"}, {"inputs"}),
        (datasets.Dataset, DatasetRow, set(), set()),
        (case_edits.DatasetDraft, DatasetDraftRow, {"base"}, {"base_id", "dataset_id"}),
        (datasets.DatasetVersion, DatasetVersionRow, {"columns"}, {"column_names", "seq"}),
        (comparisons.Run, tables.RUN, {"variants"}, {"seq"}),
        (batches.Batch, tables.BATCH, {"run_id"}, {"provider", "run_seq", "seq"}),
        (scores.Score, tables.SCORE, set(), {"generation_seq"}),
        (
            generations.GenerationSummary,
            tables.GENERATION,
            {"run_id", "cell", "provider", "request_model", "usage", "cost", "scores"},
            {
                "seq", "run_seq", "subject_seq", "case_index", "variant", "repetition",
                "reserved_pico_usd", "cost_pico_usd", "cost_source", "input_tokens",
                "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
                "reasoning_output_tokens",
            },
        ),
        (
            generations.GenerationBody,
            tables.GENERATION_ANSWER,
            {"messages", "request_body", "cost", "attempts"},
            {"generation_seq", "cost_lines", "last_attempt"},
        ),
    ],
)  # fmt: skip
def test_values_and_tables_have_the_same_fields(
    value: Any, table: Any, elsewhere: set[str], only_stored: set[str]
) -> None:
    names = getattr(value, "__struct_fields__", None)
    ours = set(names or (field.name for field in fields(value)))
    columns = getattr(table, "__table__", table).columns
    assert ours - elsewhere == {column.name for column in columns} - only_stored


@pytest.mark.parametrize(
    "outline",
    [outlines.PROMPT, outlines.PROMPT_VERSION, outlines.DRAFT, outlines.DATASET_VERSION],
    ids=str,
)
def test_outlines_are_of_columns_that_are_there(outline: TableClause) -> None:
    columns = METADATA.tables[outline.name].columns
    assert {column.name: str(column.type) for column in outline.columns}.items() <= {
        column.name: str(column.type) for column in columns
    }.items()
