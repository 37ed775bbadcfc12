"""Datasets as JSON lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.imports import guessed_mapping
from prompt_workbench.interop.case_file import Table
from prompt_workbench.interop.jsonl_cases import read_jsonl, write_jsonl


def cases_of(table: Table) -> list[Case]:
    mapping = guessed_mapping(table.columns)
    return [mapping.case(row) for row in table.rows]


def test_flat_objects_become_cases() -> None:
    table = read_jsonl('{"text": "a", "label": "b"}\n\n{"text": "c", "label": null}\n')
    assert cases_of(table) == [
        Case(inputs={"text": "a"}, expected_output="b"),
        Case(inputs={"text": "c"}),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
some_cases = st.builds(
    Case,
    inputs=st.dictionaries(st.text(max_size=6), json_values, max_size=3),
    expected_output=json_values,
    metadata=st.dictionaries(st.text(max_size=6), json_values, max_size=2),
)


@given(st.lists(some_cases, max_size=4))
def test_every_dataset_reads_back(cases: list[Case]) -> None:
    table = read_jsonl(write_jsonl(cases))
    assert table.problems == ()
    assert cases_of(table) == cases


def test_line_separators_inside_texts_do_not_split_a_line() -> None:
    case = Case(inputs={"text": "a\u2028b\u0085c"})
    assert cases_of(read_jsonl(write_jsonl([case]))) == [case]


def test_lines_that_cannot_be_used_are_named() -> None:
    lines = ["{", "[1]", '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 12345678901234567890}']
    problems = read_jsonl("\n".join(lines)).problems
    assert [problem.partition(":")[0] for problem in problems] == [
        "Line 1", "Line 2", "Line 3", "Line 4", "Line 5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"a": 1e999}', "a number that is too large"),
        ('{"a": ["\\ud800"]}', "half of a character"),
        ('{"\\uDC00": 1}', "half of a character"),
        ('{"a": NaN}', "NaN"),
    ],
)
def test_what_cannot_be_kept_exactly_is_named_with_its_line(line: str, problem: str) -> None:
    (told,) = read_jsonl(f'{{"a": "\\ud83d\\ude00"}}\n{line}\n').problems
    assert told.startswith("Line 2: ")
    assert problem in told


def test_a_file_nested_too_deep_is_refused_and_not_read_to_death() -> None:
    assert read_jsonl("[" * 200_000).problems == (
        "Line 1: It is nested more than 100 levels deep.",
    )
    assert len(read_jsonl('{"a": ' + "[" * 150 + "]" * 150 + "}").problems) == 1
