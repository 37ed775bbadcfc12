"""The small files with settings and memories: read where that is possible, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompt_workbench.domain.errors import HostError
from prompt_workbench.settings.store import JsonFile


def test_a_value_is_kept_until_it_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "made" / "file.json"
    JsonFile(path).set("a", [1])
    JsonFile(path).set("b", 2)
    assert JsonFile(path).get("a") == [1]
    JsonFile(path).set("a", None)
    assert JsonFile(path).get("a") is None
    assert JsonFile(path).get("b") == 2


@pytest.mark.parametrize("damaged", ["{", "[1]", "\xff", "[" * 100_000])
def test_a_damaged_file_is_moved_aside(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(damaged, encoding="latin-1")
    assert JsonFile(path).get("a") is None
    assert path.with_suffix(".damaged").read_text(encoding="latin-1") == damaged


def test_what_cannot_be_read_counts_as_empty_and_is_never_overwritten(tmp_path: Path) -> None:
    (path := tmp_path / "file.json").mkdir()
    file = JsonFile(path)
    assert file.get("a") is None
    with pytest.raises(HostError) as told:
        file.set("a", 1)
    assert str(path) in told.value.message
    assert path.is_dir()


def test_a_file_that_cannot_be_written_is_told_and_the_value_stays(tmp_path: Path) -> None:
    file = JsonFile(tmp_path / "folder" / "file.json")
    file.set("a", 1)
    (tmp_path / "folder").rename(tmp_path / "elsewhere")
    (tmp_path / "folder").write_text("now a file", encoding="utf-8")
    with pytest.raises(HostError) as told:
        file.set("a", 2)
    assert told.value.message.startswith("Your settings cannot be saved: ")
    assert file.get("a") == 1
