"""One CSV cell: safe in a spreadsheet, and exactly the same text after reading it back.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage
return as a formula. The rule, both ways:

- A text is *risky* when, after any apostrophes and white space at its start, it begins with
  one of those characters (or the full-width form of one) and is no plain number.
- Writing puts one apostrophe before a risky text.
- Reading removes one apostrophe where what follows it is risky.

A text that begins with an apostrophe before a risky rest is itself risky, so both directions
undo each other, and all other texts stay as they are.
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"[\s\ufeff']*[=+\-@＝＋－＠−]|[ \ufeff']*[\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def to_cell(text: str) -> str:
    """Return the text as it is written."""
    return f"'{text}" if _is_risky(text) else text


def from_cell(cell: str) -> str:
    """Return the text of a written cell."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell[1:]) else cell


def _is_risky(text: str) -> bool:
    return _RISKY.match(text) is not None and _NUMBER.fullmatch(text) is None
