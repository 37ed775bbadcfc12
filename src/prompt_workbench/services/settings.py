"""What a person chose for all projects, and what the program remembers for them."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from functools import partial

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.services.base import Announce, Done, Undo
from prompt_workbench.settings.schema import AUTHOR, SETTINGS, Setting, SettingValue, setting
from prompt_workbench.settings.store import JsonFile, SettingsStore

__all__ = ["Setting", "SettingValue", "Settings"]


class Settings:
    """The settings of this person, and what is remembered between starts."""

    def __init__(self, announce: Announce, *, store: SettingsStore, memory: JsonFile) -> None:
        self._announce = announce
        self._store = store
        self._memory = memory

    @property
    def declared(self) -> tuple[Setting, ...]:
        """Every setting there is, in the order in which it is shown."""
        return tuple(SETTINGS.values())

    @property
    def author(self) -> str:
        """The name that stands beside saved versions."""
        return str(self._store.get(AUTHOR)) or _account_name()

    def all(self) -> Mapping[str, SettingValue]:
        """Return the value of every setting, by key."""
        return self._store.all()

    def get(self, key: str) -> SettingValue:
        """Return the value of a setting.

        Raises:
            NotFoundError: There is no such setting.
        """
        return self._store.get(setting(key))

    async def set(self, key: str, value: SettingValue) -> Done[SettingValue]:
        """Change a setting.

        Raises:
            NotFoundError: There is no such setting.
            InvalidInputError: It cannot have the value.
        """
        declared = setting(key)
        before = self._store.get(declared)
        self._store.set(declared, value)
        changes = changed(Kind.SETTING, ids=frozenset({key}))
        self._announce(changes)
        undo = Undo(title=f"Change {declared.title}", apply=partial(self.set, key, before))
        return Done(value=value, changes=changes, undo=undo)

    def remembered(self, name: str) -> Json:
        """Return what was remembered under a name, such as ``compare.PROJECT_ID``, or None."""
        return self._memory.get(name)

    def remember(self, name: str, value: Json) -> None:
        """Remember a value between starts; None forgets it."""
        self._memory.set(name, value)


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # ImportError is how Windows says that no variable names the account.
        return ""
