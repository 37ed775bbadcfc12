"""What a Jinja2 rendering has cost so far: steps, and characters of text made."""

from __future__ import annotations

from jinja2 import Undefined
from jinja2.runtime import Context

from prompt_workbench_runtime.render.base import MAX_OUTPUT, MAX_STEPS

_MAX_MADE = 4 * MAX_OUTPUT
"""How many characters a rendering may make on the way to its output."""

_ITEM_COST = 10
"""What a number or an item of a list counts as, in characters."""


class LimitError(Exception):
    """A template does more than it may; the message is a sentence."""


class CountingContext(Context):
    """The variables of one rendering, and what it has cost so far."""

    steps = 0
    size = 0

    def step(self) -> None:
        """Count one call or one turn of a loop."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise LimitError(f"This takes more than {MAX_STEPS:,} steps.")

    def spend(self, characters: int) -> None:
        """Count text, before it is made where that can be known."""
        self.size += characters
        if self.size > _MAX_MADE:
            raise LimitError(f"This makes more than {_MAX_MADE:,} characters of text.")

    def text(self, value: object) -> str:
        """Count a value and return it as text."""
        self.spend(cost_of(value))
        return str(value)


def counting(context: Context) -> CountingContext:
    """Return the context as the one that counts, which the sandbox always makes."""
    if not isinstance(context, CountingContext):
        raise TypeError("The rendering does not count.")
    return context


def cost_of(value: object) -> int:
    """Return what a value counts as: about the characters that show it.

    Raises:
        UndefinedError: The value, or a value inside it, does not exist.
    """
    if isinstance(value, Undefined):
        # A strict undefined value raises its own error here, also from inside a list.
        return len(str(value))
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return cost_of(list(value)) + cost_of(list(value.values()))
    if not isinstance(value, list | tuple):
        return _ITEM_COST
    total = _ITEM_COST
    for item in value:
        total += _ITEM_COST + cost_of(item)
        # Lists that share their items can stand for a text far larger than themselves.
        if total > MAX_OUTPUT:
            raise LimitError(f"A value is longer than {MAX_OUTPUT:,} characters.")
    return total


def result_cost(value: object) -> int:
    """Return what the result of a filter or a call counts as: only what is new in it."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple):
        inner = sum(len(item) for item in value if isinstance(item, str | list | tuple))
        return _ITEM_COST * len(value) + inner
    return 0
