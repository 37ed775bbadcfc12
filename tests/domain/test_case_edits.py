"""Edits of cases: laid over a version, which stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench.domain.case_edits import CaseEdits, edits_from_json
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError


def case(text: str) -> Case:
    return Case(inputs={"text": text})


CASES = (case("a"), case("b"), case("c"))
NONE = CaseEdits(base_count=3)


def test_changed_removed_and_added_cases_make_the_next_version() -> None:
    edits = NONE.changing(1, case("B"), CASES[1]).removing([0]).adding(case("d"))
    assert edits.applied(CASES) == (case("B"), case("c"), case("d"))
    assert edits.words == "1 changed, 1 added, 1 removed"
    assert edits.count == 4


def test_changing_a_case_back_leaves_nothing_to_save() -> None:
    edits = NONE.changing(1, case("B"), CASES[1]).changing(1, CASES[1], CASES[1])
    assert edits.is_empty


def test_a_removed_case_can_be_taken_back_with_its_change() -> None:
    edits = NONE.changing(1, case("B"), CASES[1]).removing([1])
    assert edits.words == "1 removed"
    assert edits.restoring([1]).applied(CASES)[1] == case("B")


def test_an_added_case_that_is_removed_is_gone() -> None:
    edits = NONE.adding(case("d")).adding(case("e")).removing([3])
    assert edits.added == (case("e"),)
    assert edits.changing(3, case("E"), None).added == (case("E"),)


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
def test_what_was_removed_and_restored_is_as_before(gone: set[int], back: set[int]) -> None:
    edits = NONE.removing(gone).restoring(back)
    assert len(edits.applied(CASES)) == 3 - len(gone - back)
    assert NONE.is_empty


def test_edits_are_the_same_after_they_were_stored() -> None:
    edits = NONE.changing(1, case("B"), CASES[1]).removing([0]).adding(case("d"))
    assert edits_from_json(edits.to_json(), 3) == edits


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"changed": {"3": {"inputs": {}}}, "removed": [], "added": []},
        {"changed": {"-1": {"inputs": {}}}, "removed": [], "added": []},
        {"changed": {}, "removed": [3], "added": []},
        {"changed": {}, "removed": [True], "added": []},
        {"changed": {}, "removed": [], "added": ["text"]},
        {"changed": {}, "removed": [], "added": [{"inputs": []}]},
    ],
)
def test_what_does_not_fit_the_version_is_no_edit_of_it(value) -> None:
    with pytest.raises(InvalidInputError):
        edits_from_json(value, 3)
