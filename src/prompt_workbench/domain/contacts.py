"""What this program exchanged with other hosts, and what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """Why a host was reached."""

    CALL = "call"
    """To have a model answer, in a run."""
    TRY = "try"
    """To try out a provider."""
    MODELS = "models"
    """To ask a server which models it has, or whether there is one."""
    FETCH = "fetch"
    """To fetch the model that runs on this computer."""
    PROJECT = "project"
    """To read and write a project in a database."""
    PROXY = "proxy"
    """To reach another host through it."""
    OTHER = "other"
    """Not known: a library did it of its own accord."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What one process exchanged with one host, for one purpose, within about an hour."""

    host: str
    """A name or an address, with its port unless that is the usual one; never a path."""
    purpose: Purpose
    first_at: datetime
    last_at: datetime
    count: int
    """How many requests were sent; where these cannot be seen, how many connections were made."""
    sent: int | None
    """In bytes, without what encryption adds; None when unknown."""
    received: int | None
    """As `sent`."""
    local: bool
    """Whether the host is this computer."""
    refused: bool = False
    """Whether Offline kept it from being reached."""
