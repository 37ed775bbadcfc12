"""Keys on the command line: typed without being shown, or piped in; never an argument."""

from __future__ import annotations

import getpass
import sys

from prompt_workbench.cli.progress import say
from prompt_workbench.services.keys import VaultStatus, key_variable


def read_key(name: str) -> str:
    """Return the key of a server, from a hidden prompt or a line of the standard input."""
    return read_secret(f"Key of {name}")


def read_secret(what: str) -> str:
    """Return a secret, from a hidden prompt or a line of the standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ", stream=sys.stderr)
    return sys.stdin.readline().strip()


def tell_kept(name: str, status: VaultStatus) -> None:
    """Say where the key of a server is kept, and what to do where it is not."""
    say(status.sentence)
    if not status.persistent:
        say(status.hint)
        say(f"For the commands that follow, put it into {key_variable(name)}.")
