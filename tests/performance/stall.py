"""64 streams of 50 tokens a second in the window: how long it stands still, how fresh it is.

``python -m tests.performance.stall`` (goal G8). The real window, offscreen, with its
worker and its ledger; with 8 of the 64 cells on the screen, and with all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
from tests.performance.harness import (
    Goal,
    compile_sources,
    finish,
    note,
    options,
    own_home,
    report,
)
from tests.performance.mock_server import mock_server

_TOKENS = 200
_GAP_S = 0.02
_SHAPES = {8: ("1", "8"), 64: ("8", "8")}
"""Columns, and rows that can be seen, by how many cells are visible."""


def streamed(project: Path, url: str, visible: int) -> dict[str, Any]:
    """Run the streams in a new project and return how the window kept up."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.performance.stall_child", project, url, *_SHAPES[visible]],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    found: dict[str, Any] = orjson.loads(done.stdout)
    note(f"{visible} visible: {found}")
    return found


def main() -> int:
    """Run the rounds and print the report."""
    chosen = options(__doc__).parse_args()
    compile_sources()
    found: dict[int, list[dict[str, Any]]] = {visible: [] for visible in _SHAPES}
    with own_home() as home, mock_server(gap_s=_GAP_S, stamps=_TOKENS) as url:
        for number in range(chosen.rounds):
            for visible, rounds in found.items():
                project = home / f"{number}-{visible}.pwb"
                rounds.append(streamed(project, url, visible))
    goals = [
        *_goals(found[8], "8 of 64 visible", must=16.7, stretch=10),
        *_goals(found[64], "64 visible", must=33, stretch=16.7),
        Goal(id="G8", what="longest stall, 8 of 64 visible, ms", must=50).verdict(
            [each["stalls"]["max_ms"] for each in found[8]]
        ),
    ]
    facts = report("stalls", rounds={str(name): each for name, each in found.items()}, goals=goals)
    return finish(facts, chosen.out)


def _goals(
    found: list[dict[str, Any]], what: str, *, must: float, stretch: float
) -> list[dict[str, Any]]:
    stalls = [each["stalls"]["p99_ms"] for each in found]
    tokens = [each["token_to_screen"]["p99_ms"] for each in found]
    return [
        Goal(id="G8", what=f"stall p99, {what}, ms", must=must, stretch=stretch).verdict(stalls),
        Goal(id="G8", what=f"token to screen p99, {what}, ms", must=100).verdict(tokens),
    ]


if __name__ == "__main__":
    sys.exit(main())
