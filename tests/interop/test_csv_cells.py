"""Cells that a spreadsheet cannot run, and that read back exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.interop.csv_cells import from_cell, to_cell

RISKY = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
    "+49 30 123",
    "-",
    "--",
    "=",
    "\ttext",
]


@pytest.mark.parametrize("text", RISKY)
def test_a_formula_is_written_as_text_and_reads_back(text: str) -> None:
    cell = to_cell(text)
    assert cell == f"'{text}"
    assert from_cell(cell) == text


@pytest.mark.parametrize("text", ["-1.5", "+3", "-.5e-3", "1", "", "'tis", "a=b", "'", "x - y"])
def test_numbers_and_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert to_cell(text) == text
    assert from_cell(text) == text


starts = st.text(alphabet="'=+-@ \t\r\n\ufeff＝－1.e", max_size=6)


@given(st.builds(str.__add__, starts, st.text(max_size=8)))
def test_every_text_reads_back(text: str) -> None:
    assert from_cell(to_cell(text)) == text
