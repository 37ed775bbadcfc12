"""How values become text: strings verbatim, everything else as canonical JSON (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite

from prompt_workbench_runtime.render.base import MAX_OUTPUT

_MAX_NESTING = 100
_MAX_INTEGER_BITS = 4096


class UnwritableValueError(ValueError):
    """A value has no JSON form; the message is a sentence about it."""


def text_of(value: object) -> str:
    """Return a value as it appears in a rendered template.

    Raises:
        UnwritableValueError: The value has no JSON form, or one of enormous size.
    """
    if isinstance(value, str):
        return value
    return _Canonical().written(value)


class _Canonical:
    """Writes one value as canonical JSON, within limits."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0

    def written(self, value: object) -> str:
        self._write(value, 0)
        return "".join(self._parts)

    def _put(self, text: str) -> None:
        self._size += len(text)
        # Lists that share their items can stand for a text far larger than themselves.
        if self._size > MAX_OUTPUT:
            raise UnwritableValueError(f"A value is longer than {MAX_OUTPUT:,} characters.")
        self._parts.append(text)

    def _write(self, value: object, depth: int) -> None:
        if isinstance(value, Mapping | list | tuple):
            if depth == _MAX_NESTING:
                raise UnwritableValueError(f"A value is nested deeper than {_MAX_NESTING} levels.")
            if isinstance(value, Mapping):
                self._write_object(value, depth + 1)
            else:
                self._write_items(value, depth + 1)
        else:
            self._put(_scalar(value))

    def _write_items(self, items: list[object] | tuple[object, ...], depth: int) -> None:
        self._put("[")
        for index, item in enumerate(items):
            if index:
                self._put(",")
            self._write(item, depth)
        self._put("]")

    def _write_object(self, mapping: Mapping[str, object], depth: int) -> None:
        self._put("{")
        for index, key in enumerate(sorted(mapping, key=_utf16)):
            self._put(("," if index else "") + _quoted(key) + ":")
            self._write(mapping[key], depth)
        self._put("}")


def _scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return _integer(value)
        case float():
            return number_text(value)
    raise UnwritableValueError(f"A value of type {type(value).__name__} cannot be written as text.")


def _integer(value: int) -> str:
    if value.bit_length() > _MAX_INTEGER_BITS:
        raise UnwritableValueError(f"A whole number has more than {_MAX_INTEGER_BITS} bits.")
    return str(value)


def number_text(value: float) -> str:
    """Return a number as JavaScript, and so RFC 8785, writes it.

    Raises:
        UnwritableValueError: The number is not finite.
    """
    if not isfinite(value):
        raise UnwritableValueError("A number that is not finite cannot be written as text.")
    if 1e-6 <= abs(value) < 1e21 or not value:
        plain = format(Decimal(repr(value)), "f").removesuffix(".0")
        return "0" if plain == "-0" else plain
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _utf16(key: object) -> bytes:
    if not isinstance(key, str):
        raise UnwritableValueError("An object has a key that is not a string.")
    return key.encode("utf-16-be", "surrogatepass")
