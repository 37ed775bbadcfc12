"""Where files of this program and of its user live; folders are made where that is possible."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import platformdirs

_APP = "prompt-workbench"
_PACKAGE = Path(__file__).resolve().parents[1]


def config_dir() -> Path:
    """Return the folder of the user's settings."""
    return _made(platformdirs.user_config_path(_APP))


def data_dir() -> Path:
    """Return the folder of the user's own data, such as known projects."""
    return _made(platformdirs.user_data_path(_APP))


def cache_dir() -> Path:
    """Return the folder of what can be fetched again, such as model weights."""
    return _made(platformdirs.user_cache_path(_APP))


def log_dir() -> Path:
    """Return the folder of the log files."""
    return _made(platformdirs.user_log_path(_APP))


def state_dir() -> Path:
    """Return the folder of what this program notes of itself, such as the egress log."""
    return _made(platformdirs.user_state_path(_APP))


def resources_dir() -> Path:
    """Return the folder with icons, fonts, themes, samples and help pages."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "resources"


def _made(path: Path) -> Path:
    # Where nothing can be made, there may still be something to read; who writes is told why
    # that fails.
    with suppress(OSError):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
