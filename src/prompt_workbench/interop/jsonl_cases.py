"""Cases as JSON lines: written exactly; read back, or from any file of flat objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import ColumnRole
from prompt_workbench.interop.case_file import MOST_PROBLEMS, Table
from prompt_workbench.interop.strict_json import json_text, parse_json

_OUR_KEYS = {"inputs", "expected_output", "metadata"}


def read_jsonl(text: str) -> Table:
    """Return the rows of a JSON lines text.

    A line ``{"inputs": {…}, "expected_output": …, "metadata": {…}}`` becomes the columns
    ``input.NAME``, ``expected_output`` and ``metadata.NAME``; the keys of any other object
    are columns themselves.
    """
    rows: list[Mapping[str, Json]] = []
    problems: list[str] = []
    # Not splitlines: a JSON text may hold other line separators inside its strings.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(_row(parse_json(line)))
        except InvalidInputError as error:
            problems.append(f"Line {number}: {error.message}")
        if len(problems) == MOST_PROBLEMS:
            break
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Table(columns=columns, rows=tuple(rows), problems=tuple(problems))


def write_jsonl(cases: Sequence[Case]) -> str:
    """Return the cases, one JSON object a line."""
    return "".join(f"{json_text(case.to_json())}\n" for case in cases)


def _row(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise InvalidInputError("It is not a JSON object.")
    if not isinstance(value.get("inputs"), dict) or not value.keys() <= _OUR_KEYS:
        return value
    row = _prefixed(ColumnRole.INPUT, value["inputs"])
    if value.get("expected_output") is not None:
        row["expected_output"] = value["expected_output"]
    return row | _prefixed(ColumnRole.METADATA, value.get("metadata", {}))


def _prefixed(role: ColumnRole, value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise InvalidInputError(f"Its {role} is not a JSON object.")
    return {f"{role}.{name}": item for name, item in value.items()}
