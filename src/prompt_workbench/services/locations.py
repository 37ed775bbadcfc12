"""Where projects are: files with a suffix of their own, or databases on a server."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from prompt_workbench.domain.errors import HostError, InvalidInputError, NotFoundError

PROJECT_SUFFIX = ".pwb"
_SERVERS = ("postgresql://", "postgres://")
_ENDS_OF_FOLDERS = (os.sep, os.altsep or os.sep)


def is_database(location: str | Path) -> bool:
    """Return whether a location is the address of a database instead of a file."""
    return str(location).startswith(_SERVERS)


def server_of(location: str | Path) -> str:
    """Return the host of a project's database; empty for a file, or where it is not named."""
    return (urlsplit(str(location)).hostname or "") if is_database(location) else ""


def new_location(location: str | Path) -> str | Path:
    """Return where a new project goes: an address as it is, a whole path with its suffix.

    Raises:
        InvalidInputError: It names a folder instead of a file.
    """
    if is_database(location):
        return location
    if Path(location).name in {"", ".."} or str(location).endswith(_ENDS_OF_FOLDERS):
        raise InvalidInputError(
            "A new project needs a file name.", hint="Write one, such as prompts.pwb."
        )
    return _with_suffix(_whole(location))


def existing_location(location: str | Path) -> str | Path:
    """Return where a project is; the suffix of a file may be left out.

    Raises:
        NotFoundError: There is no such file.
        HostError: It cannot be looked for.
    """
    if is_database(location):
        return location
    whole = _whole(location)
    try:
        for path in (whole, _with_suffix(whole)):
            if path.is_file():
                return path
    except OSError as error:
        raise HostError(
            f"The project {whole} cannot be opened: {error.strerror}.",
            hint="Check the path, and who may read its folders.",
        ) from None
    raise NotFoundError(f"There is no project {whole}.", hint="Make one with: pwb init PATH")


def public_location(location: str) -> str:
    """Return a location that may be shown and remembered: without a password."""
    if not is_database(location):
        return location
    parts = urlsplit(location)
    name, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{name.partition(':')[0]}{at}{host}"))


def _whole(location: str | Path) -> Path:
    try:
        return Path(location).expanduser().absolute()
    except RuntimeError:
        raise NotFoundError(f"There is no home folder for {location}.") from None


def _with_suffix(path: Path) -> Path:
    if path.suffix == PROJECT_SUFFIX or not path.name:
        return path
    return path.with_name(path.name + PROJECT_SUFFIX)
