"""How an action is declared.

An action is data: the menus, the shortcuts, the command palette and the printed list of
shortcuts are all built from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

C = TypeVar("C")


def _always(_: object) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec(Generic[C]):
    """One thing a person can do, independent of where it is offered."""

    id: str
    """``<area>.<verb>``, unique in the app."""
    title: str
    """In title case, as in a menu."""
    run: Callable[[C], object]
    """Gets the page, or the window for an action that is always there."""
    shortcut: str | None = None
    menu: str | None = None
    """The menu it stands in; None keeps it out of the menus."""
    enabled_when: Callable[[C], bool] = _always
    checked_when: Callable[[C], bool] | None = None
    """For an action that is a switch: whether it is on."""
    palette: bool = True
    separator: bool = False
    """Whether a line stands above it in its menu."""


Actions: TypeAlias = tuple[ActionSpec[Any], ...]
