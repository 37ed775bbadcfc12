"""Files of cases as a person meets them."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.interop.cases import CaseFormat, cases_text, preview_cases, read_cases


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"text\ngr\xc3\xbcn\n",
        codecs.BOM_UTF8 + b"text\ngr\xc3\xbcn\n",
        "text\ngrün\n".encode("utf-16"),
    ],
)
def test_usual_encodings_are_read(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, "a.csv", content)
    assert read_cases(path) == (Case(inputs={"text": "grün"}),)


def test_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", b"text\ngr\xfcn\n")
    with pytest.raises(InvalidInputError, match=r"not UTF-8 text \(line 2\)"):
        read_cases(path)


def test_a_preview_shows_what_an_import_would_give(tmp_path: Path) -> None:
    lines = ["q,answer", *(f"{n},x" for n in range(30))]
    preview = preview_cases(written(tmp_path, "a.csv", "\n".join(lines).encode()))
    assert preview.columns == ("q", "answer")
    assert (len(preview.rows), preview.row_count) == (20, 30)


def test_a_file_with_a_wrong_line_is_not_imported_in_part(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", b'{"a": 1}\n{"a": \n')
    with pytest.raises(InvalidInputError, match="Line 2"):
        read_cases(path)


@pytest.mark.parametrize("form", list(CaseFormat))
def test_what_is_exported_can_be_imported(tmp_path: Path, form: CaseFormat) -> None:
    cases = (Case(inputs={"a": "=1", "b": 2}, expected_output="x", metadata={"m": [1]}),)
    path = written(tmp_path, f"a.{form}", cases_text(cases, form).encode())
    assert read_cases(path) == cases


def test_missing_empty_and_unknown_files_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_cases(tmp_path / "none.csv")
    with pytest.raises(InvalidInputError, match="has no rows"):
        read_cases(written(tmp_path, "a.csv", b"a,b\n"))
    with pytest.raises(InvalidInputError, match=r"format of a\.xlsx is not known"):
        read_cases(written(tmp_path, "a.xlsx", b""))
