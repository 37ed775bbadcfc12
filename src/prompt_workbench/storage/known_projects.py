"""Which projects this user made or opened before; those of strangers are checked first."""

from __future__ import annotations

import json
import os
from pathlib import Path

from prompt_workbench.domain.errors import HostError
from prompt_workbench.system.paths import data_dir


def is_known(project_id: str) -> bool:
    """Return whether this user made or opened the project before."""
    return project_id in _ids()


def remember(project_id: str) -> None:
    """Take note that the project is this user's from now on.

    Raises:
        HostError: That cannot be written down.
    """
    if is_known(project_id):
        return
    try:
        _append(f"\n{json.dumps(project_id)}\n".encode())
    except OSError as error:
        raise HostError(
            f"It cannot be noted that this project is yours: {error.strerror}: {_path()}",
            hint="Check that the folder can be written to and that the disk has room.",
        ) from None


def _append(line: bytes) -> None:
    # Added to the file, not written anew with it: other programs may be noting projects, too.
    file = os.open(_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line)
        os.fsync(file)
    finally:
        os.close(file)


def _ids() -> set[str]:
    try:
        lines = _path().read_bytes().splitlines()
    except OSError:
        return set()
    return {found for line in lines if (found := _id_in(line)) is not None}


def _id_in(line: bytes) -> str | None:
    """Return the id in a line; one of a JSON array that has an id in each line will do, too."""
    try:
        found = json.loads(line.strip().rstrip(b","))
    except ValueError:
        return None
    return found if isinstance(found, str) else None


def _path() -> Path:
    return data_dir() / "known-projects.json"
