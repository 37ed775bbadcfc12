"""The sandbox that Jinja2 templates run in: plain values, few methods, counted work.

Jinja2's own sandbox keeps a template away from Python's internals. It does not keep it
from filling the memory, so here everything that makes text or lists is counted against
one allowance for each rendering, and what cannot be counted is not available.
"""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined, Undefined, nodes, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from prompt_workbench_runtime.render.jinja.counting import (
    CountingContext,
    LimitError,
    cost_of,
    counting,
    result_cost,
)
from prompt_workbench_runtime.render.jinja.filters import (
    TEMPLATE_FILTERS,
    TEXT_METHODS,
    counted_loop,
    counted_result,
)
from prompt_workbench_runtime.render.jinja.override import override
from prompt_workbench_runtime.render.jinja.syntax import PlacingEnvironment

_MAX_RANGE = 10_000
_MAX_BITS = 4096

_COUNTED_LOOP, _COUNTED_RESULT = "counted loop", "counted result"
"""Filters that no template can name, because of their space."""

_ATTRIBUTES: dict[type, frozenset[str]] = {
    str: frozenset(
        {
            *("capitalize", "casefold", "count", "endswith", "find", "index", "isalnum"),
            *("isalpha", "isdecimal", "isdigit", "islower", "isnumeric", "isspace"),
            *("isupper", "join", "lower", "lstrip", "partition", "removeprefix"),
            *("removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip"),
            *("split", "splitlines", "startswith", "strip", "swapcase", "title", "upper"),
        }
    ),
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    LoopContext: frozenset(
        {
            *("changed", "cycle", "depth", "depth0", "first", "index", "index0", "last"),
            *("length", "nextitem", "previtem", "revindex", "revindex0"),
        }
    ),
}
"""Every attribute that a template can reach; the keys of objects are not attributes."""


class Sandbox(PlacingEnvironment, ImmutableSandboxedEnvironment):
    """Where prompt templates run."""

    context_class = CountingContext
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            finalize=_finalized,
        )
        self.globals = {"range": _range}
        self.filters = {
            **TEMPLATE_FILTERS,
            _COUNTED_LOOP: counted_loop,
            _COUNTED_RESULT: counted_result,
        }

    @override
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        return attr in _ATTRIBUTES.get(type(obj), ())

    @override
    def wrap_str_format(self, value: Any) -> None:
        """Offer no formatting methods: they walk into objects and make text of any width."""

    @override
    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator whose result could be far larger than what it is given."""
        if not isinstance(left, Undefined) and not isinstance(right, Undefined):
            _check_operands(counting(context), operator, left, right)
        return super().call_binop(context, operator, left, right)

    @override
    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function, a macro or a method, and count what it returns."""
        count = counting(context)
        count.step()
        if isinstance(getattr(obj, "__self__", None), str) and obj.__name__ in TEXT_METHODS:
            return TEXT_METHODS[obj.__name__](context, obj.__self__, *args, **kwargs)
        result = super().call(context, obj, *args, **kwargs)
        count.spend(result_cost(result))
        return result


class Counting(NodeTransformer):
    """Rewrites a tree so that its loops, its filters and its joined texts are counted."""

    def visit_For(self, node: nodes.For) -> nodes.For:
        """Count each turn, and the text that it writes."""
        self.generic_visit(node)
        written = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
        cost = nodes.Const(written, lineno=node.lineno)
        node.iter = _filtered(node.iter, _COUNTED_LOOP, cost)
        return node

    def visit_Filter(self, node: nodes.Filter) -> nodes.Filter:
        """Count what the filter makes."""
        self.generic_visit(node)
        return _filtered(node, _COUNTED_RESULT)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:
        """Count the text that the operator ``~`` makes."""
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "join")


def _filtered(node: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


def _check_operands(count: CountingContext, operator: str, left: Any, right: Any) -> None:
    if operator == "+":
        if isinstance(left, str | list | tuple):
            count.spend(cost_of(left) + cost_of(right))
        return
    if operator == "**" or not isinstance(left, int | float) or not isinstance(right, int | float):
        raise LimitError(f"The operator “{operator}” is for numbers only in a prompt template.")
    if sum(side.bit_length() for side in (left, right) if isinstance(side, int)) > _MAX_BITS:
        raise LimitError("A whole number becomes too large.")


@pass_context
def _finalized(context: Context, value: object) -> str:
    return counting(context).text(value)


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _MAX_RANGE:
        raise LimitError(f"A range has at most {_MAX_RANGE:,} numbers.")
    return numbers
