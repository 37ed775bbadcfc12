"""The providers, models and settings of a person, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import Price
from prompt_workbench.services.base import Done
from prompt_workbench.services.keys import KeyPlace, VaultStatus
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.providers import FoundServer, Provider, TryPlan, TryResult
from prompt_workbench.services.settings import Setting, SettingValue
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.kit.history import History

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench


_FORGOTTEN = (KeyPlace.KEYRING, KeyPlace.SESSION)
"""Where a key is that is forgotten with its provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The models of one server, or of this computer."""

    name: str
    """The server's name; empty for this computer."""
    models: tuple[ModelInfo, ...] = ()
    endpoint: Endpoint | None = None
    provider: Provider | None = None
    """None until the keyring has answered."""


class PreferencesPresenter(QObject):
    """Lists providers with their models, and keeps changes undoable."""

    models_changed = Signal()
    settings_changed = Signal()

    def __init__(
        self, workbench: Workbench, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._history = history
        self._tasks = tasks
        self._loading = Latest(tasks)
        self._keys = Latest(tasks)
        self._providers: Mapping[str, Provider] = {}
        self.groups: tuple[Group, ...] = ()
        self.keyring: VaultStatus | None = None
        """None until the keyring has answered."""

    def group(self, name: str) -> Group | None:
        """Return the models of a server; those of this computer for an empty name."""
        return next((group for group in self.groups if group.name == name), None)

    def own_price(self, model: ModelInfo) -> bool:
        """Return whether the person gave a price or a discount for this very model."""
        return "your own price since" in model.price_source or "less your" in model.price_source

    def load(self) -> None:
        """Read which models there are, and then, which may take a while, the keys."""
        self._loading.start(self._models(self._workbench.models.list()), done=self._show)
        self._keys.start(self._workbench.providers.list(), done=self._show_keys)

    def refresh(self, name: str = "") -> None:
        """Ask a server, or every one, which models it has."""
        asked = self._workbench.models.refresh(*filter(None, [name]))
        self._loading.start(self._models(asked), done=self._show)

    def remove(self, name: str) -> None:
        """Remove an added server with its key, or an added file."""
        provider = self._providers.get(name)
        with_key = provider is not None and provider.key.place in _FORGOTTEN
        words = f"Removed {name} and forgot its key." if with_key else f"Removed {name}."

        def removed(done: Done[Any]) -> None:
            self._history.record(done, tell=words)

        self._tasks.start(self._workbench.models.remove(name), done=removed)

    def add(self, name: str, done: Callable[[str], object]) -> None:
        """Add a known provider; done gets the name under which it was added."""

        def added(result: Done[Endpoint]) -> None:
            self._history.record(result)
            done(result.value.name)

        self._tasks.start(self._workbench.providers.add(name), done=added)

    def set_key(
        self, name: str, key: str, *, only_now: bool, failed: Callable[[Exception], object]
    ) -> None:
        """Keep the key of a server, then ask the server for its models."""

        def kept(status: VaultStatus) -> None:
            self.keyring = status
            self.refresh(name)

        work = self._workbench.keys.set(name, key, only_now=only_now)
        self._tasks.start(work, done=kept, failed=failed)

    def forget_key(self, name: str, failed: Callable[[Exception], object]) -> None:
        """Forget the key of a server."""
        self._tasks.start(self._workbench.keys.forget(name), failed=failed)

    @property
    def choices(self) -> tuple[Setting, ...]:
        """What can be chosen of how calls reach a server."""
        return self._workbench.providers.choices

    def connect_by(
        self, name: str, choices: Mapping[str, object], failed: Callable[[Exception], object]
    ) -> None:
        """Choose how calls reach a server, and how fast."""
        work = self._workbench.providers.connect(name, choices)
        self._tasks.start(work, done=self._history.record, failed=failed)

    def set_proxy_password(
        self, name: str, password: str, failed: Callable[[Exception], object]
    ) -> None:
        """Keep the password of a server's proxy; an empty one is forgotten."""
        work = self._workbench.keys.set_proxy_password(name, password)
        self._tasks.start(work, done=self._kept, failed=failed)

    def plan_try(
        self,
        name: str,
        model: str,
        done: Callable[[TryPlan], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Find out what trying a provider out would cost; nothing is sent to a model."""
        work = self._workbench.providers.plan_try(name, model)
        self._tasks.start(work, done=done, failed=failed)

    def try_out(
        self,
        plan: TryPlan,
        done: Callable[[TryResult], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Send the one small call."""
        work = self._workbench.providers.try_out(plan)
        self._tasks.start(work, done=done, failed=failed)

    def discover(self, done: Callable[[tuple[FoundServer, ...]], object]) -> None:
        """Look for local servers on this computer."""
        self._tasks.start(self._workbench.providers.discover(), done=done)

    def set_price(
        self,
        model: ModelRef,
        price: Price | None,
        discount_percent: Decimal,
        *,
        done: Callable[[], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Have a model cost what the person pays, from today on."""

        def stored(result: Done[Any]) -> None:
            self._history.record(result)
            done()

        today = datetime.now(UTC).astimezone().date()
        work = self._workbench.models.set_price(
            model, price, discount_percent=discount_percent, since=today
        )
        self._tasks.start(work, done=stored, failed=failed)

    def remove_price(self, model: ModelRef) -> None:
        """Have a model cost again what is known without the person's own prices."""
        work = self._workbench.models.remove_price(model)
        self._tasks.start(work, done=self._history.record)

    def set(self, key: str, value: SettingValue) -> None:
        """Change a setting."""
        self._tasks.start(self._workbench.settings.set(key, value), done=self._history.record)

    def on_changes(self, changes: ChangeSet) -> None:
        """Read again what may be different."""
        if changes.touches(Kind.MODEL):
            self.load()
        if changes.touches(Kind.SETTING):
            self.settings_changed.emit()

    async def _models(self, asked: Any) -> tuple[Group, ...]:
        models: Sequence[ModelInfo] = await asked
        endpoints = await self._workbench.models.endpoints()
        return (
            Group(name="", models=tuple(model for model in models if model.local)),
            *(
                Group(
                    name=endpoint.name,
                    endpoint=endpoint,
                    models=tuple(m for m in models if m.ref.provider == endpoint.name),
                    provider=self._providers.get(endpoint.name),
                )
                for endpoint in endpoints
            ),
        )

    def _kept(self, status: VaultStatus) -> None:
        self.keyring = status
        self.models_changed.emit()

    def _show(self, groups: tuple[Group, ...]) -> None:
        self.groups = groups
        self.models_changed.emit()

    def _show_keys(self, found: tuple[tuple[Provider, ...], VaultStatus]) -> None:
        providers, self.keyring = found
        self._providers = {provider.endpoint.name: provider for provider in providers}
        self.groups = tuple(
            Group(
                name=group.name,
                models=group.models,
                endpoint=group.endpoint,
                provider=self._providers.get(group.name),
            )
            for group in self.groups
        )
        self.models_changed.emit()
