"""The filters of prompt templates: Jinja2's harmless ones, and bounded forms of others.

Left out are those for HTML, those that read attributes by name, that make text of any
width (``center``, ``format``, ``wordwrap``), and that differ from one run to the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment, pass_context, pass_environment
from jinja2.filters import FILTERS, do_batch, do_round, do_slice, do_sum
from jinja2.runtime import Context

from prompt_workbench_runtime.render.jinja.counting import (
    LimitError,
    cost_of,
    counting,
    result_cost,
)
from prompt_workbench_runtime.render.values import text_of

_MAX_INDENT = 100
_MAX_DIGITS = 20
_MAX_COLUMNS = 10_000

_UNCHANGED = frozenset(
    {
        *("abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "groupby"),
        *("int", "items", "last", "length", "list", "lower", "map", "max", "min", "reject"),
        *("rejectattr", "reverse", "select", "selectattr", "sort", "title", "trim", "truncate"),
        *("unique", "upper", "wordcount"),
    }
)
"""Jinja2's own filters that make nothing larger than what they are given."""


@pass_context
def counted_loop(context: Context, items: Iterable[object], characters: int) -> Iterable[object]:
    """Pass the items of a loop on; each turn is a step that writes that many characters."""
    count = counting(context)
    for item in items:
        count.step()
        count.spend(characters)
        yield item


@pass_context
def counted_result(context: Context, value: object) -> object:
    """Count what a filter made and pass it on."""
    counting(context).spend(result_cost(value))
    return value


def _replaced(context: Context, text: object, old: str, new: str, count: int = -1) -> str:
    source = str(text)
    found = source.count(old)
    counting(context).spend(len(new) * (found if count < 0 else min(count, found)))
    return source.replace(old, new, count)


@pass_context
def _replace(
    context: Context, text: object, old: object, new: object, count: int | None = None
) -> str:
    return _replaced(context, text, str(old), str(new), -1 if count is None else count)


def _joined(context: Context, separator: object, items: Iterable[object]) -> str:
    count = counting(context)
    between = count.text(separator)
    texts = []
    for item in items:
        count.spend(len(between))
        texts.append(count.text(item))
    return between.join(texts)


@pass_context
def _join(
    context: Context,
    items: Iterable[object],
    d: object = "",
    attribute: str | int | None = None,
) -> str:
    if attribute is not None:
        items = context.environment.call_filter(
            "map", items, kwargs={"attribute": attribute}, context=context
        )
    return _joined(context, d, items)


@pass_context
def _indent(
    context: Context, text: object, width: int = 4, first: object = False, blank: object = False
) -> str:
    _check("An indent", width, _MAX_INDENT)
    head, *lines = counting(context).text(text).split("\n")
    counting(context).spend(width * (len(lines) + 1))
    margin = " " * width
    rest = [margin + line if line or blank else line for line in lines]
    return "\n".join([margin + head if first else head, *rest])


@pass_context
def _string(context: Context, value: object) -> str:
    return counting(context).text(value)


@pass_context
def _to_json(context: Context, value: object, indent: int | None = None) -> str:
    counting(context).spend(cost_of(value))
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if indent is None:
        return text_of(value)
    _check("An indent of JSON", indent, _MAX_DIGITS)
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _batch(items: Iterable[object], linecount: int, fill_with: object = None) -> object:
    _check("The size of a batch", linecount, _MAX_COLUMNS)
    return do_batch(items, linecount, fill_with)


def _slice(items: Iterable[object], slices: int, fill_with: object = None) -> object:
    _check("The number of slices", slices, _MAX_COLUMNS)
    return do_slice(list(items), slices, fill_with)


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    _check("A precision", precision, _MAX_DIGITS)
    return do_round(value, precision, method)


@pass_environment
def _sum(
    environment: Environment,
    items: Iterable[Any],
    attribute: str | int | None = None,
    start: float = 0,
) -> object:
    if not isinstance(start, int | float):
        raise LimitError("Only numbers can be summed.")
    return do_sum(environment, items, attribute, start)


def _check(what: str, number: object, limit: int) -> None:
    if not isinstance(number, int) or not 0 <= number <= limit:
        raise LimitError(f"{what} is a whole number from 0 to {limit:,}.")


TEMPLATE_FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: FILTERS[name] for name in _UNCHANGED},
    "batch": _batch,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "slice": _slice,
    "string": _string,
    "sum": _sum,
    "tojson": _to_json,
}

TEXT_METHODS: Mapping[str, Callable[..., str]] = {"join": _joined, "replace": _replaced}
"""The methods of text that count what they make."""
