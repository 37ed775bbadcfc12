"""From the start of the process to the first painted window, beside a bare PySide6 window.

``python -m tests.performance.startup`` (goal G9). Both are started anew every time, offscreen,
with their .pyc files written; the product opens a project. The report also says which of the
heavy modules were imported by the time of the first paint: there must be none.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import orjson
from tests.performance.harness import (
    Cost,
    Goal,
    compile_sources,
    cpu_ms,
    finish,
    options,
    own_home,
    paired,
    ratios,
    report,
    table,
)

from prompt_workbench.storage.project import Project

HEAVY = (
    "litellm", "sqlmodel", "sqlalchemy", "pyqtgraph", "numpy", "scipy", "xllamacpp", "keyring",
    "alembic", "aiohttp", "httpx",
)  # fmt: skip
_CHILD = Path(__file__).with_name("first_paint.py")


def started(*arguments: str) -> Cost:
    """Start a window in a process of its own and return how long it took to be painted."""
    before, began = _children_cpu(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(_CHILD), *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    found = orjson.loads(done.stdout)
    heavy = [name for name in found["modules"] if name in HEAVY]
    if heavy:
        raise RuntimeError(f"imported before the first paint: {', '.join(heavy)}")
    return Cost(
        calls=1,
        wall_s=found["painted_at"] - began,
        cpu_s=_children_cpu() - before,
        extra={"memory_mb": found["memory_kb"] / 1024, "modules": len(found["modules"])},
    )


def main() -> int:
    """Run the rounds and print the report."""
    chosen = options(__doc__, rounds=9).parse_args()
    compile_sources()
    with own_home() as home:
        project = home / "empty.pwb"
        _make(project)
        contenders = {
            "product": partial(started, str(project)),
            "bare window": started,
        }
        for start in contenders.values():
            start()
        found = paired(contenders, chosen.rounds)
    wall = Goal(id="G9", what="first paint: product / bare window", must=2, stretch=1.4)
    cpu = Goal(id="G9", what="CPU until the first paint: product / bare window", must=2)
    goals = [
        wall.verdict(ratios(found, "product", "bare window", lambda cost: cost.wall_s)),
        cpu.verdict(ratios(found, "product", "bare window", cpu_ms)),
    ]
    return finish(report("startup", contenders=table(found), goals=goals), chosen.out)


def _make(path: Path) -> None:
    asyncio.run(Project.create(path).close())


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    sys.exit(main())
