"""JSON Schema validation that needs no network and cannot hang."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.engine.evaluators.patterns import compiled

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_SIZE_LIMIT = 64 << 10
_TIME_LIMIT_S = 0.25
"""Of the thread's own time, so that a verdict does not depend on what else is running."""

_SHOWN = 300

_ends_at: ContextVar[float] = ContextVar("_ends_at")

_Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[Any] | None]
"""A keyword of jsonschema: validator, value of the keyword, instance, schema."""


def check_schema(schema: str) -> None:
    """Refuse a schema, given as JSON text, that cannot be used.

    Raises:
        InvalidInputError: It is no JSON Schema, too large, or uses what is not supported.
    """
    _validator(schema)


def problem_under_schema(value: Json, schema: str) -> str:
    """Return what is wrong with a value, or an empty text.

    Raises:
        TimeoutError: The schema makes the check take too long.
        InvalidInputError: The schema cannot be used.
    """
    from referencing.exceptions import Unresolvable

    validator = _validator(schema)
    token = _ends_at.set(time.thread_time() + _TIME_LIMIT_S)
    try:
        error = next(iter(validator.iter_errors(value)), None)
    except RecursionError:
        raise TimeoutError from None
    except (ArithmeticError, Unresolvable) as problem:
        raise InvalidInputError(f"The schema cannot be applied: {_cut(str(problem))}") from None
    finally:
        _ends_at.reset(token)
    if error is None:
        return ""
    place = "".join(f"[{part!r}]" for part in error.absolute_path)
    return f"{f'At {place}: ' if place else ''}{_cut(error.message)}"


@lru_cache(maxsize=32)
def _validator(schema: str) -> Validator:
    # jsonschema takes 0.06 s to import, which only runs with a schema need to spend.
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import SchemaError
    from jsonschema_specifications import REGISTRY

    if len(schema) > _SIZE_LIMIT:
        raise InvalidInputError(f"The schema is larger than {_SIZE_LIMIT >> 10} KB.")
    value = json.loads(schema)
    _check_patterns(value)
    base = validators.validator_for(value, default=Draft202012Validator)
    try:
        base.check_schema(value)
    except SchemaError as error:
        raise InvalidInputError(f"This is not a JSON schema: {_cut(error.message)}") from None
    except RecursionError:
        raise InvalidInputError("The schema is nested too deeply.") from None
    own: dict[str, _Keyword] = {
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
    }
    known: dict[str, _Keyword] = {**base.VALIDATORS}
    extend: Callable[..., Callable[..., Validator]] = validators.extend
    keywords = {name: _timed(own.get(name, keyword)) for name, keyword in known.items()}
    # The registry holds the standard's own schemas; it fetches nothing.
    return extend(base, keywords)(value, registry=REGISTRY)


def _check_patterns(schema: Json) -> None:
    """Refuse patterns that do not compile, and what would search with unsafe ones."""
    objects = [item for item in _walk(schema) if isinstance(item, dict)]
    for item in objects:
        keys = item.get("patternProperties")
        patterns = list(keys) if isinstance(keys, dict) else []
        if isinstance(item.get("pattern"), str):
            patterns.append(str(item["pattern"]))
        for pattern in patterns:
            compiled(pattern)
    used = {name for item in objects for name in item}
    if {"patternProperties", "unevaluatedProperties"} <= used:
        raise InvalidInputError(
            "A schema with both patternProperties and unevaluatedProperties is not supported.",
            hint="Use additionalProperties in place of unevaluatedProperties.",
        )


def _walk(value: Json) -> Iterator[Json]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _timed(keyword: _Keyword) -> _Keyword:
    """Return the keyword, ended when the time for the whole check is over."""

    def timed(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if time.thread_time() > _ends_at.get():
            raise TimeoutError
        yield from keyword(validator, value, instance, schema) or ()

    return timed


def _pattern(_: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if isinstance(instance, str) and compiled(pattern)(instance) is None:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: dict[str, Any], instance: Any, schema: Any
) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, inner in patterns.items():
        search = compiled(pattern)
        for key, value in instance.items():
            if search(key) is not None:
                yield from validator.descend(value, inner, path=key, schema_path=pattern)


def _additional_properties(
    validator: Any, allowed: Any, instance: Any, schema: JsonObject
) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if not isinstance(instance, dict):
        return
    named, patterns = schema.get("properties"), schema.get("patternProperties")
    known = named if isinstance(named, dict) else {}
    searches = [compiled(each) for each in patterns] if isinstance(patterns, dict) else []
    for key, value in instance.items():
        if key in known or any(search(key) is not None for search in searches):
            continue
        if allowed is False:
            yield ValidationError(f"The property {key!r} is not allowed")
        else:
            yield from validator.descend(value, allowed, path=key)


def _unique_items(_: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema.exceptions import ValidationError

    if wanted and isinstance(instance, list):
        seen = {json.dumps(_comparable(item), sort_keys=True) for item in instance}
        if len(seen) < len(instance):
            yield ValidationError("The array has equal items")


def _comparable(value: Json) -> Json:
    """Return the value with 1.0 as 1, since JSON Schema takes them for equal."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case list():
            return [_comparable(item) for item in value]
        case dict():
            return {key: _comparable(item) for key, item in value.items()}
    return value


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
