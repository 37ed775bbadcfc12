"""``pwb datasets``."""

from __future__ import annotations

import json

from tests.cli.conftest import Terminal


def test_datasets_are_imported_listed_and_shown(project: Terminal) -> None:
    (record,) = project.done("datasets", "list", "--json").json
    assert (record["name"], record["version"], record["cases"]) == ("mails", 1, 4)
    shown = project.done("datasets", "show", "mails", "--limit", "2", "--json").json
    assert [row["inputs"]["mail"] for row in shown["rows"]] == ["mail 0", "mail 1"]
    assert (
        "2 of 4 cases of mails@1" in project.done("datasets", "show", "mails", "--limit", "2").out
    )
    assert "mails" in project.done("datasets", "list").out


def test_a_person_says_where_columns_go(project: Terminal) -> None:
    file = project.file("a.csv", "q,truth,id\nx,y,1\n")
    project.done(
        "datasets", "import", file, "--name", "b",
        "--column", "truth=expected", "--column", "id=metadata:source", "--column", "q=input:mail",
    )  # fmt: skip
    (row,) = project.done("datasets", "show", "b", "--json").json["rows"]
    assert row == {
        "position": 0,
        "inputs": {"mail": "x"},
        "expected_output": "y",
        "metadata": {"source": "1"},
    }
    answer = project.pwb("datasets", "import", file, "--column", "none=input")
    assert answer.code == 2
    assert "the columns are: q, truth, id" in answer.err


def test_an_export_is_printed_or_written(project: Terminal) -> None:
    printed = project.done("datasets", "export", "mails", "--format", "jsonl").out
    assert json.loads(printed.splitlines()[0]) == {
        "inputs": {"mail": "mail 0"},
        "expected_output": "Answer mail 0",
    }
    project.done("datasets", "export", "mails", "out.csv")
    project.done("datasets", "import", "out.csv", "--name", "copy")
    records = project.done("datasets", "list", "--json").json
    assert len({record["content_hash"] for record in records}) == 1
