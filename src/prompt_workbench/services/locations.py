"""Where projects are: files with a suffix of their own, or databases on a server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from prompt_workbench.domain.errors import NotFoundError

PROJECT_SUFFIX = ".pwb"
_SERVERS = ("postgresql://", "postgres://")


def is_database(location: str | Path) -> bool:
    """Return whether a location is the address of a database instead of a file."""
    return str(location).startswith(_SERVERS)


def new_location(location: str | Path) -> str | Path:
    """Return where a new project goes: an address as it is, a whole path with its suffix."""
    if is_database(location):
        return location
    whole = Path(location).expanduser().absolute()
    return whole if whole.suffix == PROJECT_SUFFIX else whole.with_name(whole.name + PROJECT_SUFFIX)


def existing_location(location: str | Path) -> str | Path:
    """Return where a project is; the suffix of a file may be left out.

    Raises:
        NotFoundError: There is no such file.
    """
    if is_database(location):
        return location
    whole = Path(location).expanduser().absolute()
    for path in (whole, Path(new_location(whole))):
        if path.is_file():
            return path
    raise NotFoundError(f"There is no project {whole}.", hint="Make one with: pwb init PATH")


def public_location(location: str) -> str:
    """Return a location that may be shown and remembered: without a password."""
    if not is_database(location):
        return location
    parts = urlsplit(location)
    name, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{name.partition(':')[0]}{at}{host}"))
