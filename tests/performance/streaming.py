"""Answers in 50 pieces that arrive at once: what one piece of a stream costs.

``python -m tests.performance.streaming`` (goals G5, G6). The product runs through its services,
with its worker process and its ledger, and is charged for all of it; the clients only join
the pieces.
"""

from __future__ import annotations

import sys
from functools import partial

from tests.performance import competitors
from tests.performance.clients import run_client
from tests.performance.harness import (
    Cost,
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

PIECES = 50


def _us_per_piece(cost: Cost) -> float:
    return 1000 * cost.cpu_ms / PIECES


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    chosen = parser.parse_args()
    calls = chosen.calls // 4 if chosen.quick else chosen.calls
    few = calls // 4
    litellm, openai = map(competitors.python, ("litellm", "openai"))
    with own_home() as home, mock_server(pieces=PIECES) as url:
        contenders = {
            "product": partial(run_product, home, url, calls),
            "aiohttp": partial(run_client, "aiohttp", url, calls, stream=True),
            "openai": partial(run_client, "openai", url, few, stream=True, python=openai),
            "litellm": partial(run_client, "litellm", url, few, stream=True, python=litellm),
        }
        found = paired(contenders, chosen.rounds)
        ledger = disk(home)
    goals = [
        Goal(id="G6", what="CPU per piece: product / litellm", must=1 / 20, stretch=1 / 60)
        .verdict(ratios(found, "product", "litellm", _us_per_piece)),
        Goal(id="G6", what="CPU per piece: product / openai", must=1 / 8, stretch=1 / 20)
        .verdict(ratios(found, "product", "openai", _us_per_piece)),
        Goal(id="G5", what="streamed calls per s: product / litellm", must=20, at_least=True)
        .verdict(ratios(found, "product", "litellm", per_s)),
    ]  # fmt: skip
    facts = report("streaming", ledger=ledger, contenders=table(found), goals=goals)
    return finish(facts, chosen.out)


if __name__ == "__main__":
    sys.exit(main())
