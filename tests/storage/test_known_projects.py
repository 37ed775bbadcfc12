"""Which projects are one's own is remembered, whoever else writes it down at the time."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prompt_workbench.storage.known_projects import is_known, remember
from prompt_workbench.system.paths import data_dir


def test_no_note_is_lost_where_many_are_made_at_once(home: Path) -> None:
    ids = [f"project-{number}" for number in range(80)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(remember, ids))
    assert [id_ for id_ in ids if not is_known(id_)] == []


def test_an_id_of_a_stranger_makes_no_other_project_known(home: Path) -> None:
    remember('one\n"two"\n')
    assert is_known('one\n"two"\n')
    assert not is_known("two")


def test_an_array_of_ids_and_what_is_no_id_are_read(home: Path) -> None:
    path = data_dir() / "known-projects.json"
    path.write_text(json.dumps(["one", "two"], indent=1) + '\n"torn')
    remember("three")
    assert [is_known(id_) for id_ in ("one", "two", "three", "torn", "[")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_the_notes_are_private(home: Path) -> None:
    remember("one")
    assert stat.S_IMODE((data_dir() / "known-projects.json").stat().st_mode) == 0o600
