"""64 calls at once to a server that takes 200 ms: how near to the ideal of 320 calls a second.

``python -m tests.performance.latency64`` (goal G7). The product runs through its services,
with its worker process and its ledger; beside it, in the same round, a bare aiohttp loop that
stores nothing.
"""

from __future__ import annotations

import sys
from functools import partial

from tests.performance.clients import run_client
from tests.performance.harness import (
    Goal,
    disk,
    finish,
    options,
    own_home,
    paired,
    per_s,
    ratios,
    report,
    table,
)
from tests.performance.mock_server import mock_server
from tests.performance.product import run_product

CONCURRENCY = 64
DELAY_S = 0.2
IDEAL = CONCURRENCY / DELAY_S


def main() -> int:
    """Run the rounds and print the report."""
    chosen = options(__doc__).parse_args()
    calls = CONCURRENCY * (10 if chosen.quick else 30)
    with own_home() as home, mock_server(delay_s=DELAY_S) as url:
        contenders = {
            "product": partial(run_product, home, url, calls, concurrency=CONCURRENCY),
            "aiohttp": partial(run_client, "aiohttp", url, calls, concurrency=CONCURRENCY),
        }
        found = paired(contenders, chosen.rounds)
        ledger = disk(home)
    goals = [
        Goal(
            id="G7",
            what="calls per second: product / bare aiohttp",
            must=0.92,
            at_least=True,
        ).verdict(ratios(found, "product", "aiohttp", per_s)),
        Goal(
            id="G7",
            what=f"calls per second of the product / {IDEAL:g}",
            must=0.85,
            stretch=0.92,
            at_least=True,
        ).verdict([cost.per_s / IDEAL for cost in found["product"]]),
    ]
    facts = report("latency64", ledger=ledger, contenders=table(found), goals=goals)
    return finish(facts, chosen.out)


if __name__ == "__main__":
    sys.exit(main())
