"""How a child process of this program is started."""

from __future__ import annotations

import os
import sys

_PASSED_ON = (
    "HOME", "PATH", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT",
    "APPDATA", "LOCALAPPDATA", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "XDG_CACHE_HOME", "XDG_STATE_HOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV",
    "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",
)  # fmt: skip


def child_command(name: str) -> list[str]:
    """Return the command that starts a hidden subcommand such as ``_worker``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, name]
    return [sys.executable, "-m", "prompt_workbench", name]


def child_environment() -> dict[str, str]:
    """Return the environment of a child: an allow-list, so that no key is passed on."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
