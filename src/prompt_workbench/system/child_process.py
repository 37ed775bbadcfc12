"""How a child process of this program is started."""

from __future__ import annotations

import os
import subprocess
import sys

# No proxies and no settings of package clients: they may hold passwords, and no child needs
# them. The library path is there for Pythons that were built to be found through it.
_PASSED_ON = (
    "HOME", "PATH", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT",
    "APPDATA", "LOCALAPPDATA", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "XDG_CACHE_HOME", "XDG_STATE_HOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Creation flags that keep Windows from opening a terminal for a child."""


def child_command(name: str) -> list[str]:
    """Return the command that starts a hidden subcommand such as ``_worker``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, name]
    return [sys.executable, "-m", "prompt_workbench", name]


def child_environment() -> dict[str, str]:
    """Return the environment of a child: an allow-list, so that no key is passed on."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
