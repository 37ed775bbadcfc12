"""What belongs to the person and not to a project: settings, keys and models."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from prompt_workbench.services.base import Announcements
from prompt_workbench.services.settings import Settings
from prompt_workbench.settings.store import JsonFile, SettingsStore
from prompt_workbench.system.secrets import KeyVault

if TYPE_CHECKING:
    from prompt_workbench.services.keys import Keys
    from prompt_workbench.services.models import Models
    from prompt_workbench.services.network import Network
    from prompt_workbench.services.providers import Providers


class Person:
    """The services that are there without a project, and shared by all that are open."""

    def __init__(self, *, store: SettingsStore, memory: JsonFile, vault: KeyVault) -> None:
        self.announcements = Announcements()
        self.settings = Settings(self.announcements, store=store, memory=memory)
        self._vault = vault

    # The window is painted with the settings alone; what follows is imported after it.

    @cached_property
    def keys(self) -> Keys:
        """The keys of model servers."""
        from prompt_workbench.services.keys import Keys

        return Keys(self.announcements, self._vault)

    @cached_property
    def models(self) -> Models:
        """The models that can be called."""
        from prompt_workbench.services.models import Models

        return Models(self.announcements, keys=self.keys)

    @cached_property
    def network(self) -> Network:
        """Which hosts were reached, and whether any may be."""
        from prompt_workbench.services.network import Network

        return Network(self.settings)

    @cached_property
    def providers(self) -> Providers:
        """The providers of those models."""
        from prompt_workbench.services.providers import Providers

        return Providers(self.announcements, models=self.models, keys=self.keys)
