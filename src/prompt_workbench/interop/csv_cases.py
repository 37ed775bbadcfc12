"""Cases as CSV: any table can be read; what is written reads back exactly.

The header says what a column is: ``name`` or ``input.name``, ``expected_output``,
``metadata.name``. A column whose values are not all texts has ``:json`` behind its name and
JSON in its cells, where an empty cell means that the case has no such value. (A column whose
own name ends in ``:json`` or ``:text`` has ``:text`` behind it.) Cells and headers follow the
rule of `interop.csv_cells`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.datasets import Case, input_columns
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import ColumnRole, ColumnTarget, column_name, column_target
from prompt_workbench.interop.case_file import MOST_PROBLEMS, Table
from prompt_workbench.interop.csv_cells import from_cell, to_cell
from prompt_workbench.interop.strict_json import json_text, parse_json

_JSON, _TEXT = ":json", ":text"
_DELIMITERS = ",;\t|"
_SAMPLE_RECORDS = 50
_LONGEST_CELL = 16 * 1024 * 1024


def read_csv(text: str) -> Table:
    """Return the rows of a CSV text; the delimiter is found by trying.

    Raises:
        InvalidInputError: It has no header, the header names a column twice, or a cell is
            enormous.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return _table(text)
    except csv.Error:
        raise InvalidInputError(
            f"A cell is longer than {_LONGEST_CELL:,} characters.",
            hint="Look for a quotation mark that is never closed.",
        ) from None


def _table(text: str) -> Table:
    delimiter = _delimiter(text)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        skipinitialspace=_is_spaced(text, delimiter),
    )
    columns = _columns(next(reader, []))
    rows: list[Mapping[str, Json]] = []
    problems: list[str] = []
    for cells in reader:
        if not cells:
            continue
        try:
            rows.append(_row(columns, cells))
        except InvalidInputError as error:
            problems.append(f"Line {reader.line_num}: {error.message}")
        if len(problems) == MOST_PROBLEMS:
            break
    return Table(
        columns=tuple(name for name, _ in columns), rows=tuple(rows), problems=tuple(problems)
    )


def write_csv(cases: Sequence[Case]) -> str:
    """Return the cases as CSV with a header, each cell in quotes."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, quoting=csv.QUOTE_ALL)
    targets = _targets(cases)
    as_json = {target for target in targets if not _is_plain(target, cases)}
    writer.writerow(to_cell(_header(target, as_json=target in as_json)) for target in targets)
    for case in cases:
        writer.writerow(to_cell(_cell(case, target, as_json)) for target in targets)
    return output.getvalue()


def _targets(cases: Sequence[Case]) -> list[ColumnTarget]:
    inputs = [ColumnTarget(role=ColumnRole.INPUT, name=name) for name in input_columns(cases)]
    expected = any(case.expected_output is not None for case in cases)
    names = dict.fromkeys(name for case in cases for name in case.metadata)
    return [
        *inputs,
        *([ColumnTarget(role=ColumnRole.EXPECTED)] if expected else []),
        *(ColumnTarget(role=ColumnRole.METADATA, name=name) for name in names),
    ]


def _values(case: Case, target: ColumnTarget) -> Mapping[str, Json]:
    """Return the fields of the case that the target is one of."""
    match target.role:
        case ColumnRole.INPUT:
            return case.inputs
        case ColumnRole.METADATA:
            return case.metadata
    return {} if case.expected_output is None else {target.name: case.expected_output}


def _is_plain(target: ColumnTarget, cases: Sequence[Case]) -> bool:
    """Return whether the column can hold its values as texts.

    An empty cell is an empty text in a column of inputs, and no value in any other.
    """
    is_input = target.role is ColumnRole.INPUT
    values = [_values(case, target).get(target.name, None if is_input else "-") for case in cases]
    return all(isinstance(value, str) and (value or is_input) for value in values)


def _header(target: ColumnTarget, *, as_json: bool) -> str:
    name = column_name(target)
    if as_json:
        return name + _JSON
    return name + _TEXT if name.endswith((_JSON, _TEXT)) else name


def _cell(case: Case, target: ColumnTarget, as_json: Collection[ColumnTarget]) -> str:
    values = _values(case, target)
    if target.name not in values:
        return ""
    value = values[target.name]
    return json_text(value) if target in as_json else str(value)


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first records into the same number of cells."""
    return max(_DELIMITERS, key=lambda delimiter: _fitness(delimiter, text))


def _fitness(delimiter: str, text: str) -> int:
    # Strict: a quoted cell must end at a delimiter, which finds a wrong delimiter out.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        widths = [len(cells) for cells in islice(reader, _SAMPLE_RECORDS) if cells]
    except csv.Error:
        return 0
    even = len(set(widths)) == 1
    return widths[0] * (2 if even else 1) if widths else 0


def _is_spaced(text: str, delimiter: str) -> bool:
    """Return whether a space follows each delimiter of the header, as in ``a, b, c``."""
    header = text[: text.find("\n")] if "\n" in text else text
    return header.count(delimiter) == header.count(f"{delimiter} ") > 0


def _columns(cells: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the name of each column, and whether its cells are JSON."""
    headers = [from_cell(cell) for cell in cells]
    if not any(headers):
        raise InvalidInputError(
            "The file has no header line.", hint="Its first line must name the columns."
        )
    columns = [
        _column(header or f"column {place}") for place, header in enumerate(headers, start=1)
    ]
    names = Counter(name for name, _ in columns)
    twice = next((name for name, count in names.items() if count > 1), None)
    if twice is not None:
        raise InvalidInputError(
            f"Two columns are named “{twice}”.", hint="Give each column its own name."
        )
    return columns


def _column(header: str) -> tuple[str, bool]:
    if header.endswith(_JSON):
        return header.removesuffix(_JSON), True
    return header.removesuffix(_TEXT), False


def _row(columns: Sequence[tuple[str, bool]], cells: Sequence[str]) -> dict[str, Json]:
    if len(cells) > len(columns):
        raise InvalidInputError(f"It has {len(cells)} cells, but there are {len(columns)} columns.")
    row: dict[str, Json] = {}
    for (name, is_json), cell in zip(columns, cells, strict=False):
        text = from_cell(cell)
        if is_json and text:
            row[name] = parse_json(text)
        elif not is_json and (text or column_target(name).role is ColumnRole.INPUT):
            row[name] = text
    return row
