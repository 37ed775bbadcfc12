"""Failed attempts: which are repeated, when, and what a person is told meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.support.engine import PRICE, QUICK, Behaviour, Bench, answer, echo, until

from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.domain.usage import Cost, CostSource
from prompt_workbench.providers.base import Answer, OnText

Kind = ProviderErrorKind
DONE, FAILED = GenerationState.DONE, GenerationState.FAILED


def error(
    kind: Kind,
    status: int | None = None,
    *,
    retry_after_s: float | None = None,
    sent: bool = True,
) -> ProviderError:
    return ProviderError(
        f"It failed: {kind.value}.",
        kind=kind,
        status=status,
        retry_after_s=retry_after_s,
        sent=sent,
    )


def failing(times: int, failure: ProviderError) -> Behaviour:
    """Fail so often in all, then echo."""
    left = [failure] * times

    async def behave(prompt: str, on_text: OnText) -> Answer:
        if left:
            raise left.pop()
        return await echo(prompt, on_text)

    return behave


REFUSED = error(Kind.RATE_LIMITED, 429)
BROKEN = error(Kind.SERVER, 500)
CUT = error(Kind.CONNECTION)
DOWN = error(Kind.CONNECTION, sent=False)


@pytest.mark.parametrize(
    ("failure", "attempts"),
    [
        (REFUSED, 4),
        (BROKEN, 3),
        (error(Kind.OVERLOADED, 529), 3),
        (CUT, 3),
        (error(Kind.TIMEOUT), 3),
        (error(Kind.AUTHENTICATION, 401), 1),
        (error(Kind.BAD_REQUEST, 400), 1),
        (error(Kind.CONTEXT_LENGTH, 400), 1),
        (error(Kind.PROTOCOL, 200), 1),
    ],
    ids=lambda value: value.kind.value if isinstance(value, ProviderError) else str(value),
)
async def test_a_call_gives_up_after_so_many_attempts(
    failure: ProviderError, attempts: int
) -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m", failing(99, failure))
        run = bench.add_run("a/m", cases=1)
        assert (await bench.finished(run)).state is RunState.DONE
        assert len(provider.sent) == attempts
        found = bench.ledger.newest(run)[CellKey(case=0, variant=0)]
        assert found.summary.state is FAILED
        assert found.summary.error_kind is failure.kind
        assert [attempt.number for attempt in found.body.attempts] == [*range(1, attempts + 1)]
        assert len(bench.ledger.attempts) == attempts - 1


async def test_each_attempt_is_in_the_ledger_before_the_next_one_leaves() -> None:
    async with Bench() as bench:
        seen: list[int] = []
        behaviour = failing(2, BROKEN)

        async def watched(prompt: str, on_text: OnText) -> Answer:
            seen.append(len(bench.ledger.attempts))
            return await behaviour(prompt, on_text)

        bench.models.add("a/m", watched)
        run = bench.add_run("a/m", cases=1)
        await bench.finished(run)
        assert seen == [0, 1, 2]
        assert bench.states_of(run) == [DONE]


async def test_nothing_is_sent_again_once_text_arrived() -> None:
    async with Bench() as bench:

        async def breaks_off(prompt: str, on_text: OnText) -> Answer:
            on_text("half")
            return replace(answer("half", finish_reason=None), error=CUT)

        provider = bench.models.add("a/m", breaks_off)
        run = bench.add_run("a/m", cases=1)
        await bench.finished(run)
        assert len(provider.sent) == 1
        found = bench.ledger.newest(run)[CellKey(case=0, variant=0)].summary
        assert found.state is GenerationState.TRUNCATED
        assert "connection" in found.error


async def test_nothing_is_sent_to_a_model_before_the_time_its_server_named() -> None:
    async with Bench() as bench:
        refused_at: list[float] = []

        async def refuses_once(prompt: str, on_text: OnText) -> Answer:
            if not refused_at:
                refused_at.append(asyncio.get_running_loop().time())
                raise error(Kind.RATE_LIMITED, 429, retry_after_s=0.5)
            return await echo(prompt, on_text)

        limited = bench.models.add("a/m", refuses_once)
        other = bench.models.add("b/m")
        run = bench.add_run("a/m", "b/m", cases=10)
        await bench.finished(run)
        assert bench.states_of(run) == [DONE] * 20
        later = [at for at in limited.sent_at if at > refused_at[0] + 0.1]
        assert min(later) >= refused_at[0] + 0.5
        assert max(other.sent_at) < min(later)
        assert any("a/m asked for a pause" in reason for reason in bench.reasons())


async def test_a_very_long_pause_is_said_with_the_time_of_its_end() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", failing(9, error(Kind.RATE_LIMITED, 429, retry_after_s=9999)))
        run = bench.add_run("a/m", cases=2)
        bench.runner.start(run)
        await until(lambda: any("a/m asked for a pause until" in r for r in bench.reasons()))
        bench.runner.stop(run)
        await bench.runner.wait()
        assert set(bench.states_of(run)) == {GenerationState.CANCELLED}
        assert all(g.summary.cost.usd == 0 for g in bench.ledger.newest(run).values())


async def test_many_refused_calls_get_through_a_few_at_a_time() -> None:
    async with Bench() as bench:

        async def only_two(prompt: str, on_text: OnText) -> Answer:
            if provider.running > 2:
                raise error(Kind.RATE_LIMITED, 429)
            await asyncio.sleep(0.001)
            return await echo(prompt, on_text)

        provider = bench.models.add("a/m", only_two)
        run = bench.add_run("a/m", cases=60)
        await bench.finished(run)
        assert bench.states_of(run).count(DONE) >= 59


async def test_a_server_that_is_down_is_waited_for_and_nothing_fails() -> None:
    async with Bench() as bench:
        down = True

        async def perhaps(prompt: str, on_text: OnText) -> Answer:
            if down:
                raise ProviderError(
                    "The server at https://example.test does not answer.",
                    kind=Kind.CONNECTION,
                    sent=False,
                )
            return await echo(prompt, on_text)

        provider = bench.models.add("a/m", perhaps)
        run = bench.add_run("a/m", cases=8)
        bench.runner.start(run)
        await until(lambda: any("does not answer" in reason for reason in bench.reasons()))
        tried = len(provider.sent)
        await until(lambda: len(provider.sent) > tried)
        assert provider.most_running <= QUICK.first_limit
        down = False
        await bench.runner.wait()
        assert bench.states_of(run) == [DONE] * 8


async def test_a_run_that_nobody_watches_ends_when_its_server_stays_down() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m", failing(999, DOWN))
        run = bench.add_run("a/m", cases=8)
        bench.runner.start(run, patience_s=0.1)
        await bench.runner.wait()
        (ended,) = bench.ends()
        assert ended.state is RunState.INTERRUPTED
        assert "after 0.1 s without an answer" in ended.reason
        assert bench.ledger.runs[run].state_reason == ended.reason
        assert set(bench.states_of(run)) == {GenerationState.CANCELLED}
        assert all(g.summary.cost.usd == 0 for g in bench.ledger.newest(run).values())
        provider.behaviour = echo
        assert (await bench.finished(run)).state is RunState.DONE
        assert bench.states_of(run) == [DONE] * 8


async def test_a_run_with_a_server_that_answers_is_not_given_up() -> None:
    async with Bench() as bench:

        async def slow(prompt: str, on_text: OnText) -> Answer:
            await asyncio.sleep(0.03)
            return await echo(prompt, on_text)

        bench.models.add("a/m", failing(999, DOWN), origin="https://a.test")
        bench.models.add("b/m", slow, slots=1, origin="https://b.test")
        run = bench.add_run("a/m", "b/m", cases=8)
        bench.runner.start(run, patience_s=0.05)
        await bench.runner.wait()
        assert bench.ends()[-1].state is RunState.INTERRUPTED
        assert bench.states_of(run).count(DONE) == 8


async def test_while_a_server_is_down_one_call_at_a_time_tries_it() -> None:
    policy = replace(QUICK, probe_delays_s=(0.05,))
    async with Bench(policy=policy) as bench:
        provider = bench.models.add("a/m", failing(5, DOWN))
        run = bench.add_run("a/m", cases=8)
        await bench.finished(run)
        assert bench.states_of(run) == [DONE] * 8
        # Four may leave before it counts as down; then one tries at a time.
        first = provider.sent_at[0]
        assert provider.sent_at[4] - first >= 0.05
        assert provider.sent_at[5] - provider.sent_at[4] >= 0.05


async def test_a_model_that_keeps_failing_rests_while_others_go_on() -> None:
    policy = replace(QUICK, rest_delays_s=(0.5,))
    async with Bench(policy=policy) as bench:
        broken = bench.models.add("a/m", failing(6, BROKEN), origin="https://a.test")
        other = bench.models.add("b/m", origin="https://b.test")
        run = bench.add_run("a/m", "b/m", cases=20)
        await bench.finished(run)
        assert len(other.sent) == 20
        assert broken.sent_at[-1] > broken.sent_at[0] + 0.5
        assert max(other.sent_at) < broken.sent_at[-1]
        told = f"a/m failed several times in a row. {BROKEN.message}"
        assert any(reason.startswith(told) for reason in bench.reasons())


async def test_a_refused_call_costs_nothing_and_a_lost_one_an_unknown_amount() -> None:
    async with Bench() as bench:
        bench.models.add("refused/m", failing(9, error(Kind.BAD_REQUEST, 400)), price=PRICE)
        bench.models.add("lost/m", failing(9, error(Kind.TIMEOUT)), price=PRICE)
        bench.models.add("late/m", failing(1, error(Kind.TIMEOUT)), price=PRICE)
        run = bench.add_run("refused/m", "lost/m", "late/m", cases=1)
        await bench.finished(run)
        costs = costs_of(bench, run)
        assert costs[0].usd == 0
        assert costs[1].source is CostSource.UNKNOWN
        assert costs[2].source is CostSource.ESTIMATED
        late = bench.ledger.newest(run)[CellKey(case=0, variant=2)].body.attempts
        assert [attempt.perhaps_billed for attempt in late] == [True, False]


def costs_of(bench: Bench, run: str) -> list[Cost]:
    """Return the cost of each cell."""
    newest = bench.ledger.newest(run)
    return [newest[cell].summary.cost for cell in sorted(newest)]
