"""The help page says what the suite proves, and every cell that is not a tick says why."""

from __future__ import annotations

from tests.providers.conformance.cases import CASES
from tests.providers.conformance.table import GROUPS, PAGE, with_tables


def test_the_tables_of_the_help_page_are_those_of_the_suite() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page) == page, "run: python -m tests.providers.conformance.table"


def test_every_case_is_in_the_table() -> None:
    page = with_tables(PAGE.read_text(encoding="utf-8"))
    assert {each.module for each in CASES.values()} == set(GROUPS.values())
    assert all(f"| {title} |" in page for title in CASES)
