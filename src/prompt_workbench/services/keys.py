"""What a person can do with the keys of model servers: store and forget them.

A key is bound to the origin of its server, never shown again, and leaves this process only
inside the pipe to the call worker.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.providers.origins import may_carry_key, origin_of
from prompt_workbench.services.base import Announce
from prompt_workbench.settings import models as registry_file
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.system.secrets import KeyVault, VaultState, VaultStatus

__all__ = ["Keys", "VaultState", "VaultStatus", "key_variable"]


class Keys:
    """The keys of the servers that the person added."""

    def __init__(self, announce: Announce, vault: KeyVault) -> None:
        self._announce = announce
        self._vault = vault

    async def status(self) -> VaultStatus:
        """Return whether keys can be kept in the keyring of this computer."""
        return await asyncio.to_thread(self._vault.status)

    async def set(self, endpoint_name: str, key: str) -> VaultStatus:
        """Keep the key of a server, and say where it is kept.

        Raises:
            InvalidInputError: It is empty, or would travel in clear over a network.
        """
        endpoint = await asyncio.to_thread(_endpoint, endpoint_name)
        if not key.strip() or not key.strip().isprintable():
            raise InvalidInputError("This is not a key.", hint="Paste the key on one line.")
        if not may_carry_key(endpoint.base_url):
            raise InvalidInputError(
                f"A key for {endpoint.name} would travel without encryption.",
                hint="Give the endpoint its https address first.",
            )
        origin = origin_of(endpoint.base_url)
        status = await asyncio.to_thread(self._vault.set, origin, key.strip())
        self._announce(changed(Kind.MODEL))
        return status

    async def forget(self, endpoint_name: str) -> None:
        """Remove the key of a server."""
        endpoint = await asyncio.to_thread(_endpoint, endpoint_name)
        await asyncio.to_thread(self._vault.delete, origin_of(endpoint.base_url))
        self._announce(changed(Kind.MODEL))

    async def all(self) -> Mapping[str, str]:
        """Return the keys of the added servers, by origin.

        ``PWB_KEY_<NAME>`` in the environment comes before the keyring, for machines
        without one.
        """
        return await asyncio.to_thread(self._all)

    def _all(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for endpoint in registry_file.load().endpoints:
            if not may_carry_key(endpoint.base_url):
                continue
            origin = origin_of(endpoint.base_url)
            key = os.environ.get(key_variable(endpoint.name)) or self._vault.get(origin)
            if key:
                found[origin] = key
        return found


def key_variable(endpoint_name: str) -> str:
    """Return the environment variable that may hold the key of a server."""
    return f"PWB_KEY_{re.sub('[^A-Z0-9]', '_', endpoint_name.upper())}"


def _endpoint(name: str) -> Endpoint:
    found = registry_file.load().endpoint(name)
    if found is None:
        raise NotFoundError(
            f"There is no endpoint named {name}.",
            hint="Add it with: pwb models add-endpoint NAME URL",
        )
    return found
