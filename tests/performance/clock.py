"""How far the times that the product shows are from the clock of the server.

``python -m tests.performance.clock`` (goal G17). 64 streams at once, whose first pieces are
spread over 200 ms; the server tells in each answer when its first and its last piece left,
counted from when the request had arrived. The product runs through its services, with its
worker process and its ledger, and what the ledger has is what is shown.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.performance.harness import (
    Goal,
    disk,
    finish,
    note,
    options,
    own_home,
    quantile,
    report,
    rounded,
)
from tests.performance.mock_server import mock_server
from tests.performance.product import bench

CONCURRENCY = 64
DELAY_S, SPREAD_S = 0.1, 0.2
PIECES, GAP_S = 10, 0.02
MUST_MS = 5.0


async def _round(home: Path, url: str, calls: int) -> dict[str, list[float]]:
    """Return by how many milliseconds the times of each call are not those of the server."""
    async with bench(home, url) as made:
        run = await made.created(calls, concurrency=CONCURRENCY)
        await made.run(run)
        cells = await made.workbench.runs.cells(run.id, 0, calls)
        texts = await made.workbench.runs.texts(run.id, 0, calls)
    found: dict[str, list[float]] = {"first_chunk": [], "duration": []}
    for cell in cells:
        first_s, last_s = map(float, texts[cell.cell].split()[-2:])
        if cell.time_to_first_chunk_s is None or cell.duration_s is None:
            raise RuntimeError("A call has no times.")
        found["first_chunk"].append(1000 * abs(cell.time_to_first_chunk_s - first_s))
        found["duration"].append(1000 * abs(cell.duration_s - last_s))
    return found


def _quantiles(rounds: list[list[float]]) -> dict[str, float]:
    every = [value for values in rounds for value in values]
    return {
        f"{name}_ms": rounded(quantile(every, share))
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
    }


def main() -> int:
    """Run the rounds and print the report."""
    chosen = options(__doc__).parse_args()
    calls = CONCURRENCY * (5 if chosen.quick else 20)
    rounds: list[dict[str, list[float]]] = []
    server = mock_server(delay_s=DELAY_S, spread_s=SPREAD_S, pieces=PIECES, gap_s=GAP_S)
    with own_home() as home, server as url:
        for number in range(chosen.rounds):
            rounds.append(asyncio.run(_round(home, url, calls)))
            p95_ms = quantile(rounds[-1]["first_chunk"], 0.95)
            note(f"round {number + 1}/{chosen.rounds}  first chunk p95 {p95_ms:8.2f} ms")
        ledger = disk(home)
    by_name = {name: [each[name] for each in rounds] for name in rounds[0]}
    goals = [
        Goal(id="G17", what=f"ms between the clocks, p95: {name}", must=MUST_MS).verdict(
            [quantile(values, 0.95) for values in found]
        )
        for name, found in by_name.items()
    ]
    differences = {name: _quantiles(found) for name, found in by_name.items()}
    facts = report("clock", ledger=ledger, calls=calls, differences=differences, goals=goals)
    return finish(facts, chosen.out)


if __name__ == "__main__":
    sys.exit(main())
