"""The fields of a case: which there are, how each is shown, and what a typed text means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import ColumnRole, ColumnTarget
from prompt_workbench.interop.strict_json import json_text, parse_json

EXPECTED = ColumnTarget(role=ColumnRole.EXPECTED)

LONGEST_EDITABLE = 100_000
"""Characters; a text editor of longer values would be slow to type in."""

_LONGEST_SHOWN = 300


def input_field(name: str) -> ColumnTarget:
    """Return the field of an input."""
    return ColumnTarget(role=ColumnRole.INPUT, name=name)


def metadata_field(name: str) -> ColumnTarget:
    """Return the field of a piece of metadata."""
    return ColumnTarget(role=ColumnRole.METADATA, name=name)


def title(field: ColumnTarget) -> str:
    """Return what the column of a field is called."""
    match field.role:
        case ColumnRole.EXPECTED:
            return "Expected output"
        case ColumnRole.METADATA:
            return f"{field.name} (metadata)"
    return field.name


def fields_of(cases: Iterable[Case]) -> tuple[ColumnTarget, ...]:
    """Return the fields that occur, and always the expected output."""
    found = dict.fromkeys(field for case in cases for field, _ in values(case))
    return in_order({**found, EXPECTED: None})


def in_order(fields: Iterable[ColumnTarget]) -> tuple[ColumnTarget, ...]:
    """Return the fields, inputs first, metadata last."""
    roles = list(ColumnRole)
    return tuple(sorted(fields, key=lambda field: roles.index(field.role)))


def values(case: Case) -> Iterator[tuple[ColumnTarget, Json]]:
    """Yield every field that the case has, with its value."""
    for name, value in case.inputs.items():
        yield input_field(name), value
    if case.expected_output is not None:
        yield EXPECTED, case.expected_output
    for name, value in case.metadata.items():
        yield metadata_field(name), value


def value_of(case: Case, field: ColumnTarget) -> Json:
    """Return the value of a field; None where the case does not have it."""
    match field.role:
        case ColumnRole.INPUT:
            return case.inputs.get(field.name)
        case ColumnRole.METADATA:
            return case.metadata.get(field.name)
    return case.expected_output


def with_value(case: Case, field: ColumnTarget, value: Json) -> Case:
    """Return the case with another value; None takes the field away."""
    match field.role:
        case ColumnRole.INPUT:
            return replace(case, inputs=_changed(case.inputs, field.name, value))
        case ColumnRole.METADATA:
            return replace(case, metadata=_changed(case.metadata, field.name, value))
    return replace(case, expected_output=value)


def text_of(value: Json) -> str:
    """Return a value as it is edited: a text as it is, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json_text(value)


def shown(value: Json) -> str:
    """Return a value in one line, cut where no column is that wide."""
    return text_of(value)[:_LONGEST_SHOWN].replace("\n", " ")


def typed(text: str, field: ColumnTarget, before: Json) -> Json:
    """Return the value that a typed text means: of the kind that was there before.

    An empty text is an empty input, and takes any other field away.

    Raises:
        InvalidInputError: The value was JSON, and the text is not.
    """
    if not text and field.role is not ColumnRole.INPUT:
        return None
    if before is None or isinstance(before, str):
        return text
    try:
        return parse_json(text)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"“{title(field)}” holds {_kind(before)} here. {error.message}",
            hint=error.hint or "Type a JSON value; a text stands in double quotes.",
        ) from None


def _changed(fields: Mapping[str, Json], name: str, value: Json) -> Mapping[str, Json]:
    if value is None:
        return {key: item for key, item in fields.items() if key != name}
    return {**fields, name: value}


def _kind(value: Json) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list():
            return "a list"
    return "an object"
