"""The spend cap is never exceeded, whatever the prices, lengths and accidents."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal

import pytest
from tests.support.engine import PRICE, Bench, answer

from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.usage import FREE, Price, Usage
from prompt_workbench.engine.budget import Budget
from prompt_workbench.providers.base import Answer, OnText


class Bill:
    """A provider that charges what was used, with accidents, and keeps the bill."""

    def __init__(self, price: Price, max_tokens: int, chance: random.Random) -> None:
        self.usd = Decimal(0)
        self._price = price
        self._max_tokens = max_tokens
        self._chance = chance

    async def __call__(self, prompt: str, on_text: OnText) -> Answer:
        await asyncio.sleep(self._chance.random() * 0.003)
        fate = self._chance.random()
        if fate < 0.1:
            raise ProviderError("Refused.", kind=ProviderErrorKind.SERVER, status=500)
        usage = Usage(
            input_tokens=self._chance.randint(1, len(prompt)),
            output_tokens=self._chance.randint(0, self._max_tokens),
        )
        used = usage.input_tokens * self._price.input + usage.output_tokens * self._price.output
        self.usd += used / 1_000_000
        if fate < 0.2:
            raise ProviderError("Lost.", kind=ProviderErrorKind.TIMEOUT)
        return answer("x", usage=None if fate < 0.3 else usage)


@pytest.mark.parametrize("seed", range(40))
async def test_the_bill_stays_within_the_cap(seed: int) -> None:
    chance = random.Random(seed)
    price = Price(input=Decimal(chance.randint(0, 40)), output=Decimal(chance.randint(1, 80)))
    max_tokens = chance.randint(1, 300)
    cap = Decimal(chance.randint(0, 30)) / 1000
    bill = Bill(price, max_tokens, chance)
    async with Bench() as bench:
        bench.models.add("a/m", bill, price=price)
        run = bench.add_run(
            "a/m",
            cases=40,
            max_tokens=max_tokens,
            max_cost_usd=cap,
            concurrency=chance.choice([1, 4, 32]),
            values={"text": "word " * chance.randint(1, 60)},
        )
        ended = await bench.finished(run)
        assert bill.usd <= cap
        if ended.state is RunState.BUDGET_STOPPED:
            assert "spend cap" in ended.reason
        else:
            assert ended.state is RunState.DONE
            assert len(bench.states_of(run)) == 40


async def test_a_run_waits_for_reservations_before_it_gives_up() -> None:
    async with Bench() as bench:

        async def cheap(prompt: str, on_text: OnText) -> Answer:
            await asyncio.sleep(0.001)
            return answer("x", usage=Usage(input_tokens=1, output_tokens=1))

        provider = bench.models.add("a/m", cheap, price=PRICE)
        # The cap has room for one worst case at a time, and for all real costs.
        run = bench.add_run("a/m", cases=10, max_tokens=500, max_cost_usd=Decimal(700))
        assert (await bench.finished(run)).state is RunState.DONE
        assert provider.most_running == 1


async def test_a_stopped_run_goes_on_with_a_higher_cap() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", price=PRICE)
        run = bench.add_run("a/m", cases=9, max_tokens=5, max_cost_usd=Decimal(130))
        ended = await bench.finished(run)
        assert ended.state is RunState.BUDGET_STOPPED
        done = len(bench.states_of(run))
        assert 0 < done < 9
        bench.set_cap(run, Decimal(1000))
        assert (await bench.finished(run)).state is RunState.DONE
        assert bench.states_of(run) == [GenerationState.DONE] * 9


@pytest.mark.parametrize(
    ("price", "max_tokens", "named"), [(None, 9, "a/m"), (PRICE, None, "max_tokens")]
)
async def test_a_run_whose_cost_is_not_bounded_does_not_start_under_a_cap(
    price: Price | None, max_tokens: int | None, named: str
) -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m", price=price)
        run = bench.add_run("a/m", max_tokens=max_tokens, max_cost_usd=Decimal(1))
        ended = await bench.finished(run)
        assert named in ended.reason
        assert ended.state is RunState.READY
        assert provider.sent == []


async def test_what_has_no_price_may_run_outside_the_cap_when_that_is_allowed() -> None:
    async with Bench() as bench:
        unpriced = bench.models.add("unpriced/m")
        priced = bench.models.add("priced/m", price=PRICE)
        run = bench.add_run(
            "unpriced/m",
            "priced/m",
            cases=1,
            max_tokens=5,
            max_cost_usd=Decimal(1000),
            allow_unknown_cost=True,
        )
        assert (await bench.finished(run)).state is RunState.DONE
        assert len(unpriced.sent) == len(priced.sent) == 1


async def test_a_free_model_runs_under_a_cap_of_nothing() -> None:
    async with Bench() as bench:
        bench.models.add("local/m", price=FREE, slots=2)
        run = bench.add_run("local/m", cases=5, max_tokens=5, max_cost_usd=Decimal(0))
        assert (await bench.finished(run)).state is RunState.DONE


def test_what_an_earlier_start_held_is_given_back_once_its_cost_is_known() -> None:
    budget = Budget(Decimal("0.000000000100"), 90)
    held = budget.taken_over(80)
    assert budget.try_reserve(20) is None
    held.settle(Decimal("0.000000000005"))
    assert budget.try_reserve(85) is not None
