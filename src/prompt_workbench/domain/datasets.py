"""Datasets: named lists of cases with immutable, content-hashed versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prompt_workbench.domain.canonical import Json, JsonObject, content_hash
from prompt_workbench.domain.errors import InvalidInputError

CASE_SCHEME = 1
"""The number of the rule by which cases and dataset versions are hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of evaluation data; its id is its content hash."""

    inputs: Mapping[str, Json]
    expected_output: Json = None
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The content hash of the case: equal cases are the same case."""
        return content_hash(self.to_json(), scheme=CASE_SCHEME)

    def to_json(self) -> JsonObject:
        """Return the case's JSON form; an absent expected output is left out."""
        value: JsonObject = {"inputs": dict(self.inputs)}
        if self.expected_output is not None:
            value["expected_output"] = self.expected_output
        if self.metadata:
            value["metadata"] = dict(self.metadata)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A named line of dataset versions."""

    id: str
    name: str
    description: str = ""
    created_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """An immutable list of cases, without the cases themselves."""

    id: str
    dataset_id: str
    number: int
    content_hash: str
    case_count: int
    columns: tuple[str, ...]
    """The input names, in order of first appearance."""
    message: str = ""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCase:
    """A case at its place in a dataset version; positions count from 0."""

    position: int
    case: Case


def case_from_json(value: Json) -> Case:
    """Return the case of its JSON form.

    Raises:
        InvalidInputError: The value is no case.
    """
    if not isinstance(value, dict):
        raise InvalidInputError("A case must be an object.")
    inputs, metadata = value.get("inputs"), value.get("metadata", {})
    if not isinstance(inputs, dict) or not isinstance(metadata, dict):
        raise InvalidInputError("The inputs and the metadata of a case must be objects.")
    return Case(inputs=inputs, expected_output=value.get("expected_output"), metadata=metadata)


def dataset_hash(case_ids: Iterable[str]) -> str:
    """Return the hash of an ordered list of case ids."""
    return content_hash(list(case_ids), scheme=CASE_SCHEME)


def input_columns(cases: Iterable[Case]) -> tuple[str, ...]:
    """Return the input names of the cases, in order of first appearance."""
    return tuple(dict.fromkeys(name for case in cases for name in case.inputs))
