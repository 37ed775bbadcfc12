"""Files of cases, whatever their format: read, previewed, written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import (
    ColumnMapping,
    FilePreview,
    checked_mapping,
    guessed_mapping,
)
from prompt_workbench.interop.case_file import Table, read_text
from prompt_workbench.interop.csv_cases import read_csv, write_csv
from prompt_workbench.interop.jsonl_cases import read_jsonl, write_jsonl

PREVIEW_ROWS = 20


class CaseFormat(StrEnum):
    """A file format of cases."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    suffixes: frozenset[str]
    read: Callable[[str], Table]
    write: Callable[[Sequence[Case]], str]


_FORMATS: Mapping[CaseFormat, _Format] = {
    CaseFormat.CSV: _Format(
        suffixes=frozenset({".csv", ".tsv", ".txt"}), read=read_csv, write=write_csv
    ),
    CaseFormat.JSONL: _Format(
        suffixes=frozenset({".jsonl", ".ndjson"}), read=read_jsonl, write=write_jsonl
    ),
}


def format_of(path: Path) -> CaseFormat:
    """Return the format that the name of a file tells.

    Raises:
        InvalidInputError: It tells none.
    """
    for name, form in _FORMATS.items():
        if path.suffix.lower() in form.suffixes:
            return name
    raise InvalidInputError(
        f"The format of {path.name} is not known.", hint="Use a .csv or a .jsonl file."
    )


def preview_cases(path: Path) -> FilePreview:
    """Return what importing a file would give."""
    table = _table(path)
    return FilePreview(
        columns=table.columns,
        mapping=guessed_mapping(table.columns),
        rows=table.rows[:PREVIEW_ROWS],
        row_count=len(table.rows),
        problems=table.problems,
    )


def read_cases(path: Path, mapping: ColumnMapping | None = None) -> tuple[Case, ...]:
    """Return the cases of a file.

    Raises:
        InvalidInputError: A line cannot be used, or the mapping does not fit.
    """
    table = _table(path)
    if table.problems:
        more = f" And {len(table.problems) - 1} more." if table.problems[1:] else ""
        raise InvalidInputError(
            f"{path.name} cannot be imported. {table.problems[0]}{more}",
            hint="Correct the file, then import it again.",
        )
    if not table.rows:
        raise InvalidInputError(f"{path.name} has no rows.")
    checked = checked_mapping(mapping or guessed_mapping(table.columns))
    return tuple(checked.case(row) for row in table.rows)


def cases_text(cases: Sequence[Case], form: CaseFormat) -> str:
    """Return the cases in a format."""
    return _FORMATS[form].write(cases)


def _table(path: Path) -> Table:
    return _FORMATS[format_of(path)].read(read_text(path))
