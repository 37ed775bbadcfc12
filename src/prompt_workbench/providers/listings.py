"""What servers said of their own models when they were last asked, kept between starts."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import HostError
from prompt_workbench.providers.listing import Listing, listing_from_json, listing_to_json
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.system.files import replace_private_file
from prompt_workbench.system.paths import data_dir

Listings: TypeAlias = Mapping[str, Listing]
"""What a server said of each of its models, by the model's name."""

_writing = threading.Lock()


class RememberedListings:
    """The lists of all servers, as they were when this was made; read where they are asked for."""

    def __init__(self) -> None:
        """Read the file; one that is damaged counts as empty, since servers can be asked again."""
        self._entries: JsonObject = {}
        self._read: dict[str, Listings] = {}
        try:
            value = orjson.loads(_path().read_bytes())
        except (OSError, ValueError):
            value = None
        if isinstance(value, dict):
            self._entries = value

    def of(self, endpoint: Endpoint) -> Listings:
        """Return what a server said; nothing when it was never asked, or has moved since."""
        place = _place(endpoint)
        if place not in self._read:
            self._read[place] = _listings(self._entries.get(place))
        return self._read[place]

    def to_json(self) -> JsonObject:
        """Return all lists by their places."""
        return self._entries


def remember(endpoint: Endpoint, listings: Listings) -> None:
    """Keep what a server said of its models.

    Raises:
        HostError: It cannot be written.
    """
    said: JsonObject = {name: listing_to_json(listing) for name, listing in listings.items()}
    with _writing:
        known = RememberedListings().to_json()
        try:
            replace_private_file(_path(), orjson.dumps({**known, _place(endpoint): said}))
        except OSError as error:
            raise HostError(
                f"The list of models cannot be kept: {error.strerror}: {_path()}",
                hint="Check that the folder can be written to and that the disk has room.",
            ) from None


def listings_version() -> int:
    """Return a number that is another one after any server was asked again."""
    try:
        return _path().stat().st_mtime_ns
    except OSError:
        return 0


def _path() -> Path:
    return data_dir() / "listings.json"


def _place(endpoint: Endpoint) -> str:
    return f"{endpoint.name} {origin_of(endpoint.base_url)}"


def _listings(entries: Json) -> Listings:
    if not isinstance(entries, dict):
        return {}
    try:
        return {
            name: listing_from_json(entry)
            for name, entry in entries.items()
            if isinstance(entry, dict)
        }
    except (ValueError, TypeError):
        return {}
