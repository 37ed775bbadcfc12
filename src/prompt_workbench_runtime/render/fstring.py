"""The f-string style: ``{name}``, ``{name:format}``, and doubled braces for literal ones.

A placeholder names one input and nothing inside it; formats are limited in width.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from prompt_workbench_runtime.render.base import (
    MAX_OUTPUT,
    Lines,
    RenderError,
    VariableUse,
    check_length,
    error_at,
    missing_at,
    too_long_at,
)
from prompt_workbench_runtime.render.values import UnwritableValueError, text_of

_MAX_WIDTH = 1000
_MAX_CACHED = 100_000
_BRACES_HINT = "To write literal braces, double them: {{ and }}."

_PART = re.compile(r"\{\{|\}\}|\{(?P<inside>[^{}]*)\}|[{}]")
_NAME = re.compile(r"[^\W\d][\w-]*")
_FORMAT = re.compile(
    r"(?:.?[<>=^])?[-+ ]?z?#?0?(?P<width>\d{1,9})?[,_]?"
    r"(?:\.(?P<precision>\d{1,9}))?[bdeEfFgGosxX%]?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placeholder:
    name: str
    format: str
    start: int
    end: int


_Node: TypeAlias = str | _Placeholder


def render(template: str, inputs: Mapping[str, object]) -> str:
    """Return the template with its inputs filled in.

    Raises:
        RenderError: The template is invalid, a value is missing, or a limit is reached.
    """
    output: list[str] = []
    size = 0
    for node in _parsed(template):
        text = node if isinstance(node, str) else _filled(template, node, inputs)
        output.append(text)
        size += len(text)
        if size > MAX_OUTPUT:
            raise too_long_at(template, 0 if isinstance(node, str) else node.start)
    return "".join(output)


def variable_uses(template: str) -> tuple[VariableUse, ...]:
    """Return each placeholder, in the order of the text.

    Raises:
        RenderError: The text is not a valid template.
    """
    lines = Lines(template)
    return tuple(
        _use(node, *lines.position(node.start))
        for node in _parsed(template)
        if isinstance(node, _Placeholder)
    )


def _use(node: _Placeholder, line: int, column: int) -> VariableUse:
    return VariableUse(
        name=node.name, path=node.name, start=node.start, end=node.end, line=line, column=column
    )


def _parsed(template: str) -> tuple[_Node, ...]:
    if len(template) <= _MAX_CACHED:
        return _cached(template)
    check_length(template)
    return _parse(template)


def _parse(template: str) -> tuple[_Node, ...]:
    nodes: list[_Node] = []
    position = 0
    for part in _PART.finditer(template):
        nodes.append(template[position : part.start()])
        position = part.end()
        if part["inside"] is not None:
            nodes.append(_placeholder(template, part))
        elif len(part[0]) == 2:
            nodes.append(part[0][0])
        else:
            message = f"This “{part[0]}” has no partner."
            raise error_at(template, part.start(), message, hint=_BRACES_HINT)
    nodes.append(template[position:])
    return tuple(node for node in nodes if node)


_cached = lru_cache(maxsize=256)(_parse)


def _placeholder(template: str, part: re.Match[str]) -> _Placeholder:
    name, _, format_spec = part["inside"].partition(":")
    if not _NAME.fullmatch(name):
        raise error_at(
            template,
            part.start(),
            f"“{part[0]}” does not name an input.",
            hint="A placeholder is one name, without dots, brackets or spaces. " + _BRACES_HINT,
        )
    known = _FORMAT.fullmatch(format_spec)
    if known is None:
        raise error_at(template, part.start(), f"“{format_spec}” is not a known format.")
    if max(int(known["width"] or 0), int(known["precision"] or 0)) > _MAX_WIDTH:
        message = f"A format is at most {_MAX_WIDTH:,} characters wide."
        raise error_at(template, part.start(), message)
    return _Placeholder(name=name, format=format_spec, start=part.start(), end=part.end())


def _filled(template: str, node: _Placeholder, inputs: Mapping[str, object]) -> str:
    if node.name not in inputs:
        raise missing_at(template, node.start, node.name)
    value = inputs[node.name]
    try:
        if node.format and isinstance(value, int | float) and not isinstance(value, bool):
            return format(value, node.format)
        return format(text_of(value), node.format)
    except UnwritableValueError as error:
        raise error_at(template, node.start, f"“{node.name}”: {error}") from error
    except (ValueError, OverflowError) as error:
        raise _unfitting(template, node) from error


def _unfitting(template: str, node: _Placeholder) -> RenderError:
    return error_at(
        template,
        node.start,
        f"The format “{node.format}” does not fit the value of “{node.name}”.",
        hint="Give the input a value of the right type, or remove the format.",
    )
