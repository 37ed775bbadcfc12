"""Tables for people, on terminals of any width."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from prompt_workbench.cli.output import print_coloured, visible, writing

if TYPE_CHECKING:
    from rich.table import Table

MOST_ROWS = 1_000_000
_FILE_WIDTH = 200
"""How wide a table may be where no terminal says it."""
_BETWEEN = 3
"""Spaces between the columns of a table."""
_READABLE = 16
"""Down to so many characters a column of text may be folded."""


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> None:
    """Print rows under headers; the last `right` columns are aligned to the right.

    A table that is wider than the terminal becomes a list, because a number that is cut
    off would be another number.
    """
    from rich.console import Console

    width = None if sys.stdout.isatty() else _FILE_WIDTH
    console = Console(file=sys.stdout, width=width, highlight=False)
    heads = [visible(header) for header in headers]
    cells = [[visible(cell) for cell in row] for row in rows]
    if _narrowest(heads, cells, right) > console.width:
        print_coloured("\n\n".join(_listed(heads, row) for row in cells))
        return
    with writing():
        console.print(_table(heads, cells, right))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, head in enumerate(heads):
        numeric = place >= len(heads) - right
        # Text, not str: names, answers and columns of files are data, and no markup of rich's.
        table.add_column(
            Text(head), justify="right" if numeric else "left", no_wrap=numeric, overflow="fold"
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _narrowest(heads: Sequence[str], rows: Sequence[Sequence[str]], right: int) -> int:
    """Return how wide a terminal must be for the table to be read."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    texts = len(widths) - right
    folded = [min(width, _READABLE) for width in widths[:texts]]
    return sum(folded) + sum(widths[texts:]) + _BETWEEN * (len(widths) - 1)


def _listed(heads: Sequence[str], row: Sequence[str]) -> str:
    longest = max(map(len, heads))
    title, *rest = row
    lines = (f"  {head:<{longest}}  {cell}" for head, cell in zip(heads[1:], rest, strict=True))
    return "\n".join((title, *lines))
