"""Identifiers: time-ordered UUIDs (version 7), so that newer things sort later."""

from __future__ import annotations

import uuid6


def new_id() -> str:
    """Return a new UUIDv7 in its canonical text form."""
    return str(uuid6.uuid7())
