"""What a person changed in the cases of a version, until it is saved as the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.datasets import Case, DatasetVersion, case_from_json
from prompt_workbench.domain.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEdits:
    """Changes on top of a version; every change gives new edits, and the version stays.

    Cases that were added stand behind those of the version. Cases that were removed keep
    their place until the next version is saved, so that they can be seen and taken back.
    """

    base_count: int
    changed: Mapping[int, Case] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    added: tuple[Case, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not (self.changed or self.removed or self.added)

    @property
    def count(self) -> int:
        """How many cases are on the screen."""
        return self.base_count + len(self.added)

    @property
    def words(self) -> str:
        """What was done, such as ``2 changed, 1 added``."""
        numbers = {
            "changed": len(self.changed.keys() - self.removed),
            "added": len(self.added),
            "removed": len(self.removed),
        }
        return ", ".join(f"{number} {what}" for what, number in numbers.items() if number)

    def case_at(self, position: int) -> Case | None:
        """Return the case that stands at a place instead of that of the version."""
        if position >= self.base_count:
            return self.added[position - self.base_count]
        return self.changed.get(position)

    def changing(self, position: int, case: Case, original: Case | None) -> CaseEdits:
        """Return the edits with another case at a place.

        Args:
            position: The place.
            case: What stands there now.
            original: The case of the version; equal to it, nothing was changed there.
        """
        if position >= self.base_count:
            place = position - self.base_count
            return replace(self, added=(*self.added[:place], case, *self.added[place + 1 :]))
        others = {place: each for place, each in self.changed.items() if place != position}
        return replace(self, changed=others if case == original else {**others, position: case})

    def adding(self, case: Case) -> CaseEdits:
        """Return the edits with one more case at the end."""
        return replace(self, added=(*self.added, case))

    def removing(self, positions: Iterable[int]) -> CaseEdits:
        """Return the edits without the cases at these places."""
        places = set(positions)
        added = tuple(
            case
            for place, case in enumerate(self.added, start=self.base_count)
            if place not in places
        )
        gone = frozenset(place for place in places if place < self.base_count)
        return replace(self, removed=self.removed | gone, added=added)

    def restoring(self, positions: Iterable[int]) -> CaseEdits:
        """Return the edits with the removed cases at these places back."""
        return replace(self, removed=self.removed.difference(positions))

    def applied(self, cases: Sequence[Case]) -> tuple[Case, ...]:
        """Return the cases of the next version, made from those of the version."""
        kept = (
            self.changed.get(position, case)
            for position, case in enumerate(cases)
            if position not in self.removed
        )
        return (*kept, *self.added)

    def to_json(self) -> JsonObject:
        """Return the JSON form of the edits; the version that they are made on is not in it."""
        return {
            "changed": {str(place): case.to_json() for place, case in self.changed.items()},
            "removed": [*sorted(self.removed)],
            "added": [case.to_json() for case in self.added],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDraft:
    """Edits that are not saved as a version, kept on disk while they are made."""

    base: DatasetVersion
    """The version that was edited."""
    edits: CaseEdits
    updated_at: datetime


def edits_from_json(value: JsonObject, base_count: int) -> CaseEdits:
    """Return the edits of their JSON form, made on a version of so many cases.

    Raises:
        InvalidInputError: The value is no edits, or they do not fit the version.
    """
    changed, removed, added = value.get("changed"), value.get("removed"), value.get("added")
    if not (isinstance(changed, dict) and isinstance(removed, list) and isinstance(added, list)):
        raise InvalidInputError("Edits must have what was changed, removed and added.")
    return CaseEdits(
        base_count=base_count,
        changed={_place(key, base_count): case_from_json(case) for key, case in changed.items()},
        removed=frozenset(_place(item, base_count) for item in removed),
        added=tuple(map(case_from_json, added)),
    )


def _place(value: Json, count: int) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) < count):
        raise InvalidInputError(f"There is no case {text} to edit.")
    return int(text)
