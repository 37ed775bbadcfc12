"""Files are replaced as a whole, or stay as they were."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from prompt_workbench.system.files import replace_file, replace_private_file

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and pipes of POSIX")


@contextmanager
def disk_that_ends_after(size: int) -> Iterator[None]:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@POSIX
@pytest.mark.parametrize("replace", [replace_file, replace_private_file])
def test_what_was_there_survives_a_full_disk(
    tmp_path: Path, replace: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"old")
    with disk_that_ends_after(1_000), pytest.raises(OSError, match="large"):
        replace(path, b"new" * 1_000)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@POSIX
def test_a_private_file_is_private_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "made" / "settings.json"
    replace_private_file(path, b"{}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@POSIX
def test_a_file_of_the_person_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    path, link = tmp_path / "real.csv", tmp_path / "link.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@POSIX
def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    replace_file(pipe, b"a,b\r\n")
    reader.join()
    assert read == [b"a,b\r\n"]
    assert pipe.is_fifo()
