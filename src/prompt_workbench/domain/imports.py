"""How the columns of a table become the inputs, expectation and metadata of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError

_EXPECTED_NAMES = (
    "expected_output", "expected", "expected output", "label", "answer", "target", "ideal",
    "reference", "output",
)  # fmt: skip


class ColumnRole(StrEnum):
    """What a column is for."""

    INPUT = "input"
    EXPECTED = "expected"
    METADATA = "metadata"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTarget:
    """Where the values of a column go."""

    role: ColumnRole
    name: str = ""
    """The name of the input or metadata field; of no use for the other roles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Where the values of every column go; a column that is not named is ignored."""

    targets: Mapping[str, ColumnTarget]

    def case(self, row: Mapping[str, Json]) -> Case:
        """Return the case of a row; a column that the row lacks is absent from the case."""
        inputs: dict[str, Json] = {}
        metadata: dict[str, Json] = {}
        expected: Json = None
        for column, value in row.items():
            match self.targets.get(column):
                case ColumnTarget(role=ColumnRole.INPUT, name=name):
                    inputs[name] = value
                case ColumnTarget(role=ColumnRole.METADATA, name=name):
                    metadata[name] = value
                case ColumnTarget(role=ColumnRole.EXPECTED):
                    expected = value
        return Case(inputs=inputs, expected_output=expected, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePreview:
    """What importing a file would give."""

    columns: tuple[str, ...]
    mapping: ColumnMapping
    """The guess, which a person may change."""
    rows: tuple[Mapping[str, Json], ...]
    """The first rows, by column."""
    row_count: int
    problems: tuple[str, ...] = ()
    """Sentences; a file with problems can only be imported once they are solved."""


def column_target(column: str) -> ColumnTarget:
    """Return where a column of that name goes when nobody says otherwise.

    ``input.x`` and ``metadata.x`` say it themselves; the usual names of an expected output
    are known; everything else is an input.
    """
    prefix, dot, rest = column.partition(".")
    if dot and prefix in {ColumnRole.INPUT, ColumnRole.METADATA}:
        return ColumnTarget(role=ColumnRole(prefix), name=rest)
    if column.strip().casefold() in _EXPECTED_NAMES:
        return ColumnTarget(role=ColumnRole.EXPECTED)
    return ColumnTarget(role=ColumnRole.INPUT, name=column)


def column_name(target: ColumnTarget) -> str:
    """Return the column whose target this is: the inverse of `column_target`."""
    if target.role is ColumnRole.EXPECTED:
        return _EXPECTED_NAMES[0]
    if target.name and column_target(target.name) == target:
        return target.name
    return f"{target.role}.{target.name}"


def guessed_mapping(columns: Sequence[str]) -> ColumnMapping:
    """Return where the columns probably go; only one of them is the expected output."""
    targets = {column: column_target(column) for column in columns}
    expected = [name for name, target in targets.items() if target.role is ColumnRole.EXPECTED]
    expected.sort(key=lambda name: _EXPECTED_NAMES.index(name.strip().casefold()))
    for name in expected[1:]:
        targets[name] = ColumnTarget(role=ColumnRole.INPUT, name=name)
    return ColumnMapping(targets=targets)


def checked_mapping(mapping: ColumnMapping) -> ColumnMapping:
    """Return the mapping.

    Raises:
        InvalidInputError: Two columns have one target, or none is an input.
    """
    used = [target for target in mapping.targets.values() if target.role is not ColumnRole.IGNORE]
    if twice := _repeated(used):
        what = "the expected output" if twice.role is ColumnRole.EXPECTED else f"“{twice.name}”"
        raise InvalidInputError(
            f"Two columns both give {what}.", hint="Ignore one of them, or give it another name."
        )
    if not any(target.role is ColumnRole.INPUT for target in used):
        raise InvalidInputError(
            "No column is an input.", hint="Choose at least one column that fills the prompt."
        )
    return mapping


def _repeated(targets: Iterable[ColumnTarget]) -> ColumnTarget | None:
    seen: set[ColumnTarget] = set()
    for target in targets:
        if target in seen:
            return target
        seen.add(target)
    return None
