"""A thousand calls to a server that answers at once: what all that is not the model costs.

``python -m tests.performance.pipeline`` (goals G1, G2, G5, G10; with ``--tools`` also G3, G4).
The product runs through its services, with its worker process and its ledger, and judges each
answer by whether it contains a word; beside it, in the same round, clients that store nothing.
All ask for the answer in one piece; the product, which streams unless it is told not to, and
aiohttp stream it as well, and goals compare like with like. With ``--tools`` whole tools do
the same work as the product that does not stream:
promptfoo and inspect_ai with the same evaluator; a run of one call is taken off theirs, so that
their start does not count.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from tests.performance import competitors
from tests.performance.clients import run_client
from tests.performance.harness import (
    Contender,
    Cost,
    Goal,
    Rounds,
    cpu_ms,
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
from tests.performance.product import CONTAINS, run_product


def main() -> int:
    """Run the rounds and print the report."""
    parser = options(__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--tools", action="store_true", help="promptfoo and inspect_ai, too")
    chosen = parser.parse_args()
    with own_home() as home, mock_server() as url:
        contenders = _clients(home, url, chosen.calls)
        if chosen.tools:
            contenders |= _tools(home, url, chosen.calls)
        found = paired(contenders, chosen.rounds)
        ledger = disk(home)
    goals = _client_goals(found) + (_tool_goals(found) if chosen.tools else [])
    facts = report("pipeline", ledger=ledger, contenders=table(found), goals=goals)
    return finish(facts, chosen.out)


def _clients(home: Path, url: str, calls: int) -> dict[str, Contender]:
    litellm, openai = map(competitors.python, ("litellm", "openai"))
    product = partial(run_product, home, url, calls, evaluators=(CONTAINS,))
    return {
        "product": partial(product, stream=False),
        "product, streaming": product,
        "aiohttp": partial(run_client, "aiohttp", url, calls),
        "aiohttp, streaming": partial(run_client, "aiohttp", url, calls, stream=True),
        "httpx": partial(run_client, "httpx", url, calls, python=litellm),
        "openai": partial(run_client, "openai", url, calls, python=openai),
        "litellm": partial(run_client, "litellm", url, calls // 2, python=litellm),
    }


def _tools(home: Path, url: str, calls: int) -> dict[str, Contender]:
    def promptfoo() -> Cost:
        one = competitors.run_promptfoo(home, url, 1)
        return competitors.run_promptfoo(home, url, calls).without(one)

    def inspect() -> Cost:
        one = competitors.run_inspect(home, url, 1)
        return competitors.run_inspect(home, url, calls).without(one)

    return {"promptfoo": promptfoo, "inspect_ai": inspect}


def _client_goals(found: Rounds) -> list[dict[str, object]]:
    return [
        Goal(id="G1", what="CPU per call: product / aiohttp", must=3, stretch=1.7)
        .verdict(ratios(found, "product", "aiohttp", cpu_ms)),
        Goal(id="G1", what="CPU per call, both streaming: product / aiohttp", must=3, stretch=1.7)
        .verdict(ratios(found, "product, streaming", "aiohttp, streaming", cpu_ms)),
        Goal(id="G2", what="CPU per call: product / httpx", must=0.5, stretch=0.2)
        .verdict(ratios(found, "product", "httpx", cpu_ms)),
        Goal(id="G5", what="CPU per call: product / litellm", must=0.1, stretch=0.05)
        .verdict(ratios(found, "product", "litellm", cpu_ms)),
        Goal(id="G5", what="calls per s: product / litellm", must=10, at_least=True)
        .verdict(ratios(found, "product", "litellm", per_s)),
        Goal(id="G10", what="first call: product / litellm", must=0.25, stretch=0.12)
        .verdict(ratios(found, "product", "litellm", lambda cost: cost.extra["first_call_s"])),
    ]  # fmt: skip


def _tool_goals(found: Rounds) -> list[dict[str, object]]:
    return [
        Goal(id="G3", what="calls per s: product / promptfoo", must=10, stretch=20, at_least=True)
        .verdict(ratios(found, "product", "promptfoo", per_s)),
        Goal(id="G4", what="calls per s: product / inspect_ai", must=25, stretch=60, at_least=True)
        .verdict(ratios(found, "product", "inspect_ai", per_s)),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
