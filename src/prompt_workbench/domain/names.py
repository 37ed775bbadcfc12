"""Rules for the names that people give, and the references made of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from prompt_workbench.domain.errors import InvalidInputError

LONGEST_NAME = 200

_MOST_DIGITS = 18
"""As many as every integer of a database has room for."""

DRAFT_REF = "draft"
LATEST_REF = "latest"
_NO_PART_OF_NAMES = {"Cc", "Cs"}
"""Control characters, and the halves of characters that damaged text has."""
_POINTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A thing and, after an @, which state of it: ``reply@3``, ``reply@production``."""

    name: str
    ref: str = ""


def reference(text: str) -> Reference:
    """Return the parts of ``NAME`` or ``NAME@REF``; names never contain an @."""
    name, _, ref = text.strip().partition("@")
    return Reference(name=name.strip(), ref=ref.strip())


def number_of(text: str) -> int | None:
    """Return the version or run that a text numbers; None where it is no such number."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def checked_name(text: str, *, what: str) -> str:
    """Return the name without spaces at its ends.

    Raises:
        InvalidInputError: It is empty, too long, or has an @, a control character or half a
            character.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not name:
        raise InvalidInputError(f"A {what} needs a name.")
    if len(name) > LONGEST_NAME:
        raise InvalidInputError(
            f"The name of a {what} can have {LONGEST_NAME} characters at most.",
            hint="Choose a shorter name.",
        )
    if "@" in name or any(
        unicodedata.category(character) in _NO_PART_OF_NAMES for character in name
    ):
        raise InvalidInputError(
            f"The name of a {what} cannot contain @ or control characters.",
            hint="Leave them out: an @ stands between a name and its version.",
        )
    return name


def checked_pointer(text: str, *, what: str) -> str:
    """Return the name of a label or branch.

    Raises:
        InvalidInputError: It could be mistaken for something else in ``NAME@REF``.
    """
    name = text.strip()
    if not _POINTER.fullmatch(name) or name.isdigit() or name in {DRAFT_REF, LATEST_REF}:
        raise InvalidInputError(
            f"“{name}” cannot be the name of a {what}.",
            hint="Use letters, digits, dots, dashes and underscores, and not a number alone.",
        )
    return name


def checked_folder(text: str) -> str:
    """Return the folder path without empty parts: ``mail/replies``."""
    parts = (part.strip() for part in text.split("/"))
    return "/".join(checked_name(part, what="folder") for part in parts if part)


def checked_tags(tags: Collection[str]) -> tuple[str, ...]:
    """Return the tags without repetitions, in alphabetical order."""
    return tuple(sorted({checked_name(tag, what="tag") for tag in tags}))
