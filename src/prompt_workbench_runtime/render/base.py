"""What the template languages share: names, errors, uses of variables, and limits."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Literal, TypeAlias

MAX_DEPTH = 20
"""How deep sections and partials may nest."""

MAX_STEPS = 100_000
"""How many tags and turns of a loop one rendering may take."""

MAX_OUTPUT = 5_000_000
"""How many characters one rendering may write."""

MAX_TEMPLATE = 5_000_000
"""How many characters a template may have."""


class Language(StrEnum):
    """A template language."""

    MUSTACHE = "mustache"
    JINJA = "jinja2"
    FSTRING = "f-string"


class RenderError(Exception):
    """A template cannot be parsed or rendered; line and column count from 1."""

    def __init__(
        self, message: str, *, line: int = 1, column: int = 1, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint
        """What the author of the template can do about it."""


UseKind: TypeAlias = Literal["value", "section", "inverted", "loop", "condition"]

Need: TypeAlias = Literal["always", "sometimes", "never"]
"""Sometimes means: only when the section, loop or branch around the place is reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableUse:
    """One place of a template that names a variable."""

    name: str
    """The input that the place reads: the first part of a dotted path."""
    path: str
    """The whole dotted path, as it is written."""
    start: int
    """Where the tag starts; in Jinja2, where the name starts."""
    end: int
    line: int
    column: int
    kind: UseKind = "value"
    local: bool = False
    """Whether an enclosing section or loop may supply the value, so that it is no input."""
    need: Need = "always"
    """When a rendering fails because the input is missing."""


class Lines:
    """Turns offsets of a text into lines and columns."""

    def __init__(self, text: str) -> None:
        lengths = (len(line) + 1 for line in text.split("\n"))
        self._starts = list(accumulate(lengths, initial=0))

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1."""
        line = bisect_right(self._starts, offset) - 1
        return line + 1, offset - self._starts[line] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column that count from 1."""
        return self._starts[line - 1] + column - 1


def error_at(text: str, offset: int, message: str, *, hint: str | None = None) -> RenderError:
    """Return the error of one place of a template."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return RenderError(message, line=line, column=column, hint=hint)


def missing_at(text: str, offset: int, path: str) -> RenderError:
    """Return the error of a place whose variable has no value."""
    return error_at(
        text,
        offset,
        f"There is no value for “{path}”.",
        hint="Give the input a value or a default, or correct its name.",
    )


def too_long_at(text: str, offset: int) -> RenderError:
    """Return the error of the place where the output became too long."""
    return error_at(
        text,
        offset,
        f"The rendered text is longer than {MAX_OUTPUT:,} characters.",
        hint="Shorten the values, or the lists that the template repeats.",
    )


def check_length(text: str, limit: int = MAX_TEMPLATE) -> None:
    """Refuse a template that is too long to be worked on."""
    if len(text) > limit:
        raise RenderError(
            f"The template is longer than {limit:,} characters.",
            hint="Move long texts into inputs.",
        )
