"""The offline switch: while it is on, no call leaves this computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Provider, Timeouts
from prompt_workbench.providers.origins import is_loopback, origin_of

IsOffline: TypeAlias = Callable[[], bool]
"""Says whether the switch is on now; it may be flipped while calls are under way."""


def check_reachable(url: str, is_offline: IsOffline) -> None:
    """Refuse an address off this computer while the switch is on.

    Raises:
        ProviderError: It is. Nothing was sent, and sending again would not help.
    """
    if is_offline() and not is_loopback(url):
        raise ProviderError(
            f"Offline is switched on, so {origin_of(url)} is not called.",
            kind=ProviderErrorKind.PERMISSION,
            sent=False,
            hint="Switch Offline off in the preferences, or take a model on this computer.",
        )


class SwitchedProvider:
    """A provider off this computer, which looks at the switch before each call."""

    def __init__(self, provider: Provider, is_offline: IsOffline) -> None:
        self._provider = provider
        self._is_offline = is_offline

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return self._provider.origin

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request in wire format.

        Raises:
            InvalidInputError: The provider cannot express the request.
        """
        return self._provider.prepare(request)

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once, without retries, and return the answer.

        Raises:
            ProviderError: Offline is switched on, or the call failed before any of the answer
                arrived.
        """
        check_reachable(self.origin, self._is_offline)
        return await self._provider.send(request, on_text, timeouts=timeouts)
