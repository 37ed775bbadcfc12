"""Where the columns of a table go when it becomes cases."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import (
    ColumnMapping,
    ColumnRole,
    ColumnTarget,
    checked_mapping,
    column_name,
    column_target,
    guessed_mapping,
)


def test_the_usual_names_of_an_expected_output_are_known() -> None:
    mapping = guessed_mapping(["text", "Label", "output"])
    assert {name: target.role for name, target in mapping.targets.items()} == {
        "text": ColumnRole.INPUT,
        "Label": ColumnRole.EXPECTED,
        "output": ColumnRole.INPUT,
    }


def test_a_prefix_says_where_a_column_goes() -> None:
    case = guessed_mapping(["input.label", "metadata.source", "expected"]).case(
        {"input.label": "a", "metadata.source": "b", "expected": "c"}
    )
    assert (case.inputs, case.metadata, case.expected_output) == (
        {"label": "a"},
        {"source": "b"},
        "c",
    )


@pytest.mark.parametrize("role", [ColumnRole.INPUT, ColumnRole.METADATA])
@pytest.mark.parametrize("name", ["x", "label", "input.x", "metadata.x", "expected_output", ""])
def test_every_field_has_a_column_that_leads_back_to_it(role: ColumnRole, name: str) -> None:
    target = ColumnTarget(role=role, name=name)
    assert column_target(column_name(target)) == target


def test_two_columns_cannot_fill_one_field() -> None:
    same = ColumnTarget(role=ColumnRole.INPUT, name="x")
    with pytest.raises(InvalidInputError, match="Two columns both give “x”"):
        checked_mapping(ColumnMapping(targets={"a": same, "b": same}))


def test_a_table_needs_an_input() -> None:
    ignored = ColumnTarget(role=ColumnRole.IGNORE)
    with pytest.raises(InvalidInputError, match="No column is an input"):
        checked_mapping(ColumnMapping(targets={"a": ignored, "b": ignored}))
