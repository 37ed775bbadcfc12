"""What every service shares: the project, the announcement of changes, and undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from prompt_workbench.domain.changes import ChangeSet, Kind, changed

if TYPE_CHECKING:
    from prompt_workbench.domain.datasets import Dataset
    from prompt_workbench.domain.prompts import Prompt
    from prompt_workbench.storage.project import Project
    from prompt_workbench.storage.repositories import Repositories
    from prompt_workbench.storage.repositories.named import NamedRepository

T = TypeVar("T")
N = TypeVar("N", "Prompt", "Dataset")

Announce: TypeAlias = Callable[[ChangeSet], None]
"""Tells the views what changed; called on the loop's thread."""


class Announcements:
    """Passes change sets on to whoever listens."""

    def __init__(self) -> None:
        self._listeners: list[Announce] = []

    def __call__(self, changes: ChangeSet) -> None:
        """Tell every listener."""
        for listener in tuple(self._listeners):
            listener(changes)

    def subscribe(self, listener: Announce) -> Callable[[], None]:
        """Have a listener told what changed; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[T]):
    """A finished write: its result, what it changed, and how to take it back."""

    value: T
    changes: ChangeSet
    undo: Undo | None = None
    """None where nothing can be taken back, such as calls that were paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The inverse of a write; applying it gives a write whose inverse is the redo."""

    title: str
    """What is taken back, such as ``Rename “reply”``."""
    apply: Apply[Any]


Apply: TypeAlias = Callable[[], Awaitable[Done[T]]]
"""A write that waits to be applied."""


class Service:
    """Base of the use cases of one open project."""

    def __init__(self, project: Project, announce: Announce) -> None:
        self._project = project
        self._announce = announce

    def _done(
        self, value: T, *kinds: Kind, ids: frozenset[str] = frozenset(), undo: Undo | None = None
    ) -> Done[T]:
        """Announce a committed write and return it."""
        changes = changed(*kinds, ids=ids)
        self._announce(changes)
        return Done(value=value, changes=changes, undo=undo)

    async def _update(
        self,
        family: Callable[[Repositories], NamedRepository[N, Any]],
        thing_id: str,
        change: Callable[[N], N],
        *,
        title: str,
        inverse: Callable[[N], Apply[Any]],
    ) -> Done[N]:
        """Change a prompt or a dataset itself; the inverse is given what it was before."""

        def work(repositories: Repositories) -> tuple[Kind, N, N]:
            things = family(repositories)
            before = things.get(thing_id)
            after = change(before)
            things.update(after)
            return things.kind, before, after

        kind, before, after = await self._project.write(work)
        undo = Undo(title=title, apply=inverse(before))
        return self._done(after, kind, ids=frozenset({thing_id}), undo=undo)


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)
