"""Text from outside, made fit to store and to show."""

from __future__ import annotations

import re

from prompt_workbench.domain.canonical import Json

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_BLANK = re.compile(r"\s+")
_DEEPEST = 100


def repaired(text: str) -> str:
    """Return the text with U+FFFD for what no database holds: NUL and lone surrogates."""
    # isascii is a flag of the string: most text costs nothing more than the search for NUL.
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def repaired_json(value: Json, *, depth: int = 0) -> Json:
    """Return the value with every text in it repaired, and without what lies far too deep."""
    if depth > _DEEPEST:
        return None
    match value:
        case str():
            return repaired(value)
        case list():
            return [repaired_json(item, depth=depth + 1) for item in value]
        case dict():
            return {
                repaired(key): repaired_json(item, depth=depth + 1) for key, item in value.items()
            }
    return value


def plain(text: str) -> str:
    """Return the text on one line, without control and direction characters."""
    return _BLANK.sub(" ", repaired(_INVISIBLE.sub(" ", text))).strip()
