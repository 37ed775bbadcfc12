"""What reading a project costs a process before the first row is there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from prompt_workbench.storage.project_files import create

SCRIPT = """
import asyncio, json, sys
from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.storage.project import Project

async def main():
    project = Project.open(sys.argv[1])
    await project.read(lambda store: {reading})
    await project.close()

asyncio.run(main())
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize(
    ("reading", "needs_it"),
    [
        ("store.runs.page()", False),
        ("store.generations.page(CallFilter())", False),
        ("store.costs.today()", False),
        ("store.prompts.all()", True),
        ("store.datasets.all()", True),
    ],
)
def test_only_who_reads_rows_as_objects_imports_what_makes_them(
    tmp_path: Path, reading: str, needs_it: bool
) -> None:
    path = tmp_path / "mine.pwb"
    create(path)
    script = SCRIPT.replace("{reading}", reading)
    child = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(child, capture_output=True, text=True, check=True)
    modules = json.loads(done.stdout)
    assert ("sqlmodel" in modules) is needs_it
    assert ("sqlalchemy.orm" in modules) is needs_it
