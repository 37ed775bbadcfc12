"""Model settings written on one line: ``temperature=0.2, max_tokens=50``."""

from __future__ import annotations

import json
from dataclasses import fields

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.model_settings import ModelSettings, settings_from_json

AS_SAVED = "as in the prompts"


def settings_from_text(text: str) -> ModelSettings:
    """Return the settings of a line.

    Raises:
        InvalidInputError: A part has no name and value, or they are no setting.
    """
    found: JsonObject = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise InvalidInputError(
                f"“{part}” is not a setting.",
                hint=f"Write name=value. Names are: {', '.join(_NAMES)}.",
            )
        found[name] = _value(name, value)
    return settings_from_json(found)


_NAMES = tuple(field.name for field in fields(ModelSettings))
_TEXTS = frozenset({"reasoning_effort"})


def _value(name: str, text: str) -> Json:
    if name in _TEXTS:
        return text
    if name == "stop_sequences":
        return [text]
    try:
        value: Json = json.loads(text)
    except ValueError:
        return text
    return value
