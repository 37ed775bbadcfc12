"""Uses the keyring of a desktop as the program does; see `test_secret_service`."""

from __future__ import annotations

import json
import sys
from contextlib import closing

import secretstorage

from prompt_workbench.system.secrets import KeyVault

ORIGIN = "https://api.example.org"


def main() -> None:
    """Print what happened as a JSON object."""
    seen: dict[str, object] = {}
    vault = KeyVault()
    seen["kept"] = vault.set(ORIGIN, sys.argv[1]).state
    seen["found"] = found(KeyVault())
    seen["other"] = list(vault.get(["https://other.example.org"])[0])
    lock()
    seen["when_locked"] = KeyVault().status().state
    seen["found_when_locked"] = found(KeyVault())
    seen["set_when_locked"] = KeyVault().set(ORIGIN, "other").state
    sys.stdout.write(json.dumps(seen))


def found(vault: KeyVault) -> str | None:
    """Return the key that is in the keyring."""
    key = vault.get([ORIGIN])[0].get(ORIGIN)
    return key and key.key


def lock() -> None:
    """Lock the keyring, as a desktop does with the screen."""
    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


main()
