"""Resident memory during a run of 10,000 calls, beside ``promptfoo eval`` with ``--tools``.

``python -m tests.performance.memory`` (goal G15). Worker and parent are counted together; the
parent here is this benchmark, which keeps what a front end without a window keeps.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from tests.performance import competitors
from tests.performance.harness import (
    Cost,
    Goal,
    finish,
    options,
    own_home,
    paired,
    ratios,
    report,
    table,
)
from tests.performance.mock_server import mock_server
from tests.performance.product import CONTAINS, Bench, bench

from prompt_workbench.services.events import Event, RunProgressed

_SETTLED = 0.3
"""After this share of the calls, memory only grows with what is kept."""


@dataclass(frozen=True, slots=True)
class _Sample:
    finished: int
    worker: int
    parent: int


def measured(folder: Path, url: str, calls: int) -> Cost:
    """Run so many calls and return the peak, and the growth per thousand of them."""

    async def work() -> Cost:
        async with bench(folder, url) as made:
            return await _sampled(made, calls)

    return asyncio.run(work())


async def _sampled(made: Bench, calls: int) -> Cost:
    processes = psutil.Process(made.link.pid), psutil.Process(os.getpid())
    samples: list[_Sample] = []

    def heard(event: Event) -> None:
        if isinstance(event, RunProgressed):
            worker, parent = (process.memory_info().rss for process in processes)
            samples.append(_Sample(event.progress.finished, worker, parent))

    leave = made.workbench.comparisons.subscribe(heard)
    run = await made.created(calls, evaluators=(CONTAINS,))
    cost = await made.run(run)
    leave()
    settled = next(each for each in samples if each.finished >= _SETTLED * calls)
    last = samples[-1]
    grown = last.worker + last.parent - settled.worker - settled.parent
    extra = {
        "peak_mb": max(each.worker + each.parent for each in samples) / 2**20,
        "peak_worker_mb": max(each.worker for each in samples) / 2**20,
        "mb_per_1000_calls": grown / 2**20 / ((last.finished - settled.finished) / 1000),
    }
    return Cost(calls=calls, wall_s=cost.wall_s, cpu_s=cost.cpu_s, extra=extra)


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__, rounds=3)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--tools", action="store_true", help="promptfoo, too")
    chosen = parser.parse_args()
    calls = chosen.calls // 5 if chosen.quick else chosen.calls
    with own_home() as home, mock_server() as url:
        contenders = {"product": partial(measured, home, url, calls)}
        if chosen.tools:
            contenders["promptfoo"] = partial(competitors.run_promptfoo, home, url, calls)
        found = paired(contenders, chosen.rounds)
    goals = [
        Goal(id="G15", what="growth per 1,000 calls, MB", must=4, stretch=1).verdict(
            [cost.extra["mb_per_1000_calls"] for cost in found["product"]]
        )
    ]
    if chosen.tools:
        peak = Goal(id="G15", what="peak memory: product / promptfoo", must=0.35, stretch=0.2)
        goals.append(
            peak.verdict(ratios(found, "product", "promptfoo", lambda cost: cost.extra["peak_mb"]))
        )
    return finish(report("memory", contenders=table(found), goals=goals), chosen.out)


if __name__ == "__main__":
    sys.exit(main())
