"""A project with a million calls, in the real window: beside an empty one, and beside scans.

``python -m tests.performance.million`` (goals G11, G12, G13 and those of the Calls and Costs
pages). The project is made once, in some minutes, and kept in the cache folder. Opening is
measured in new processes, in turns with an empty project.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from tests.performance import big_project
from tests.performance.harness import (
    Cost,
    Goal,
    benchmarks_dir,
    compile_sources,
    finish,
    note,
    options,
    own_home,
    paired,
    quantile,
    ratios,
    report,
    rounded,
    table,
)

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.costs import CostGroup
from prompt_workbench.storage import known_projects
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.sqlite import connect

_WORDS = (big_project.RARE_WORD, "question", "question kind", '"be kind"')
_SCAN = """
SELECT started_at / 86400000000 AS day, provider, model, count(*), sum(cost_pico_usd),
       sum(input_tokens), sum(output_tokens)
FROM generation JOIN subject ON subject.seq = subject_seq GROUP BY 1, 2, 3
"""
_LIKE = """
SELECT generation_seq FROM generation_answer WHERE text LIKE ?
ORDER BY generation_seq DESC LIMIT 50
"""


def opened(location: Path, *arguments: str) -> tuple[Cost, dict[str, Any]]:
    """Open a project in a window of its own process; return how long its rows took."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.performance.window_child", str(location), *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    found = orjson.loads(done.stdout)
    extra = {name: found[name] for name in ("open_ms", "page_ms", "counted_ms")}
    return Cost(calls=1, wall_s=found["rows_ms"] / 1000, extra=extra), found


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__)
    parser.add_argument("--generations", type=int, default=1_000_000)
    chosen = parser.parse_args()
    generations = 50_000 if chosen.quick else chosen.generations
    big = made(generations)
    compile_sources()
    with own_home() as home:
        empty = home / "empty.pwb"
        asyncio.run(Project.create(empty).close())
        _know(big)
        found = paired(
            {"big": lambda: opened(big)[0], "empty": lambda: opened(empty)[0]}, chosen.rounds
        )
        note("pages")
        pages = [opened(big, "--all")[1] for _ in range(3)]
        note("reads")
        reads = asyncio.run(_reads(big))
    goals = [
        Goal(id="G11", what="rows on the screen: a million calls / none", must=1.5, stretch=1.1)
        .verdict(ratios(found, "big", "empty", lambda cost: cost.wall_s)),
        Goal(id="G12", what="CPU of day x model: rollups / scan", must=1 / 50, stretch=1 / 200)
        .verdict([reads["rollup_ms"] / reads["scan_ms"]]),
        Goal(id="G13", what="newest 50 of a rare word: index / LIKE", must=1 / 20, stretch=1 / 200)
        .verdict([reads["search_ms"][big_project.RARE_WORD] / reads["like_ms"]]),
        Goal(id="G13", what="search, 95th percentile in ms", must=50, stretch=5)
        .verdict([reads["search_p95_ms"]]),
        *_page_goals(pages),
    ]  # fmt: skip
    facts = report(
        "million", generations=generations, contenders=table(found), reads=reads, goals=goals
    )
    return finish({**facts, "pages": pages}, chosen.out)


def _page_goals(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    searched = [ms for page in pages for words in _WORDS for ms in page["search_ms"][words]]
    measured: list[tuple[str, float, list[float]]] = [
        ("frame while scrolling, p99 ms", 33, [p["scroll"]["frames"]["p99_ms"] for p in pages]),
        ("stall while scrolling, p99 ms", 33, [p["scroll"]["stalls"]["p99_ms"] for p in pages]),
        ("frame of a jump to the middle, ms", 33, [p["scroll"]["jump"]["frame_ms"] for p in pages]),
        ("search in the page, p95 ms", 50, [quantile(searched, 0.95)]),
        ("figures of the Costs page, ms", 300, [p["costs"]["figures_ms"] for p in pages]),
        ("charts of the Costs page, ms", 300, [p["costs"]["charts_ms"] for p in pages]),
    ]
    return [Goal(id="pages", what=w, must=must).verdict(values) for w, must, values in measured]


def made(generations: int) -> Path:
    """Return the project with so many calls; it is made when it is not there."""
    path = benchmarks_dir() / f"generations-{generations}.pwb"
    if not path.exists():
        note(f"making {path}")
        part = path.with_name(f"part-{path.name}")
        part.unlink(missing_ok=True)
        big_project.make(part, generations)
        part.replace(path)
    return path


def _know(location: Path) -> None:
    """Have the project count as this person's own, in whatever home this is."""
    with closing(connect(location, "ro")) as connection:
        known_projects.remember(connection.execute("SELECT id FROM project").fetchone()[0])


async def _reads(location: Path) -> dict[str, Any]:
    """Return what the project's own reads take beside scans of the tables, in milliseconds."""
    project = Project.open(location)
    ever = (date.min, date.max)
    rollup_ms = await _median_cpu(
        lambda: project.read(lambda r: r.costs.by_day(*ever, CostGroup.MODEL))
    )
    took: dict[str, list[float]] = {}
    for words in _WORDS:
        took[words] = [
            await _wall(lambda w=words: project.read(lambda r: r.generations.search(w, 50)))
            for _ in range(20)
        ]
    index_ms = await _wall(lambda: project.read(lambda r: r.generations.anchors(CallFilter())))
    await project.close()
    with closing(connect(location, "ro")) as connection:
        scans = [_cpu(lambda: connection.execute(_SCAN).fetchall()) for _ in range(2)]
        likes = [
            _cpu(lambda: connection.execute(_LIKE, [f"%{big_project.RARE_WORD}%"]).fetchall())
            for _ in range(2)
        ]
    return {
        "rollup_ms": rollup_ms,
        "scan_ms": rounded(min(scans)),
        "search_ms": {w: rounded(statistics.median(ms)) for w, ms in took.items()},
        "search_p95_ms": rounded(quantile([ms for each in took.values() for ms in each], 0.95)),
        "like_ms": rounded(min(likes)),
        "index_of_all_ms": rounded(index_ms),
    }


async def _median_cpu(read: Callable[[], Any]) -> float:
    took = []
    for _ in range(9):
        began = time.process_time()
        await read()
        took.append(1000 * (time.process_time() - began))
    return rounded(statistics.median(took))


async def _wall(read: Callable[[], Any]) -> float:
    began = time.perf_counter()
    await read()
    return 1000 * (time.perf_counter() - began)


def _cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    sys.exit(main())
