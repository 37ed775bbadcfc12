"""Runs as CSV or JSON lines: one line per cell, with its case, its answer and its figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.generations import GenerationSummary
from prompt_workbench.interop.csv_cells import to_cell
from prompt_workbench.interop.strict_json import json_text

_LEVELS = {"input": 1, "metadata": 1, "score": 2}
"""Which objects of a cell are spread over columns in CSV, and how deep."""


class RunFormat(StrEnum):
    """A file format of runs."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A cell with its case and its whole answer."""

    case: Case
    summary: GenerationSummary
    text: str


def format_of(path: Path) -> RunFormat:
    """Return the format that the name of a file tells.

    Raises:
        InvalidInputError: It tells none.
    """
    try:
        return RunFormat(path.suffix.lower().removeprefix("."))
    except ValueError:
        raise InvalidInputError(
            f"The format of {path.name} is not known.", hint="Use a .csv or a .jsonl file."
        ) from None


def run_text(run: Run, rows: Sequence[RunRow], form: RunFormat) -> str:
    """Return the cells of a run in a format."""
    if form is RunFormat.CSV:
        return _csv_text(run, rows)
    return "".join(f"{json_text(_nested(run, row))}\n" for row in rows)


def _csv_text(run: Run, rows: Sequence[RunRow]) -> str:
    lines = [_flat(_nested(run, row)) for row in rows]
    columns = list(dict.fromkeys(name for line in lines for name in line))
    output = io.StringIO(newline="")
    writer = csv.writer(output, quoting=csv.QUOTE_ALL)
    writer.writerow(map(to_cell, columns))
    for line in lines:
        writer.writerow(to_cell(_cell(line.get(name))) for name in columns)
    return output.getvalue()


def _nested(run: Run, row: RunRow) -> JsonObject:
    summary, variant = row.summary, run.variants[row.summary.cell.variant]
    usage = summary.usage
    return {
        "run": run.number,
        "case": summary.cell.case,
        "repetition": summary.cell.repetition,
        "variant": variant.title,
        "prompt": variant.prompt_name,
        "version": variant.version_number,
        "model": str(variant.model),
        "answered_by": f"{summary.provider}/{summary.request_model}",
        "input": dict(row.case.inputs),
        "expected_output": row.case.expected_output,
        "metadata": dict(row.case.metadata),
        "state": summary.state.value,
        "answer": row.text,
        "finish_reason": summary.finish_reason,
        "score": {score.name: _score(score.to_json()) for score in summary.scores},
        "input_tokens": None if usage is None else usage.input_tokens,
        "output_tokens": None if usage is None else usage.output_tokens,
        "usage_source": summary.usage_source.value,
        "cost_usd": None if summary.cost.usd is None else _plain(summary.cost.usd),
        "cost_source": summary.cost.source.value,
        "duration_s": summary.duration_s,
        "time_to_first_chunk_s": summary.time_to_first_chunk_s,
        "attempts": summary.attempts,
        "from_cache": summary.from_cache,
        "error": summary.error,
        "started_at": summary.started_at.isoformat(),
        "generation_id": summary.id,
    }


def _score(value: JsonObject) -> JsonObject:
    return {name: item for name, item in value.items() if name != "name"}


def _flat(value: Mapping[str, Json], levels: Mapping[str, int] = _LEVELS) -> dict[str, Json]:
    """Return the object with its inner objects spread over columns such as ``input.review``."""
    found: dict[str, Json] = {}
    for name, item in value.items():
        deeper = levels.get(name, 0)
        if deeper and isinstance(item, dict):
            inner = _flat(item, dict.fromkeys(item, deeper - 1))
            found |= {f"{name}.{key}": part for key, part in inner.items()}
        else:
            found[name] = item
    return found


def _cell(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json_text(value)


def _plain(value: Decimal) -> str:
    return format(value, "f")
