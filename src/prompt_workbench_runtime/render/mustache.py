"""The mustache language: rendering, and the variables a template uses.

It follows the Mustache specification with these deviations: no HTML escaping, a missing
value is an error, null is written as ``null``, snippets never contain themselves and
must exist, lambdas do not exist, and every rendering has limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from prompt_workbench_runtime.render.base import (
    MAX_DEPTH,
    MAX_OUTPUT,
    MAX_STEPS,
    Lines,
    Need,
    RenderError,
    UseKind,
    VariableUse,
    check_length,
    error_at,
    missing_at,
    too_long_at,
)
from prompt_workbench_runtime.render.mustache_parser import Node, Partial, Section, Value, parse
from prompt_workbench_runtime.render.values import UnwritableValueError, text_of

_MAX_CACHED = 100_000
"""Longer templates are parsed each time, so that the cache stays small."""

_MISSING = object()

_cached = lru_cache(maxsize=256)(parse)


def render(template: str, inputs: Mapping[str, object], partials: Mapping[str, str]) -> str:
    """Return the template with its inputs filled in.

    Raises:
        RenderError: The template is invalid, a value is missing, or a limit is reached.
    """
    rendering = _Rendering(partials)
    rendering.run(_Source(template), parsed(template), [inputs])
    return "".join(rendering.output)


def parsed(template: str) -> tuple[Node, ...]:
    """Return the nodes of a template, from the cache where it is of ordinary size."""
    if len(template) <= _MAX_CACHED:
        return _cached(template)
    check_length(template)
    return parse(template)


@dataclass(frozen=True, slots=True)
class _Source:
    """The text that is being rendered, and how it was reached."""

    text: str
    depth: int = 0
    snippets: tuple[str, ...] = ()


class _Rendering:
    """One rendering: what was written so far, and what it cost."""

    def __init__(self, partials: Mapping[str, str]) -> None:
        self.output: list[str] = []
        self._partials = partials
        self._size = 0
        self._steps = 0

    def run(self, source: _Source, nodes: tuple[Node, ...], stack: list[object]) -> None:
        """Write the nodes; the stack holds the contexts, the innermost last."""
        for node in nodes:
            if isinstance(node, str):
                self.output.append(node)
                self._size += len(node)
            elif isinstance(node, Value):
                self._value(source, node, stack)
            elif isinstance(node, Section):
                self._section(source, node, stack)
            else:
                self._partial(source, node, stack)

    def _value(self, source: _Source, node: Value, stack: list[object]) -> None:
        value = _lookup(stack, node.parts)
        if value is _MISSING:
            raise missing_at(source.text, node.start, node.path)
        try:
            text = text_of(value)
        except UnwritableValueError as error:
            raise error_at(source.text, node.start, f"“{node.path}”: {error}") from error
        self.output.append(text)
        self._size += len(text)
        if self._size > MAX_OUTPUT:
            raise too_long_at(source.text, node.start)

    def _section(self, source: _Source, node: Section, stack: list[object]) -> None:
        value = _lookup(stack, node.parts)
        if _is_filled(value) == node.inverted:
            return
        inner = _inner(source, node.start)
        if node.inverted:
            self._turn(inner, node.start, node.body, stack)
            return
        for item in value if isinstance(value, list | tuple) else (value,):
            stack.append(item)
            self._turn(inner, node.start, node.body, stack)
            stack.pop()

    def _partial(self, source: _Source, node: Partial, stack: list[object]) -> None:
        name = node.name
        if name in source.snippets:
            raise error_at(source.text, node.start, f"The snippet “{name}” contains itself.")
        if name not in self._partials:
            raise error_at(
                source.text,
                node.start,
                f"There is no snippet “{name}”.",
                hint="Pin the snippet to this prompt, or remove the tag.",
            )
        depth = _inner(source, node.start).depth
        text = _indented(self._partials[name], node.indent)
        snippet = _Source(text, depth, (*source.snippets, name))
        try:
            self._turn(snippet, 0, parsed(text), stack)
        except RenderError as error:
            place = f"line {error.line}, column {error.column}"
            message = f"In the snippet “{name}”, {place}: {error.message}"
            raise error_at(source.text, node.start, message, hint=error.hint) from error

    def _turn(
        self, source: _Source, start: int, nodes: tuple[Node, ...], stack: list[object]
    ) -> None:
        """Write the inside of a section or snippet once, within the limits."""
        self._steps += 1 + len(nodes)
        if self._steps > MAX_STEPS:
            raise error_at(source.text, start, f"This takes more than {MAX_STEPS:,} steps.")
        if self._size > MAX_OUTPUT:
            raise too_long_at(source.text, start)
        self.run(source, nodes, stack)


def _inner(source: _Source, start: int) -> _Source:
    """Return the source one level deeper, within the limit."""
    if source.depth == MAX_DEPTH:
        message = f"Sections and snippets are nested deeper than {MAX_DEPTH} levels."
        raise error_at(source.text, start, message)
    return _Source(source.text, source.depth + 1, source.snippets)


def _lookup(stack: list[object], parts: tuple[str, ...]) -> object:
    if not parts:
        return stack[-1]
    first, *rest = parts
    for context in reversed(stack):
        if isinstance(context, dict | Mapping) and first in context:
            value: object = context[first]
            break
    else:
        return _MISSING
    for part in rest:
        if not isinstance(value, dict | Mapping) or part not in value:
            return _MISSING
        value = value[part]
    return value


def _is_filled(value: object) -> bool:
    """Whether a section over the value is shown: not for false, null, 0, "", [] and missing."""
    return value is not _MISSING and (isinstance(value, dict | Mapping) or bool(value))


def _indented(text: str, indent: str) -> str:
    if not indent:
        return text
    return "\n".join(indent + line if line else line for line in text.split("\n"))


def variable_uses(template: str) -> tuple[VariableUse, ...]:
    """Return each place that names a variable, in the order of the text.

    Raises:
        RenderError: The text is not a valid template.
    """
    return tuple(_uses(parsed(template), Lines(template), ()))


def _uses(
    nodes: tuple[Node, ...], lines: Lines, sections: tuple[Section, ...]
) -> Iterator[VariableUse]:
    for node in nodes:
        if not isinstance(node, Value | Section):
            continue
        if node.parts:
            yield _use(node, lines, sections)
        if isinstance(node, Section):
            yield from _uses(node.body, lines, (*sections, node))


def _use(node: Value | Section, lines: Lines, sections: tuple[Section, ...]) -> VariableUse:
    binding = [section for section in sections if not section.inverted]
    own = any(section.parts[:1] == node.parts[:1] for section in binding)
    line, column = lines.position(node.start)
    kind: UseKind = "value"
    need: Need = "never" if own else "sometimes" if sections else "always"
    if isinstance(node, Section):
        kind, need = "inverted" if node.inverted else "section", "never"
    return VariableUse(
        name=node.parts[0],
        path=node.path,
        start=node.start,
        end=node.end,
        line=line,
        column=column,
        kind=kind,
        local=bool(binding) and not own,
        need=need,
    )
