"""Jinja2 templates before they run: parsing with exact places, and the static limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NoReturn

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.environment import Environment
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer
from jinja2.visitor import NodeVisitor

from prompt_workbench_runtime.render.base import RenderError, check_length, error_at
from prompt_workbench_runtime.render.jinja.override import override

_MAX_TEMPLATE = 200_000
_MAX_LOOP_DEPTH = 2
_UNAVAILABLE: Mapping[type[nodes.Node], str] = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.ScopedEvalContextModifier: "autoescape",
}
_FUNCTIONS = frozenset(DEFAULT_NAMESPACE) - {"range"}
_SEQUENCES = (nodes.List, nodes.Tuple, nodes.Concat, nodes.TemplateData)


class _Place(int):
    """A line number that remembers the exact offset it was made from."""

    offset: int


class _PlacingLexer(Lexer):
    """A lexer whose line numbers know their offset, and with them every node of the tree."""

    @override
    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        end = 0
        for line, kind, value in super().tokeniter(source, name, filename, state):
            place = _Place(line)
            # Whitespace that a tag strips is not part of any token.
            place.offset = source.find(value, end)
            end = place.offset + len(value)
            yield place, kind, value


class PlacingEnvironment(Environment):
    """An environment whose parsed trees know the offset of each node."""

    @cached_property
    @override
    def lexer(self) -> Lexer:
        """The lexer that remembers offsets."""
        return _PlacingLexer(self)


def parse(text: str, environment: Environment) -> nodes.Template:
    """Return the tree of a template that keeps to the static limits.

    Raises:
        RenderError: The text is not a valid template, or uses what is not available.
    """
    check_length(text, _MAX_TEMPLATE)
    text = unified(text)
    try:
        tree = environment.parse(text)
        _Limits(text).visit(tree, loops=0)
    except TemplateSyntaxError as error:
        raise _syntax_error(text, error) from error
    except RecursionError as error:
        raise RenderError("The template is nested too deeply.") from error
    except ValueError as error:
        raise RenderError("A number in the template has too many digits.") from error
    return tree


def unified(text: str) -> str:
    """Return the text with the line ends that Jinja2 works with."""
    return text.replace("\r\n", "\n")


def offset_of(node: nodes.Node) -> int:
    """Return where a node of a parsed tree starts."""
    return node.lineno.offset if isinstance(node.lineno, _Place) else 0


def _syntax_error(text: str, error: TemplateSyntaxError) -> RenderError:
    message = error.message or "This is not valid Jinja2"
    message = f"{message[:1].upper()}{message[1:].rstrip('.')}."
    hint = "To write literal braces, put them between {% raw %} and {% endraw %}."
    if isinstance(error.lineno, _Place):
        return error_at(text, error.lineno.offset, message, hint=hint)
    return RenderError(message, line=error.lineno, hint=hint)


class _Limits(NodeVisitor):
    """Refuses what a prompt template may not use, before anything runs."""

    def __init__(self, text: str) -> None:
        self._text = text

    @override
    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> None:
        statement = _UNAVAILABLE.get(type(node))
        if statement:
            self._fail(node, f"“{statement}” is not available in prompt templates.")
        super().generic_visit(node, *args, **kwargs)

    def visit_For(self, node: nodes.For, loops: int) -> None:
        if loops == _MAX_LOOP_DEPTH:
            self._fail(node, f"Loops are nested deeper than {_MAX_LOOP_DEPTH} levels.")
        if node.recursive:
            self._fail(node, "Recursive loops are not available in prompt templates.")
        super().generic_visit(node, loops=loops + 1)

    def visit_Pow(self, node: nodes.Pow, loops: int) -> None:
        self._fail(node, "Powers are not available in prompt templates.")

    def visit_Mul(self, node: nodes.Mul, loops: int) -> None:
        if any(_is_sequence(side) for side in (node.left, node.right)):
            self._fail(node, "Only numbers can be multiplied in a prompt template.")
        super().generic_visit(node, loops=loops)

    def visit_Call(self, node: nodes.Call, loops: int) -> None:
        if isinstance(node.node, nodes.Name) and node.node.name in _FUNCTIONS:
            message = f"The function “{node.node.name}” is not available in prompt templates."
            self._fail(node.node, message)
        super().generic_visit(node, loops=loops)

    def visit_Name(self, node: nodes.Name, loops: int) -> None:
        if node.name == "self":
            self._fail(node, "“self” is not available in prompt templates.")

    def _fail(self, node: nodes.Node, message: str) -> NoReturn:
        raise error_at(self._text, offset_of(node), message)


def _is_sequence(node: nodes.Expr) -> bool:
    if isinstance(node, nodes.Const):
        return isinstance(node.value, str)
    return isinstance(node, _SEQUENCES)
