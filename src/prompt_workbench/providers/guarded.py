"""A provider that is not called while something stands in the way."""

from __future__ import annotations

from collections.abc import Callable

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Provider, Timeouts
from prompt_workbench.providers.known import KnownProvider


class GuardedProvider:
    """Looks before each call whether it may be sent; preparing one is always possible."""

    def __init__(self, provider: Provider, check: Callable[[], None]) -> None:
        """Have a check raise what stands in the way."""
        self._provider = provider
        self._check = check

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
            ProviderError: The check refused the call, or it failed before any of the answer
                arrived.
        """
        self._check()
        return await self._provider.send(request, on_text, timeouts=timeouts)


def refuse_without_key(known: KnownProvider) -> None:
    """Refuse to call a provider that answers only with a key.

    Raises:
        ProviderError: Always. Nothing was sent, and sending again would not help.
    """
    raise ProviderError(
        f"There is no key for {known.title}.",
        kind=ProviderErrorKind.AUTHENTICATION,
        sent=False,
        hint=f"Add one in the preferences, with: pwb providers set-key {known.name}, or in "
        f"{' or '.join(known.variables)}. If it is in the keyring, unlock that first.",
    )
