"""What a person can do about the network: see who was reached, and keep calls on this computer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from prompt_workbench.domain.contacts import Contact, Purpose
from prompt_workbench.services.base import Done
from prompt_workbench.services.settings import Settings, SettingValue
from prompt_workbench.settings.offline import OfflineSwitch
from prompt_workbench.settings.schema import OFFLINE
from prompt_workbench.system.egress_log import contacts

__all__ = ["Contact", "Network", "purpose_words", "summary"]


_WORDS = {
    Purpose.CALL: "answers of models",
    Purpose.TRY: "trying out a provider",
    Purpose.MODELS: "list of models",
    Purpose.FETCH: "fetching the local model",
    Purpose.PROJECT: "project in a database",
    Purpose.PROXY: "proxy to another host",
    Purpose.OTHER: "not known",
}


def purpose_words(contact: Contact) -> str:
    """Return why a host was reached, or was not, in words for a person."""
    words = _WORDS[contact.purpose]
    return f"refused: {words}" if contact.refused else words


def summary(log: Sequence[Contact]) -> str:
    """Return in a sentence whether anything left this computer, as far as the log knows."""
    hosts = {contact.host for contact in log if not contact.local and not contact.refused}
    if not hosts:
        return "No host outside this computer was reached, as far back as the log goes."
    words = "1 host was" if len(hosts) == 1 else f"{len(hosts)} hosts were"
    return f"Outside this computer {words} reached since {_day(log)}."


def _day(log: Sequence[Contact]) -> str:
    return f"{min(contact.first_at for contact in log).astimezone():%Y-%m-%d}"


class Network:
    """The offline switch and the egress log of this person, for all projects."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._switch = OfflineSwitch()

    @property
    def is_offline(self) -> bool:
        """Whether Offline is switched on now, by whichever program."""
        return self._switch()

    async def switch_offline(self, *, on: bool) -> Done[SettingValue]:
        """Switch Offline on or off, for every window and command of this person."""
        return await self._settings.set(OFFLINE.key, on)

    async def log(self) -> tuple[Contact, ...]:
        """Return which hosts were reached, or refused, newest first."""
        return await asyncio.to_thread(contacts)
