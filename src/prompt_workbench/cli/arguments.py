"""How prompts' settings, evaluators and amounts are written on the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.model_settings import ModelSettings, settings_from_json
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.interop.case_file import read_text
from prompt_workbench.interop.strict_json import parse_json
from prompt_workbench.services.evaluators import EvaluatorType, evaluator_type

_NAME = "name"
"""An option that every evaluator has: what its scores are called."""


def settings_from_text(text: str) -> ModelSettings:
    """Return the settings of ``temperature=0.2,max_tokens=64`` or of a JSON object.

    Raises:
        InvalidInputError: A setting is unknown or has a wrong value.
    """
    if text.lstrip().startswith("{"):
        return settings_from_json(json_of(text, what="The settings"))
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(equals for _, equals, _ in pairs):
        raise InvalidInputError(
            f"“{text}” is not a list of settings.", hint="Write name=value,name=value."
        )
    return settings_from_json({name.strip(): _value(value.strip()) for name, _, value in pairs})


def evaluator_from_text(text: str) -> EvaluatorSpec:
    """Return the evaluator of ``label``, ``regex:pattern=^yes`` or ``json_schema:schema=@file``.

    Several options are separated by commas; a comma that no option follows is part of a value.

    Raises:
        InvalidInputError: The evaluator or an option of it is unknown, or a value is wrong.
    """
    kind, _, rest = text.partition(":")
    declared = evaluator_type(kind.strip())
    options: dict[str, Json] = {}
    name = ""
    for key, value in _pairs(rest, declared):
        if key == _NAME:
            name = value
        else:
            options[key] = _option(declared, key, value)
    return EvaluatorSpec(type=declared.type, options=options, name=name)


def amount_from_text(text: str | None, *, what: str) -> Decimal | None:
    """Return an amount of US dollars.

    Raises:
        InvalidInputError: The text is no amount of zero or more.
    """
    if text is None:
        return None
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise InvalidInputError(f"“{text}” is not {what}.", hint="Write US dollars, such as 0.05.")
    return amount


def texts_by_name(pairs: Sequence[str], *, what: str) -> dict[str, str]:
    """Return the texts of ``name=value`` by name.

    Raises:
        InvalidInputError: One of them has no name, or no equals sign.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise InvalidInputError(f"“{pair}” is not {what}.", hint="Write NAME=VALUE.")
        found[name.strip()] = value.strip()
    return found


def json_of(text: str, *, what: str) -> Json:
    """Return the value of a JSON text.

    Raises:
        InvalidInputError: It is none; the sentence begins with what it should be.
    """
    try:
        return parse_json(text)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"{what} cannot be read. {error.message}", hint=error.hint
        ) from None


def _value(text: str) -> Json:
    try:
        return parse_json(text)
    except InvalidInputError:
        return text


def _pairs(text: str, declared: EvaluatorType) -> list[tuple[str, str]]:
    names = [re.escape(option.name) for option in declared.options] + [_NAME]
    parts = re.split(rf",(?=(?:{'|'.join(names)})=)", text) if text else []
    pairs = [part.partition("=") for part in parts]
    if wrong := next((key for key, equals, _ in pairs if not equals), None):
        raise InvalidInputError(
            f"“{wrong}” is not an option of {declared.type}.", hint=f"It has: {', '.join(names)}."
        )
    return [(key.strip(), value) for key, _, value in pairs]


def _option(declared: EvaluatorType, key: str, value: str) -> Json:
    option = next((option for option in declared.options if option.name == key), None)
    if option is None:
        known: Sequence[str] = [option.name for option in declared.options]
        raise InvalidInputError(
            f"The evaluator {declared.type} has no option {key}.",
            hint=f"It has: {', '.join([*known, _NAME])}.",
        )
    return option.from_text(read_text(Path(value[1:])) if value.startswith("@") else value)
