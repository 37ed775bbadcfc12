"""The offline switch: while it is on, no call leaves this computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
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
            hint="Switch Offline off in the preferences, or with: pwb network offline off",
        )
