"""Canonical JSON (RFC 8785) and the content hashes that stand on it."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value that JSON can hold."""

JsonObject: TypeAlias = "dict[str, Json]"


def canonical_json(value: Json) -> bytes:
    """Return the one byte form of a JSON value (RFC 8785)."""
    return rfc8785.dumps(value)


def content_hash(value: Json, *, scheme: int) -> str:
    """Return ``<scheme>:<sha256 hex>`` of the canonical form.

    The scheme number lets a later version hash differently without touching old hashes.
    """
    return f"{scheme}:{hashlib.sha256(canonical_json(value)).hexdigest()}"


def without_absent(value: dict[str, Json | None]) -> JsonObject:
    """Return the object without its None fields, so that new fields keep old hashes."""
    return {key: item for key, item in value.items() if item is not None}
