"""What is told of progress: counts, cost and the time that is left."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec import structs

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.domain.usage import UNKNOWN_COST, Cost, CostSource
from prompt_workbench.engine.tally import Tally

CENT = Cost(usd=Decimal("0.01"), source=CostSource.KNOWN)
DONE = GenerationSummary(
    id="g",
    run_id="r",
    cell=CellKey(case=0, variant=0),
    state=GenerationState.DONE,
    provider="a",
    request_model="m",
    cost=CENT,
    started_at=datetime.now(UTC),
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def progress(tally: Tally) -> RunProgress:
    return tally.progress("r", RunState.RUNNING, concurrency={}, reason="")


def test_it_counts_cells_and_cost() -> None:
    tally = Tally(10, {"a": 4, "b": 2}, spent_usd=Decimal("0.5"))
    tally.running = 2
    tally.finished("a", DONE)
    tally.finished("b", structs.replace(DONE, state=GenerationState.FAILED, cost=UNKNOWN_COST))
    found = progress(tally)
    assert (found.total, found.finished, found.running, found.queued) == (10, 6, 2, 2)
    assert (found.failed, found.unknown_cost, found.cost_usd) == (1, 1, Decimal("0.51"))


def test_calls_without_a_known_cost_are_counted_with_those_before() -> None:
    tally = Tally(3, {"a": 1}, spent_usd=Decimal("0.5"), unknown_cost=2)
    tally.finished("a", structs.replace(DONE, cost=UNKNOWN_COST))
    assert (progress(tally).cost_usd, progress(tally).unknown_cost) == (Decimal("0.5"), 3)


def test_without_any_known_cost_there_is_none() -> None:
    tally = Tally(1, {"a": 1})
    assert progress(tally).cost_usd is None
    tally.finished("a", structs.replace(DONE, cost=UNKNOWN_COST))
    assert progress(tally).cost_usd is None


def test_the_slowest_model_says_how_long_it_takes() -> None:
    clock = Clock()
    tally = Tally(60, {"fast": 30, "slow": 30}, clock=clock)
    assert progress(tally).remaining_s is None
    for _ in range(10):
        clock.now += 1
        tally.finished("fast", DONE)
        tally.finished("fast", DONE)
        tally.finished("slow", DONE)
    assert progress(tally).remaining_s == pytest.approx(20)


def test_an_old_pace_is_forgotten() -> None:
    clock = Clock()
    tally = Tally(9, {"a": 9}, clock=clock)
    tally.finished("a", DONE)
    clock.now += 60
    assert progress(tally).remaining_s is None


def test_cells_that_are_sent_again_are_left_again_and_no_longer_failed() -> None:
    tally = Tally(2, {"a": 2})
    tally.finished("a", structs.replace(DONE, state=GenerationState.FAILED))
    assert (progress(tally).finished, progress(tally).failed) == (1, 1)
    tally.again("a", failed=True)
    assert (progress(tally).finished, progress(tally).failed) == (0, 0)
