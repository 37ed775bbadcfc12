"""How results are printed: one JSON value, or text for people."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from pathlib import Path

from prompt_workbench.domain import money
from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import HostError

_UNKNOWN = "unknown"
_HARMLESS = "\n\t\u200c\u200d"
"""Besides spaces; the joiners are part of words and of emoji."""
_BEYOND_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal, or turns a line around, and what JSON leaves as it is."""


def prepare_streams() -> None:
    """Have the standard streams take any text, also where they are closed or not UTF-8."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, TextIOWrapper(BytesIO(), encoding="utf-8"))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def print_json(value: Json) -> None:
    """Print a JSON value on the standard output."""
    speaks_unicode = "utf" in (sys.stdout.encoding or "utf-8").lower()
    text = json.dumps(value, indent=2, ensure_ascii=not speaks_unicode)
    _write(_BEYOND_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_text(text: str) -> None:
    """Print a text on the standard output, with its control characters shown."""
    _write(visible(text))


def print_coloured(text: str) -> None:
    """Print a text that steers the terminal on purpose; what it quotes must be `visible`."""
    _write(text)


def print_raw(text: str) -> None:
    """Print a file's text exactly, in UTF-8, without changing its line ends."""
    with writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())


@contextmanager
def writing() -> Iterator[None]:
    """Write on the standard output, to the last character.

    Raises:
        HostError: The disk is full, or the like.
        BrokenPipeError: Nobody reads any more.
    """
    try:
        yield
        # A full disk may show itself only when what is buffered is written.
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered would fail once more when Python ends.
        with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise HostError(
            f"The result cannot be written: {error.strerror}.",
            hint="Send it elsewhere, or make room on the disk.",
        ) from None


def _write(text: str) -> None:
    with writing():
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def visible(text: str) -> str:
    """Return the text with its control characters shown, so that it cannot steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or _is_harmless(c) else _named(c) for c in text)


def _is_harmless(character: str) -> bool:
    return character in _HARMLESS or unicodedata.category(character) == "Zs"


def _named(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shortened(text: str, width: int = 60) -> str:
    """Return the text on one line and not longer than the width."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def dollars(usd: Decimal | None, unknown: int = 0) -> str:
    """Return an amount for people; how many costs are unknown is said, never left out."""
    if usd is None:
        return _UNKNOWN
    return f"{money.dollars(usd)} + {unknown} {_UNKNOWN}" if unknown else money.dollars(usd)


def seconds(value: float | None) -> str:
    """Return a duration for people."""
    if value is None:
        return "–"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def percent(value: float | None) -> str:
    """Return a share for people."""
    return "–" if value is None else f"{value * 100:.0f} %"
