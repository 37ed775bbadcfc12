"""What a person changed in the cases of a version, until it is saved as the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from prompt_workbench.domain.datasets import Case


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
