"""Commands and events of the worker as JSON and back, exactly.

The decoders follow the declared types of the dataclasses, so that a field is declared in
one place only.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

import orjson

from prompt_workbench.engine import protocol
from prompt_workbench.engine.protocol import Command, Event

_Decode: TypeAlias = Callable[[Any], Any]

_COMMANDS: dict[str, type] = {kind.__name__: kind for kind in get_args(protocol.Command)}
_EVENTS: dict[str, type] = {kind.__name__: kind for kind in get_args(protocol.Event)}


def encoded(message: Command | Event) -> bytes:
    """Return the JSON of a command or an event, with its ``type``."""
    return orjson.dumps({"type": type(message).__name__, "message": message}, default=_default)


def decoded_command(payload: bytes) -> Command:
    """Return the command of a JSON text.

    Raises:
        ValueError: It is no command.
    """
    command: Command = _decoded(payload, _COMMANDS)
    return command


def decoded_event(payload: bytes) -> Event:
    """Return the event of a JSON text.

    Raises:
        ValueError: It is no event.
    """
    event: Event = _decoded(payload, _EVENTS)
    return event


def _default(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError


def _decoded(payload: bytes, kinds: Mapping[str, type]) -> Any:
    try:
        found = orjson.loads(payload)
        return _decoder(kinds[found["type"]])(found["message"])
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise ValueError("This is no message of the worker's protocol.") from error


@cache
def _decoder(kind: Any) -> _Decode:
    """Return the function that turns a JSON value into a value of a declared type."""
    if kind in (str, int, bool):
        return _same
    if isinstance(kind, type):
        return _class_decoder(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (_decoder(each) for each in arguments if each is not types.NoneType)
        return lambda value: None if value is None else inner(value)
    if origin is tuple and arguments[-1] is Ellipsis:
        inner = _decoder(arguments[0])
        return lambda value: tuple(map(inner, value))
    if origin is tuple:
        inners = tuple(map(_decoder, arguments))
        return lambda value: tuple(f(v) for f, v in zip(inners, value, strict=True))
    if origin is Mapping:
        inner = _decoder(arguments[1])
        return lambda value: {key: inner(item) for key, item in value.items()}
    raise TypeError(f"The protocol has no form for {kind}.")


def _class_decoder(kind: type) -> _Decode:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        decoders = {field.name: _decoder(hints[field.name]) for field in fields(kind)}
        return lambda value: kind(**{name: f(value[name]) for name, f in decoders.items()})
    if kind is datetime:
        return datetime.fromisoformat
    if kind is float or kind is Decimal or issubclass(kind, Enum):
        return kind
    raise TypeError(f"The protocol has no form for {kind}.")


def _same(value: Any) -> Any:
    return value
