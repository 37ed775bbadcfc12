"""Places that are hard to come by: a small disk, and a folder that cannot be written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a disk of a size over a folder; skip where this user may not."""
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", folder], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write to a folder and its files."""
    if os.geteuid() == 0:
        # Permissions do not hold the administrator back; a read-only mount does.
        _mount("--bind", folder, folder)
        _mount("-o", "remount,ro,bind", folder)
        try:
            yield
        finally:
            subprocess.run(["/bin/umount", folder], check=True)
        return
    files = [folder, *folder.iterdir()]
    modes = [file.stat().st_mode for file in files]
    for file in files:
        file.chmod(0o500 if file.is_dir() else 0o400)
    try:
        yield
    finally:
        for file, mode in zip(files, modes, strict=True):
            file.chmod(mode)


def _mount(*arguments: str | Path) -> None:
    try:
        done = subprocess.run(
            ["/bin/mount", *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        pytest.skip(f"nothing can be mounted here: {error}")
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
