"""What a person can do with the keys of model servers: keep and forget them.

A key is bound to the origin of its server, never shown again, and leaves this process only
inside the pipe to the call worker.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.providers.known import KNOWN, key_variables, known_provider
from prompt_workbench.providers.origins import may_carry_key, origin_of
from prompt_workbench.services.base import Announce
from prompt_workbench.settings import models as registry_file
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.system.secrets import KeyVault, StoredKey, VaultState, VaultStatus

__all__ = ["KeyPlace", "KeyState", "Keys", "VaultState", "VaultStatus", "key_variable"]

_LONGEST = 1_000
"""In characters; Windows keeps no longer ones, and no provider gives such."""
_SHOWN = 4


class KeyPlace(StrEnum):
    """Where the key of a server is."""

    KEYRING = "keyring"
    SESSION = "session"
    """In memory, until this program ends."""
    ENVIRONMENT = "environment"
    NONE = "none"
    UNKNOWN = "unknown"
    """None is found elsewhere, and the keyring does not tell whether it has one."""


_SILENT = (VaultState.LOCKED, VaultState.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """Whether a server has a key, and where it is; never the key itself."""

    place: KeyPlace
    variable: str = ""
    """The environment variable that it is in."""
    ending: str = ""
    """Its last characters, by which a person knows it again; empty for a short one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    text: str = field(repr=False)
    place: KeyPlace
    variable: str = ""

    @property
    def state(self) -> KeyState:
        long = len(self.text) >= 4 * _SHOWN
        ending = self.text[-_SHOWN:] if long else ""
        return KeyState(place=self.place, variable=self.variable, ending=ending)


class Keys:
    """The keys of the servers that the person added, and of known providers."""

    def __init__(self, announce: Announce, vault: KeyVault) -> None:
        self._announce = announce
        self._vault = vault

    async def status(self) -> VaultStatus:
        """Return whether keys can be kept in the keyring of this computer."""
        return await asyncio.to_thread(self._vault.status)

    async def states(self) -> tuple[Mapping[str, KeyState], VaultStatus]:
        """Return the state of the key of each added server by name, and of the keyring."""
        found, status = await asyncio.to_thread(self._found)
        if status is None:
            status = await self.status()
        absent = KeyState(place=KeyPlace.UNKNOWN if status.state in _SILENT else KeyPlace.NONE)
        return {
            endpoint.name: found[endpoint.name].state if endpoint.name in found else absent
            for endpoint in await asyncio.to_thread(_added)
        }, status

    async def set(self, endpoint_name: str, key: str, *, only_now: bool = False) -> VaultStatus:
        """Keep the key of a server, and return the state of the keyring.

        Args:
            endpoint_name: An added server.
            key: The key as it was copied; blanks around it are taken off.
            only_now: Whether to keep it in memory alone, even where there is a keyring.

        Raises:
            InvalidInputError: It is no key, or would travel in clear over a network.
        """
        endpoint = await asyncio.to_thread(_endpoint, endpoint_name)
        check_key(endpoint, key)
        origin = origin_of(endpoint.base_url)
        status = await asyncio.to_thread(self._vault.set, origin, key.strip(), only_now=only_now)
        self._announce(changed(Kind.MODEL))
        return status

    async def set_proxy_password(
        self, endpoint_name: str, password: str, *, only_now: bool = False
    ) -> VaultStatus:
        """Keep what the proxy of a server wants besides a name; an empty one is forgotten.

        Args:
            endpoint_name: An added server.
            password: As it is told to the proxy.
            only_now: Whether to keep it in memory alone, even where there is a keyring.

        Raises:
            InvalidInputError: The proxy is told no name, or it is no password.
            HostError: The keyring may still hold the one that was forgotten.
        """
        endpoint = await asyncio.to_thread(_endpoint, endpoint_name)
        if not endpoint.connection.proxy_user:
            raise InvalidInputError(
                f"The proxy of {endpoint_name} is told no name, so no password either.",
                hint="Write the name into its address, such as http://name@proxy.example:3128.",
            )
        if not password.isprintable() or len(password) > _LONGEST:
            raise InvalidInputError("This is not a password.", hint="Give it alone, on one line.")
        place = endpoint.connection.password_place
        if password:
            status = await asyncio.to_thread(self._vault.set, place, password, only_now=only_now)
        else:
            await asyncio.to_thread(self._vault.delete, place)
            status = await self.status()
        self._announce(changed(Kind.MODEL))
        return status

    async def forget(self, endpoint_name: str) -> None:
        """Remove the key of a server from the keyring and from memory.

        Raises:
            HostError: The keyring may still hold it.
        """
        endpoint = await asyncio.to_thread(_endpoint, endpoint_name)
        try:
            await asyncio.to_thread(self._vault.delete, origin_of(endpoint.base_url))
        finally:
            # What was in memory is forgotten in any case.
            self._announce(changed(Kind.MODEL))

    async def forget_unused(self, removed: Endpoint) -> None:
        """Remove the key of a server that was removed, unless another at its origin is left.

        Raises:
            HostError: The keyring may still hold it.
        """
        origin = origin_of(removed.base_url)
        left = await asyncio.to_thread(_added)
        if all(origin_of(endpoint.base_url) != origin for endpoint in left):
            await asyncio.to_thread(self._vault.delete, origin)
        place = removed.connection.password_place
        if removed.connection.proxy_user and place not in {
            each.connection.password_place for each in left
        }:
            await asyncio.to_thread(self._vault.delete, place)

    async def all(self) -> Mapping[str, str]:
        """Return the keys of the added servers and of known providers, by origin.

        The passwords of their proxies are among them, by their `password_place`.


        What was set in this session comes first, then ``PWB_KEY_<NAME>`` in the environment,
        then the keyring, then the provider's own variable, such as ``OPENAI_API_KEY``.
        """
        return await asyncio.to_thread(self._all)

    def _all(self) -> dict[str, str]:
        found, _ = self._found()
        by_origin = {
            origin_of(endpoint.base_url): found[endpoint.name].text
            for endpoint in _added()
            if endpoint.name in found
        }
        # A known provider need not be added to be called; only its variable is looked at then,
        # since each look into the keyring takes a tenth of a second.
        for known in KNOWN:
            if known.has_one_address and (key := _from_environment(known.variables)):
                by_origin.setdefault(origin_of(known.base_url), key.text)
        return by_origin | self._proxy_passwords()

    def _proxy_passwords(self) -> dict[str, str]:
        told = [endpoint for endpoint in _added() if endpoint.connection.proxy_user]
        places = {each.connection.password_place: each.name for each in told}
        stored, _ = self._vault.get(places) if places else ({}, None)
        kept = {place: each.key for place, each in stored.items()}
        own = {
            place: os.environ[variable]
            for place, name in places.items()
            if (variable := password_variable(name)) in os.environ
        }
        return kept | own

    def _found(self) -> tuple[dict[str, _Key], VaultStatus | None]:
        able = [endpoint for endpoint in _added() if may_carry_key(endpoint.base_url)]
        stored, status = self._vault.get(origin_of(endpoint.base_url) for endpoint in able)
        keys = {
            endpoint.name: _first(endpoint, stored.get(origin_of(endpoint.base_url)))
            for endpoint in able
        }
        return {name: key for name, key in keys.items() if key is not None}, status


def key_variable(endpoint_name: str) -> str:
    """Return the environment variable that may hold the key of any server."""
    return f"PWB_KEY_{re.sub('[^A-Z0-9]', '_', endpoint_name.upper())}"


def password_variable(endpoint_name: str) -> str:
    """Return the environment variable that may hold the password of a server's proxy."""
    return key_variable(endpoint_name).replace("KEY", "PROXY_PASSWORD", 1)


def check_key(endpoint: Endpoint, key: str) -> None:
    """Refuse what cannot be kept as the key of a server, before anything is added.

    Raises:
        InvalidInputError: It is no key, or would travel in clear over a network.
    """
    check_key_text(key)
    if not may_carry_key(endpoint.base_url):
        raise InvalidInputError(
            f"A key for {endpoint.name} would travel without encryption.",
            hint="Give the endpoint its https address first.",
        )


def check_key_text(key: str) -> None:
    """Refuse what cannot be a key.

    Raises:
        InvalidInputError: It is empty, too long, or has characters that no key has.
    """
    text = key.strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidInputError("This is not a key.", hint="Paste the key alone, on one line.")
    if len(text) > _LONGEST:
        raise InvalidInputError(
            f"This is not a key: it has {len(text):,} characters.",
            hint="Paste the key alone, on one line.",
        )


def _first(endpoint: Endpoint, stored: StoredKey | None) -> _Key | None:
    if stored is not None and stored.only_now:
        return _Key(text=stored.key, place=KeyPlace.SESSION)
    if own := _from_environment((key_variable(endpoint.name),)):
        return own
    if stored is not None:
        return _Key(text=stored.key, place=KeyPlace.KEYRING)
    return _from_environment(key_variables(endpoint.base_url))


def _from_environment(variables: tuple[str, ...]) -> _Key | None:
    for variable in variables:
        if text := os.environ.get(variable, "").strip():
            return _Key(text=text, place=KeyPlace.ENVIRONMENT, variable=variable)
    return None


def _added() -> tuple[Endpoint, ...]:
    return registry_file.load().endpoints


def _endpoint(name: str) -> Endpoint:
    found = registry_file.load().endpoint(name)
    if found is None:
        hint = (
            f"Add it with: pwb providers add {name}"
            if known_provider(name)
            else "Add it with: pwb models add-endpoint NAME URL"
        )
        raise NotFoundError(f"There is no endpoint named {name}.", hint=hint)
    return found
