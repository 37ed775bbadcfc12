"""What a mutation changed, so that views know whether to refresh."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Kind(StrEnum):
    """The families of stored things a view can depend on."""

    PROJECT = auto()
    PROMPT = auto()
    DRAFT = auto()
    DATASET = auto()
    RUN = auto()
    GENERATION = auto()
    SCORE = auto()
    MODEL = auto()
    SETTING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """The kinds and ids one committed operation touched; no ids means any of the kind."""

    kinds: frozenset[Kind]
    ids: frozenset[str] = frozenset()

    def touches(self, *kinds: Kind) -> bool:
        """Return whether any of the given kinds changed."""
        return not self.kinds.isdisjoint(kinds)


def changed(*kinds: Kind, ids: frozenset[str] = frozenset()) -> ChangeSet:
    """Return the change set of some kinds."""
    return ChangeSet(kinds=frozenset(kinds), ids=ids)
