"""Which projects this user made or opened before; those of strangers are checked first."""

from __future__ import annotations

import json
from pathlib import Path

from prompt_workbench.domain.errors import HostError
from prompt_workbench.system.files import replace_private_file
from prompt_workbench.system.paths import data_dir


def is_known(project_id: str) -> bool:
    """Return whether this user made or opened the project before."""
    return project_id in _ids()


def remember(project_id: str) -> None:
    """Take note that the project is this user's from now on.

    Raises:
        HostError: That cannot be written down.
    """
    ids = _ids()
    if project_id in ids:
        return
    try:
        replace_private_file(_path(), json.dumps([*ids, project_id], indent=1).encode())
    except OSError as error:
        raise HostError(
            f"It cannot be noted that this project is yours: {error.strerror}: {_path()}",
            hint="Check that the folder can be written to and that the disk has room.",
        ) from None


def _ids() -> list[str]:
    try:
        ids = json.loads(_path().read_bytes())
    except (OSError, ValueError):
        return []
    return [item for item in ids if isinstance(item, str)] if isinstance(ids, list) else []


def _path() -> Path:
    return data_dir() / "known-projects.json"
