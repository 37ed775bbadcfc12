"""Model files are found where the person has them, and refused in a sentence otherwise."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.providers.local.packages import SMALL

from prompt_workbench.domain.errors import InvalidInputError, ModelFileError
from prompt_workbench.providers.local import weights
from prompt_workbench.settings.models import LocalModel, ModelRegistry

GGUF_3 = b"GGUF\x03\x00\x00\x00"


@pytest.fixture
def cached() -> Path:
    path = weights.cache_path(SMALL)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_without_any_copy_nothing_is_found() -> None:
    assert weights.find(SMALL) is None


def test_fetched_weights_are_found_in_the_cache(cached: Path) -> None:
    cached.write_bytes(b"x" * SMALL.size)
    assert weights.find(SMALL) == cached


def test_a_half_written_file_is_not_taken_for_the_weights(cached: Path) -> None:
    cached.write_bytes(b"x" * (SMALL.size - 1))
    assert weights.find(SMALL) is None


def test_an_installed_package_comes_first_and_is_not_run(
    cached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached.write_bytes(b"x" * SMALL.size)
    package = tmp_path / "tiny_weights"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('run!')")
    (package / "tiny.gguf").write_bytes(b"y" * SMALL.size)
    monkeypatch.syspath_prepend(tmp_path)
    assert weights.find(SMALL) == package / "tiny.gguf"
    assert "tiny_weights" not in sys.modules


def test_an_added_file_wins_under_its_own_and_under_the_bundled_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.gguf"
    file.write_bytes(GGUF_3)
    for name in ("mine", weights.DEFAULT.name):
        registry = ModelRegistry().with_local(LocalModel(name=name, path=file))
        assert weights.locate(name, registry) == file


def test_missing_weights_and_unknown_models_are_told_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="not on this computer") as caught:
        weights.locate(weights.DEFAULT.name, ModelRegistry())
    assert "pwb models fetch" in (caught.value.hint or "")
    with pytest.raises(ModelFileError, match="no local model named other"):
        weights.locate("other", ModelRegistry())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a GGUF"),
        (b"GGUF", "not a GGUF"),
        (b"PK\x03\x04 and more", "not a GGUF"),
        (b"GGUF\x01\x00\x00\x00", "version 1"),
        (b"GGUF\x00\x00\x00\x03", "version 50331648"),
    ],
)
def test_what_is_no_model_file_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelFileError, match=sentence):
        weights.check_gguf(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot be read: No such file"):
        weights.check_gguf(tmp_path / "none.gguf")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_folders_and_pipes_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "model.gguf"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        with pytest.raises(ModelFileError, match="not a GGUF"):
            weights.check_gguf(path)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Qwen2.5-Coder-1.5B.Q4_K_M.gguf", "qwen2.5-coder-1.5b.q4_k_m"),
        ("my model (1).gguf", "my-model-1"),
        ("__x__.gguf", "x"),
    ],
)
def test_a_model_is_named_after_its_file(file: str, name: str) -> None:
    assert weights.name_for(Path(file)) == name
    assert LocalModel(name=name, path=Path("/x")).name == name


def test_a_file_name_without_letters_needs_a_name_given() -> None:
    with pytest.raises(InvalidInputError):
        weights.name_for(Path("模型.gguf"))
