"""Where keys are kept, and what is said where they cannot be."""

from __future__ import annotations

from collections.abc import Callable

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import (
    InitError,
    KeyringError,
    KeyringLocked,
    NoKeyringError,
    PasswordDeleteError,
)

from prompt_workbench.domain.errors import HostError
from prompt_workbench.system.secrets import KeyVault, VaultState

ORIGIN = "https://api.example.org"
KEY = "sk-canary-1"


class Failing:
    """A keyring that always fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._error

    def delete_password(self, service: str, username: str) -> None:
        raise self._error


def kept(vault: KeyVault) -> str | None:
    """Return the key that the vault has for the origin of these tests."""
    found = vault.get([ORIGIN])[0].get(ORIGIN)
    return found and found.key


def test_a_key_is_kept_in_the_keyring_by_its_origin(
    memory_keyring: dict[tuple[str, str], str],
) -> None:
    vault = KeyVault()
    status = vault.set(ORIGIN, KEY)
    assert status.persistent
    assert memory_keyring == {("prompt-workbench", ORIGIN): KEY}
    assert kept(KeyVault()) == KEY
    assert KeyVault().get(["https://other.example.org"])[0] == {}


def test_a_key_for_this_session_is_not_written_though_there_is_a_keyring(
    memory_keyring: dict[tuple[str, str], str],
) -> None:
    vault = KeyVault()
    assert vault.set(ORIGIN, KEY, only_now=True).state is VaultState.AVAILABLE
    assert kept(vault) == KEY
    assert memory_keyring == {}
    vault.set(ORIGIN, "sk-canary-2")
    assert not vault.get([ORIGIN])[0][ORIGIN].only_now
    assert kept(vault) == "sk-canary-2"


def test_a_keyring_that_is_not_needed_is_not_asked() -> None:
    vault = KeyVault(lambda: Failing(AssertionError("asked")))
    assert vault.get([]) == ({}, None)
    session = KeyVault()
    session.set(ORIGIN, KEY, only_now=True)
    assert session.get([ORIGIN])[1] is None


def test_a_key_does_not_show_where_values_are_printed(
    memory_keyring: dict[tuple[str, str], str],
) -> None:
    vault = KeyVault()
    vault.set(ORIGIN, KEY)
    assert KEY not in repr(vault.get([ORIGIN]))


def test_a_forgotten_key_is_gone(memory_keyring: dict[tuple[str, str], str]) -> None:
    vault = KeyVault()
    vault.set(ORIGIN, KEY)
    vault.delete(ORIGIN)
    vault.delete(ORIGIN)
    assert memory_keyring == {}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NoKeyringError(), VaultState.ABSENT),
        (KeyringLocked(), VaultState.LOCKED),
        (InitError("Prompt dismissed"), VaultState.LOCKED),
        (KeyringError("broken"), VaultState.ERROR),
        (PasswordDeleteError("denied"), VaultState.ERROR),
        (OSError("gone"), VaultState.ERROR),
    ],
)
def test_without_a_keyring_a_key_lives_until_the_program_ends(
    error: Exception, state: VaultState
) -> None:
    vault = KeyVault(lambda: Failing(error))
    status = vault.set(ORIGIN, KEY)
    assert status.state is state
    assert status.sentence.endswith("Keys are kept until this program ends.")
    assert status.hint
    assert vault.get([ORIGIN])[0][ORIGIN].only_now
    assert kept(KeyVault(lambda: Failing(error))) is None


def test_a_machine_without_a_keyring_forgets_the_key_of_this_session() -> None:
    vault = KeyVault(lambda: Failing(NoKeyringError()))
    vault.set(ORIGIN, KEY)
    vault.delete(ORIGIN)
    assert kept(vault) is None


def test_a_key_that_a_locked_keyring_may_still_hold_is_not_called_forgotten() -> None:
    vault = KeyVault(lambda: Failing(KeyringLocked()))
    vault.set(ORIGIN, KEY)
    with pytest.raises(HostError, match="may still be in it"):
        vault.delete(ORIGIN)
    assert kept(vault) is None


def test_a_keyring_that_writes_plain_text_is_not_used() -> None:
    class PlaintextKeyring(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            raise AssertionError

        def set_password(self, service: str, username: str, password: str) -> None:
            raise AssertionError

        def delete_password(self, service: str, username: str) -> None:
            raise AssertionError

    before = keyring.get_keyring()
    keyring.set_keyring(PlaintextKeyring())
    try:
        assert KeyVault().set(ORIGIN, KEY).state is VaultState.INSECURE
    finally:
        keyring.set_keyring(before)


def test_a_machine_without_a_keyring_says_so() -> None:
    assert KeyVault().status().state is VaultState.ABSENT


def test_a_keyring_that_waits_for_someone_does_not_hold_the_program() -> None:
    released: list[Callable[[], None]] = []

    class Waiting(Failing):
        def get_password(self, service: str, username: str) -> str | None:
            import threading

            event = threading.Event()
            released.append(event.set)
            event.wait()
            return None

    vault = KeyVault(lambda: Waiting(OSError()), within_s=0.05)
    assert vault.status().state is VaultState.ERROR
    released[0]()
