"""Canonical JSON (RFC 8785) and the content hashes that stand on it."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

import rfc8785

from prompt_workbench.domain.errors import InvalidInputError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value that JSON can hold."""

JsonObject: TypeAlias = "dict[str, Json]"


def canonical_json(value: Json) -> bytes:
    """Return the one byte form of a JSON value (RFC 8785).

    Raises:
        InvalidInputError: It holds a number or a character that JSON cannot hold exactly.
    """
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise InvalidInputError(
            f"A value cannot be kept exactly: {error}.",
            hint="Write large numbers as text, and remove damaged characters.",
        ) from None


def content_hash(value: Json, *, scheme: int) -> str:
    """Return ``<scheme>:<sha256 hex>`` of the canonical form.

    The scheme number lets a later version hash differently without touching old hashes.
    """
    return f"{scheme}:{hashlib.sha256(canonical_json(value)).hexdigest()}"


def without_absent(value: dict[str, Json | None]) -> JsonObject:
    """Return the object without its None fields, so that new fields keep old hashes."""
    return {key: item for key, item in value.items() if item is not None}
