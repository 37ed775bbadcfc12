"""Replace a file as a whole, so that a reader never sees half of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from prompt_workbench.domain.ids import new_id

_PRIVATE = 0o600
_SHARED = 0o666
"""As much as the person's umask allows."""
_BINARY: int = getattr(os, "O_BINARY", 0)
"""Keeps Windows from changing the ends of lines."""


def replace_private_file(path: Path, content: bytes) -> None:
    """Write the content beside the path, flush it to disk and move it into place.

    The file is readable by its owner only (mode 0600); its folder is made when missing.

    Raises:
        OSError: It cannot be written; what was there before is untouched.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(path, content, _PRIVATE)


def replace_file(path: Path, content: bytes) -> None:
    """Do the same with a file of the person's, which keeps its mode and its links.

    What is no file, such as ``/dev/stdout`` or a pipe, is written to.

    Raises:
        OSError: It cannot be written; a file that was there before is untouched.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
    else:
        _replace(path.resolve(), content, _SHARED)


def _replace(path: Path, content: bytes, mode: int) -> None:
    temporary = path.with_name(f".{new_id()}.part")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode == _SHARED and path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
