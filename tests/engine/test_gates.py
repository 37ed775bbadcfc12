"""The models of a provider share its pace; the run says why calls wait."""

from __future__ import annotations

import asyncio

from tests.support.engine import Bench, answer, until

from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.pace import Pace
from prompt_workbench.engine.protocol import RunProgressed
from prompt_workbench.providers.base import Answer, OnText


class Counted:
    """Answers after a moment, and knows how many calls there were at once."""

    def __init__(self) -> None:
        self.now = self.most = self.all = 0

    async def __call__(self, prompt: str, on_text: OnText) -> Answer:
        self.now, self.all = self.now + 1, self.all + 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return answer(prompt)


def reasons(bench: Bench) -> set[str]:
    told = (event.progress.reason for event in bench.events if isinstance(event, RunProgressed))
    return set(filter(None, told))


async def test_a_provider_has_no_more_calls_at_once_than_it_is_allowed_for_all_its_models() -> None:
    async with Bench() as bench:
        model, other = Counted(), Counted()
        bench.models.add("a/m", model, pace=Pace(at_once=2))
        bench.models.add("a/n", model, pace=Pace(at_once=2))
        bench.models.add("b/m", other)
        run = bench.add_run("a/m", "a/n", "b/m", cases=20, concurrency=8)
        ended = await bench.finished(run)
        assert ended.state is RunState.DONE
        assert (model.most, model.all) == (2, 40)
        assert other.most > 2


async def test_requests_beyond_those_of_a_minute_wait_and_the_run_says_so() -> None:
    async with Bench() as bench:
        model = Counted()
        bench.models.add("a/m", model, pace=Pace(requests_per_minute=3))
        run = bench.add_run("a/m", cases=5, concurrency=2)
        bench.runner.start(run)
        await until(lambda: any("3 requests a minute" in reason for reason in reasons(bench)))
        assert model.all == 3
        bench.runner.stop(run)
        await bench.runner.wait()
        assert model.all == 3


async def test_a_limit_that_is_lifted_holds_nothing_back_in_the_next_run() -> None:
    async with Bench() as bench:
        model = Counted()
        bench.models.add("a/m", model, pace=Pace(requests_per_minute=1))
        run = bench.add_run("a/m", cases=2, concurrency=2)
        bench.runner.start(run)
        await until(lambda: bool(reasons(bench)))
        bench.runner.stop(run)
        await bench.runner.wait()
        bench.models.add("a/m", model)
        ended = await bench.finished(bench.add_run("a/m", cases=4, concurrency=2))
        assert ended.state is RunState.DONE
        assert model.all == 5
