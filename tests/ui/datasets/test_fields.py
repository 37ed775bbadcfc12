"""Fields of a case: shown in one line, typed as what they were."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.datasets.fields import EXPECTED, input_field, metadata_field

CASE = Case(
    inputs={"review": "Fine.\nReally.", "stars": 4},
    expected_output="positive",
    metadata={"source": "web"},
)


def test_the_fields_of_cases_are_inputs_then_the_expectation_then_metadata() -> None:
    other = Case(inputs={"title": "x"}, metadata={"year": 2020})
    titles = [fields.title(field) for field in fields.fields_of([CASE, other])]
    assert titles == [
        "review", "stars", "title", "Expected output", "source (metadata)", "year (metadata)",
    ]  # fmt: skip


def test_a_value_is_shown_in_one_line_and_edited_whole() -> None:
    assert fields.shown("Fine.\nReally.") == "Fine. Really."
    assert len(fields.shown("x" * 10_000)) < 1_000
    assert fields.text_of({"a": [1, True, None]}) == '{"a": [1, true, null]}'
    assert fields.text_of(None) == ""


@pytest.mark.parametrize("field", [input_field("review"), EXPECTED, metadata_field("source")])
def test_every_field_can_be_changed(field: fields.ColumnTarget) -> None:
    changed = fields.with_value(CASE, field, "new")
    assert fields.value_of(changed, field) == "new"
    assert fields.value_of(CASE, field) != "new"


def test_an_empty_text_is_an_empty_input_but_no_expectation() -> None:
    assert fields.typed("", input_field("review"), "Fine.") == ""
    assert fields.typed("", EXPECTED, "positive") is None
    assert fields.with_value(CASE, metadata_field("source"), None).metadata == {}


def test_a_number_stays_a_number() -> None:
    assert fields.typed("5", input_field("stars"), 4) == 5
    assert fields.typed("5", input_field("review"), "Fine.") == "5"


@pytest.mark.parametrize("text", ["five", "NaN", "12345678901234567890"])
def test_what_is_no_json_is_refused_where_json_was(text: str) -> None:
    with pytest.raises(InvalidInputError, match="“stars” holds a number here"):
        fields.typed(text, input_field("stars"), 4)
