"""A thousand calls to a server that answers at once: what all that is not the model costs.

``python -m tests.performance.pipeline`` (goals G1, G2, G5, G10, and with ``--tools`` G3, G4).
The product runs through its services, with its worker process and its ledger; beside it, in
the same round, bare clients that store nothing. Everything streams that would in use: the
product always does, the clients do not.
"""

from __future__ import annotations

import sys
from functools import partial

from tests.performance.clients import run_client
from tests.performance.harness import (
    Goal,
    cpu_ms,
    disk,
    finish,
    options,
    own_home,
    paired,
    ratios,
    report,
    table,
)
from tests.performance.mock_server import mock_server
from tests.performance.product import run_product


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    chosen = parser.parse_args()
    with own_home() as home, mock_server() as url:
        contenders = {
            "product": partial(run_product, home, url, chosen.calls),
            "aiohttp": partial(run_client, "aiohttp", url, chosen.calls),
            "httpx": partial(run_client, "httpx", url, chosen.calls),
        }
        found = paired(contenders, chosen.rounds)
        ledger = disk(home)
    goals = [
        Goal(id="G1", what="CPU per call: product / aiohttp", must=3, stretch=1.7).verdict(
            ratios(found, "product", "aiohttp", cpu_ms)
        ),
        Goal(id="G2", what="CPU per call: product / httpx", must=0.5, stretch=0.2).verdict(
            ratios(found, "product", "httpx", cpu_ms)
        ),
    ]
    facts = report("pipeline", ledger=ledger, contenders=table(found), goals=goals)
    return finish(facts, chosen.out)


if __name__ == "__main__":
    sys.exit(main())
