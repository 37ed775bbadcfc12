"""Text from outside, made fit to store and to show."""

from __future__ import annotations

import re

from prompt_workbench.domain.canonical import Json

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_BLANK = re.compile(r"\s+")


def repaired(text: str) -> str:
    """Return the text with U+FFFD for what no database holds: NUL and lone surrogates."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def repaired_json(value: Json) -> Json:
    """Return the value with every text in it repaired."""
    match value:
        case str():
            return repaired(value)
        case list():
            return [repaired_json(item) for item in value]
        case dict():
            return {repaired(key): repaired_json(item) for key, item in value.items()}
    return value


def plain(text: str) -> str:
    """Return the text on one line, without control and direction characters."""
    return _BLANK.sub(" ", repaired(_INVISIBLE.sub(" ", text))).strip()
