"""API keys in the operating system's keyring, each bound to the server it is for.

Nothing is ever written in plain text: where no trusted keyring can be used, a key is kept in
memory until the program ends, and the caller is told so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from prompt_workbench.domain.errors import HostError

_SERVICE = "prompt-workbench"
_PROBE = "status"
"""A name under which no key is kept; asking for it tells whether the keyring answers."""
_WITHIN_S = 60
"""Long enough for a person to type the password that a keyring asks for."""
_NO_KEYRING = {"keyring.backends.fail", "keyring.backends.null"}
_PLAIN_TEXT = ("keyrings.alt.", "Plaintext")
"""What the full name of a keyring contains that keeps secrets in files of its own."""

T = TypeVar("T")


class VaultState(StrEnum):
    """What can be done with the keyring."""

    AVAILABLE = "available"
    LOCKED = "locked"
    ABSENT = "absent"
    INSECURE = "insecure"
    """There is one, but it would write keys in plain text."""
    ERROR = "error"


_SENTENCES = {
    VaultState.AVAILABLE: "Keys are kept in the keyring of this computer.",
    VaultState.LOCKED: "The keyring of this computer is locked.",
    VaultState.ABSENT: "This computer has no keyring.",
    VaultState.INSECURE: "The keyring of this computer would keep keys in plain text.",
    VaultState.ERROR: "The keyring of this computer does not answer.",
}


_HINTS = {
    VaultState.AVAILABLE: "",
    VaultState.LOCKED: "Unlock it as your system lets you, then save the key again.",
    VaultState.ABSENT: (
        "On Linux, install gnome-keyring or KWallet and log in again; or put the key into an "
        "environment variable before you start this program."
    ),
    VaultState.INSECURE: (
        "Set up the keyring of your system, or take keyrings.alt out of this installation; or "
        "put the key into an environment variable before you start this program."
    ),
    VaultState.ERROR: (
        "It may wait for its password in a window behind this one. Otherwise log out and in "
        "again, then save the key again."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultStatus:
    """The state of the keyring as last seen."""

    state: VaultState

    @property
    def persistent(self) -> bool:
        """Whether a key is still there at the next start."""
        return self.state is VaultState.AVAILABLE

    @property
    def sentence(self) -> str:
        """The state in words."""
        said = _SENTENCES[self.state]
        return said if self.persistent else f"{said} Keys are kept until this program ends."

    @property
    def hint(self) -> str:
        """What a person can do about it; empty when there is nothing to do."""
        return _HINTS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A key, and whether it is gone when the program ends."""

    key: str = field(repr=False)
    only_now: bool


class Backend(Protocol):
    """What is used of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the stored secret."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Remove a secret."""
        ...


class KeyVault:
    """The keys of model servers, by origin. Its methods block: call them in a thread."""

    def __init__(
        self, backend: Callable[[], Backend | None] | None = None, *, within_s: float = _WITHIN_S
    ) -> None:
        """Use the keyring of this computer, or what a function returns in its place."""
        self._backend = backend or _system_backend
        self._within_s = within_s
        self._session: dict[str, str] = {}

    def get(self, origins: Iterable[str]) -> tuple[Mapping[str, StoredKey], VaultStatus | None]:
        """Return the keys that there are for some servers, and the state of the keyring.

        The state is None where the keyring was not asked, because nothing of it was needed.
        """
        kept = {origin: StoredKey(key=key, only_now=True) for origin, key in self._session.items()}
        wanted = [origin for origin in dict.fromkeys(origins) if origin not in kept]
        if not wanted:
            return kept, None
        found, status = self._try(
            lambda backend: {
                origin: StoredKey(key=key, only_now=False)
                for origin in wanted
                if (key := backend.get_password(_SERVICE, origin))
            }
        )
        return {**(found or {}), **kept}, status

    def set(self, origin: str, key: str, *, only_now: bool = False) -> VaultStatus:
        """Keep a key for a server, in memory alone if so asked, and say if that can be helped.

        Where there is no keyring to be trusted, memory is all there is.
        """
        if only_now:
            self._session[origin] = key
            return self.status()
        _, status = self._try(lambda backend: backend.set_password(_SERVICE, origin, key))
        if status.persistent:
            self._session.pop(origin, None)
        else:
            self._session[origin] = key
        return status

    def delete(self, origin: str) -> None:
        """Forget the key for a server.

        Raises:
            HostError: The keyring may still hold it.
        """
        self._session.pop(origin, None)
        found, status = self._try(lambda backend: backend.get_password(_SERVICE, origin))
        if found is not None:
            _, status = self._try(lambda backend: backend.delete_password(_SERVICE, origin))
        if status.state in (VaultState.LOCKED, VaultState.ERROR):
            raise HostError(
                f"{_SENTENCES[status.state]} The key for {origin} may still be in it.",
                hint="Unlock the keyring, then forget the key again.",
            )

    def status(self) -> VaultStatus:
        """Return whether the keyring can be used now."""
        return self._try(lambda backend: backend.get_password(_SERVICE, _PROBE))[1]

    def _try(self, use: Callable[[Backend], T]) -> tuple[T | None, VaultStatus]:
        try:
            return _within(self._within_s, lambda: self._use(use))
        except TimeoutError:
            return None, VaultStatus(state=VaultState.ERROR)

    def _use(self, use: Callable[[Backend], T]) -> tuple[T | None, VaultStatus]:
        from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError

        try:
            backend = self._backend()
            if backend is None:
                return None, VaultStatus(state=VaultState.INSECURE)
            return use(backend), VaultStatus(state=VaultState.AVAILABLE)
        except NoKeyringError:
            return None, VaultStatus(state=VaultState.ABSENT)
        # A keyring that nobody ever unlocked cannot be begun; a person unlocks it all the same.
        except (KeyringLocked, InitError):
            return None, VaultStatus(state=VaultState.LOCKED)
        except (KeyringError, OSError, RuntimeError, ValueError):
            return None, VaultStatus(state=VaultState.ERROR)


def _system_backend() -> Backend | None:
    """Return the keyring of this computer; None when it would write plain text."""
    import keyring
    from keyring.errors import NoKeyringError

    chosen = keyring.get_keyring()
    # A chainer asks several keyrings in turn; all of them have to be safe.
    members = getattr(chosen, "backends", None) or [chosen]
    names = [f"{type(member).__module__}.{type(member).__qualname__}" for member in members]
    if {name.rpartition(".")[0] for name in names} <= _NO_KEYRING:
        raise NoKeyringError
    return None if any(part in name for name in names for part in _PLAIN_TEXT) else chosen


def _within(seconds: float, work: Callable[[], T]) -> T:
    """Return the result of work, or raise TimeoutError and leave it behind.

    A keyring may wait for a person who is not there; a daemon thread does not keep the
    program from ending.
    """
    results: list[T] = []
    thread = threading.Thread(target=lambda: results.append(work()), name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if not results:
        raise TimeoutError
    return results[0]
