"""What belongs to the person and not to a project: settings, keys and models."""

from __future__ import annotations

from prompt_workbench.services.base import Announcements
from prompt_workbench.services.keys import Keys
from prompt_workbench.services.models import Models
from prompt_workbench.services.settings import Settings
from prompt_workbench.settings.store import JsonFile, SettingsStore
from prompt_workbench.system.secrets import KeyVault


class Person:
    """The services that are there without a project, and shared by all that are open."""

    def __init__(self, *, store: SettingsStore, memory: JsonFile, vault: KeyVault) -> None:
        self.announcements = Announcements()
        self.settings = Settings(self.announcements, store=store, memory=memory)
        self.keys = Keys(self.announcements, vault)
        self.models = Models(self.announcements, settings=self.settings, keys=self.keys)
