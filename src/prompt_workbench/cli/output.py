"""How results are printed: one JSON value, or text and tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal

from prompt_workbench.domain.canonical import Json

_UNKNOWN = "unknown"


def print_json(value: Json) -> None:
    """Print a JSON value on the standard output."""
    print_text(json.dumps(value, indent=2, ensure_ascii=False))


def print_text(text: str) -> None:
    """Print a text on the standard output; what the terminal cannot show is replaced."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    if not text.endswith("\n"):
        sys.stdout.write("\n")


def print_raw(text: str) -> None:
    """Print a file's text exactly, in UTF-8, without changing its line ends."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> None:
    """Print rows under headers; the last `right` columns are aligned to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for place, header in enumerate(headers):
        numeric = place >= len(headers) - right
        table.add_column(
            header, justify="right" if numeric else "left", no_wrap=numeric, overflow="fold"
        )
    for row in rows:
        # Text, not str: names and answers are data, and no markup of rich's.
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(file=sys.stdout, width=width, highlight=False).print(table)


def visible(text: str) -> str:
    """Return the text with its control characters shown, so that it cannot steer a terminal."""
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\x{ord(character):02x}"
        for character in text
    )


def shortened(text: str, width: int = 60) -> str:
    """Return the text on one line and not longer than the width."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def dollars(usd: Decimal | None, unknown: int = 0) -> str:
    """Return an amount for people; how many costs are unknown is said, never left out."""
    if usd is None:
        return _UNKNOWN
    amount = f"${usd:.2f}" if usd == 0 or usd >= 1 else f"${usd:.6f}".rstrip("0")
    return f"{amount} + {unknown} {_UNKNOWN}" if unknown else amount


def seconds(value: float | None) -> str:
    """Return a duration for people."""
    if value is None:
        return "–"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def percent(value: float | None) -> str:
    """Return a share for people."""
    return "–" if value is None else f"{value * 100:.0f} %"
