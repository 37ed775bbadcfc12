"""Datasets as CSV: any table comes in, and what goes out comes back exactly."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import guessed_mapping
from prompt_workbench.interop.case_file import Table
from prompt_workbench.interop.csv_cases import read_csv, write_csv


def cases_of(table: Table) -> list[Case]:
    mapping = guessed_mapping(table.columns)
    return [mapping.case(row) for row in table.rows]


def test_a_plain_table_becomes_cases() -> None:
    table = read_csv("review,label\nGood,positive\nBad,negative\n")
    assert cases_of(table) == [
        Case(inputs={"review": "Good"}, expected_output="positive"),
        Case(inputs={"review": "Bad"}, expected_output="negative"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["a", "b"], ["1,5", "x"], ["2", "y, z"]))
    if delimiter == ",":
        text = 'a,b\n"1,5",x\n2,"y, z"'
    table = read_csv(text)
    assert table.columns == ("a", "b")
    assert table.rows[0] == {"a": "1,5", "b": "x"}


def test_spaces_after_the_delimiters_are_no_part_of_the_cells() -> None:
    assert read_csv("a, b\n1, 2\n").rows == ({"a": "1", "b": "2"},)


def test_line_breaks_quotes_and_any_script_survive() -> None:
    case = Case(inputs={"text": 'one\r\ntwo\n"three" \u202e \U0001f600 \uff0c; \t|'})
    assert cases_of(read_csv(write_csv([case]))) == [case]


def test_values_that_are_no_texts_survive() -> None:
    cases = [
        Case(inputs={"n": 5, "t": "5"}, expected_output={"a": [1, None]}, metadata={"ok": True}),
        Case(inputs={"n": None, "t": ""}, expected_output="", metadata={}),
        Case(inputs={"t": "x"}, metadata={"ok": "", "label": "y"}),
    ]
    assert cases_of(read_csv(write_csv(cases))) == cases


def test_no_cell_of_an_export_is_a_formula() -> None:
    case = Case(inputs={"=a": "=1+1", "b": "@x"}, expected_output="+1+1", metadata={"-m": "\t="})
    rows = list(csv.reader(io.StringIO(write_csv([case]))))
    assert all(
        cell.startswith("'")
        for row in rows
        for cell in row
        if cell not in {"b", "'"} and cell not in {"expected_output", "metadata.-m"}
    )
    assert cases_of(read_csv(write_csv([case]))) == [case]


names = st.sampled_from(
    ["text", "label", "expected_output", "input.x", "metadata.y", "a:json", "a:text", "=f", " s "]
)
values = st.text(max_size=6) | st.sampled_from(["", "=1", "'=", "a;b;c", "1,2", "x\ty", "\n", "-1"])
json_values = values | st.none() | st.booleans() | st.integers(-9, 9) | st.lists(values, max_size=2)
some_cases = st.builds(
    Case,
    inputs=st.dictionaries(names, json_values, min_size=1, max_size=3),
    expected_output=json_values,
    metadata=st.dictionaries(names, json_values, max_size=2),
)


@given(st.lists(some_cases, min_size=1, max_size=4))
def test_every_dataset_reads_back(cases: list[Case]) -> None:
    table = read_csv(write_csv(cases))
    assert table.problems == ()
    assert cases_of(table) == cases


def test_a_line_with_too_many_cells_is_named() -> None:
    table = read_csv("a,b\n1,2\n1,2,3\n4,5\n")
    assert table.problems == ("Line 3: It has 3 cells, but there are 2 columns.",)
    assert len(table.rows) == 2


def test_a_short_line_leaves_its_last_values_out() -> None:
    assert read_csv("a,b\n1\n").rows == ({"a": "1"},)


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n1,2,3"])
def test_a_file_without_a_header_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no header line"):
        read_csv(text)


@pytest.mark.parametrize("text", ["a,a:json\n1,2\n", "a:text,a\n1,2\n"])
def test_a_column_that_is_named_twice_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="Two columns are named “a”"):
        read_csv(text)


def test_a_quotation_mark_that_is_never_closed_is_looked_for() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_csv('a\n"' + "x,1\n" * 5_000_000)
    assert "never closed" in str(refused.value.hint)


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="Two columns are named “a”"):
        read_csv("a,a\n1,2\n")
