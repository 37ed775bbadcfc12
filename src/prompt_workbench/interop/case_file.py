"""What reading any file of cases has in common: decoding, rows, problems."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError

LARGEST_FILE = 256 * 1024 * 1024
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a file, by column."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Json], ...]
    problems: tuple[str, ...] = ()
    """Sentences about lines that cannot be used as they are."""


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, or UTF-16 with a byte order mark.

    Raises:
        NotFoundError: There is no such file.
        InvalidInputError: It is too large, or not text in one of these encodings.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidInputError(
                f"{path.name} is larger than {LARGEST_FILE // 1024**2} MB.",
                hint="Split the file and import its parts.",
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}.") from None
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.") from None
    return decoded(content, path.name)


def decoded(content: bytes, name: str) -> str:
    """Return a text in UTF-8, or UTF-16 with a byte order mark.

    Raises:
        InvalidInputError: It is in neither.
    """
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInputError(
            f"{name} is not UTF-8 text (line {line}).",
            hint="Save it again as UTF-8; spreadsheets call that “CSV UTF-8”.",
        ) from None
