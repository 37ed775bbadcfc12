"""Retries and fallbacks of a prompt version: which model answers, what it costs, what is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.support.engine import PRICE, QUICK, Behaviour, Bench, answer, echo, until

from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.generations import Attempt, Generation, GenerationState
from prompt_workbench.domain.policies import RetryPolicy, fallback_from_text
from prompt_workbench.domain.usage import Price, Usage
from prompt_workbench.engine.protocol import CellFinished
from prompt_workbench.providers.base import Answer, OnText

Kind = ProviderErrorKind
ONCE = RetryPolicy(attempts=1)
NO_WAIT = {"wait_s": 0.0, "longest_wait_s": 0.0}
DOWN = ProviderError("Nothing answers.", kind=Kind.CONNECTION, sent=False)


def failing(
    kind: Kind, status: int | None = None, *, retry_after_s: float | None = None
) -> Behaviour:
    async def behave(prompt: str, on_text: OnText) -> Answer:
        raise ProviderError(
            f"It failed: {kind.value}.", kind=kind, status=status, retry_after_s=retry_after_s
        )

    return behave


OVERLOADED = failing(Kind.OVERLOADED, 529)


def add_run(
    bench: Bench,
    *models: str,
    fallbacks: Sequence[str] = (),
    retry: RetryPolicy | None = ONCE,
    **options: object,
) -> str:
    """Store a run whose prompt has these policies."""
    run_id = bench.add_run(*models, **options)  # type: ignore[arg-type]
    run = bench.ledger.runs[run_id]
    found = tuple(map(fallback_from_text, fallbacks))
    variants = tuple(
        replace(each, content=replace(each.content, retry=retry, fallbacks=found))
        for each in run.variants
    )
    bench.ledger.runs[run_id] = replace(run, variants=variants)
    return run_id


def only(bench: Bench, run_id: str) -> Generation:
    (found,) = bench.ledger.newest(run_id).values()
    return found


def told(attempts: Sequence[Attempt]) -> list[tuple[int, str, Kind | None]]:
    return [(each.number, each.model, each.error_kind) for each in attempts]


async def test_the_next_model_answers_where_one_is_overloaded() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", OVERLOADED)
        bench.models.add("b/m", origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m on overloaded"], cases=1)
        assert (await bench.finished(run)).state is RunState.DONE
        made = only(bench, run)
        assert (made.summary.state, made.summary.provider) == (GenerationState.DONE, "b")
        assert made.body.text == "case 0"
        assert told(made.body.attempts) == [(1, "a/m", Kind.OVERLOADED), (2, "", None)]
        assert [cell.variant for cell in bench.finished_cells()] == [0]
        assert bench.progress[-1].failed == 0


async def test_the_failed_call_is_kept_before_the_next_model_is_asked() -> None:
    async with Bench() as bench:
        seen: list[list[GenerationState]] = []

        async def looking(prompt: str, on_text: OnText) -> Answer:
            seen.append([made.summary.state for made in bench.ledger.generations.values()])
            return await echo(prompt, on_text)

        bench.models.add("a/m", OVERLOADED)
        bench.models.add("b/m", looking)
        await bench.finished(add_run(bench, "a/m", fallbacks=["b/m"], cases=1))
        assert seen == [[GenerationState.FAILED]]
        first, second = bench.ledger.sent_calls.values()
        assert (str(first.request.model), str(second.request.model)) == ("a/m", "b/m")


@pytest.mark.parametrize("kind", [Kind.AUTHENTICATION, Kind.TIMEOUT, Kind.CONTENT_FILTER])
async def test_a_model_is_asked_only_after_the_errors_that_it_is_there_for(kind: Kind) -> None:
    async with Bench() as bench:
        bench.models.add("a/m", failing(kind, 400))
        wrong, right = bench.models.add("b/m"), bench.models.add("c/m")
        run = add_run(bench, "a/m", fallbacks=["b/m on overloaded", f"c/m on {kind}"], cases=1)
        await bench.finished(run)
        assert (wrong.sent, right.sent) == ([], ["case 0"])


async def test_fallbacks_are_asked_in_their_order_until_one_answers() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", OVERLOADED)
        bench.models.add("b/m", failing(Kind.TIMEOUT), origin="https://b.test")
        bench.models.add("c/m", origin="https://c.test")
        await bench.finished(run := add_run(bench, "a/m", fallbacks=["b/m", "c/m"], cases=1))
        assert told(only(bench, run).body.attempts) == [
            (1, "a/m", Kind.OVERLOADED), (2, "b/m", Kind.TIMEOUT), (3, "", None),
        ]  # fmt: skip


async def test_a_cell_fails_when_no_model_answers() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", OVERLOADED)
        bench.models.add("b/m", failing(Kind.SERVER, 500), origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m"], cases=1)
        assert (await bench.finished(run)).state is RunState.DONE
        assert only(bench, run).summary.error == "It failed: server."
        assert bench.progress[-1].failed == 1


async def test_a_version_says_how_often_a_call_is_sent_and_after_which_errors() -> None:
    async with Bench() as bench:
        busy = bench.models.add("a/m", OVERLOADED)
        broken = bench.models.add("b/m", failing(Kind.SERVER, 500), origin="https://b.test")
        policy = RetryPolicy(attempts=4, on=(Kind.OVERLOADED,), **NO_WAIT)
        await bench.finished(run := add_run(bench, "a/m", "b/m", retry=policy, cases=1))
        assert (len(busy.sent), len(broken.sent)) == (4, 1)
        newest = bench.ledger.newest(run)
        waits = [each.wait_s for cell in sorted(newest) for each in newest[cell].body.attempts]
        assert waits == [0, 0, 0, None, None]


async def test_what_every_model_may_have_billed_counts_and_the_cap_is_kept() -> None:
    dear = Price(input=PRICE.input * 3, output=PRICE.output * 3)
    async with Bench() as bench:
        bench.models.add("a/m", failing(Kind.TIMEOUT), price=PRICE)
        bench.models.add("b/m", price=dear, origin="https://b.test")
        run = add_run(
            bench, "a/m", fallbacks=["b/m"], cases=1, max_tokens=5, max_cost_usd=Decimal(1000)
        )
        await bench.finished(run)
        first, second = bench.ledger.sent_calls.values()
        assert first.reserved_pico_usd
        assert second.reserved_pico_usd == 3 * first.reserved_pico_usd
        assert bench.progress[-1].unknown_cost == 1  # the timeout may have been billed
        assert bench.progress[-1].cost_usd == Decimal(45)


async def test_a_fallback_that_the_cap_has_no_room_for_stops_the_run() -> None:
    dear = Price(input=PRICE.input * 100, output=PRICE.output * 100)
    async with Bench() as bench:
        bench.models.add("a/m", OVERLOADED, price=PRICE)
        expensive = bench.models.add("b/m", price=dear, origin="https://b.test")
        run = add_run(
            bench, "a/m", fallbacks=["b/m"], cases=1, max_tokens=5, max_cost_usd=Decimal(200)
        )
        assert (await bench.finished(run)).state is RunState.BUDGET_STOPPED
        assert expensive.sent == []
        bench.set_cap(run, Decimal(100_000))
        assert (await bench.finished(run)).state is RunState.DONE
        assert expensive.sent == ["case 0"]


async def test_a_fallback_without_a_price_is_refused_under_a_cap() -> None:
    async with Bench() as bench:
        asked = bench.models.add("a/m", price=PRICE)
        bench.models.add("b/m", origin="https://b.test")
        run = add_run(
            bench, "a/m", fallbacks=["b/m"], cases=1, max_tokens=5, max_cost_usd=Decimal(1000)
        )
        ended = await bench.finished(run)
        assert "b/m is not known" in ended.reason
        assert asked.sent == []


async def test_answers_of_a_fallback_are_cached_as_its_own_and_never_as_another_s() -> None:
    async with Bench() as bench:
        first = bench.models.add("a/m", OVERLOADED)
        second = bench.models.add("b/m", origin="https://b.test")
        await bench.finished(add_run(bench, "a/m", fallbacks=["b/m"], cases=1))
        await bench.finished(again := add_run(bench, "a/m", fallbacks=["b/m"], cases=1))
        assert (len(first.sent), len(second.sent)) == (2, 1)
        made = only(bench, again).summary
        assert (made.provider, made.from_cache) == ("b", True)


async def test_a_resumed_run_asks_its_own_model_first_and_only_for_what_is_open() -> None:
    async with Bench() as bench:
        first = bench.models.add("a/m", OVERLOADED)
        second = bench.models.add("b/m", failing(Kind.SERVER, 500), origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m"], cases=2, concurrency=1)
        await bench.finished(run)
        first.behaviour = second.behaviour = echo
        bench.runner.retry(run)
        await bench.runner.wait()
        assert {made.summary.provider for made in bench.ledger.newest(run).values()} == {"a"}
        assert len(second.sent) == 2


async def test_stopping_asks_no_further_model_and_fails_nothing() -> None:
    async with Bench() as bench:

        async def hangs(prompt: str, on_text: OnText) -> Answer:
            await asyncio.Event().wait()
            raise AssertionError

        hanging = bench.models.add("a/m", hangs)
        other = bench.models.add("b/m", origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m"], cases=1)
        bench.runner.start(run)
        await until(lambda: hanging.running)
        bench.runner.stop(run)
        await bench.runner.wait()
        assert only(bench, run).summary.state is GenerationState.CANCELLED
        assert other.sent == []


async def test_a_server_that_is_down_holds_nothing_up_where_another_model_is_to_be_asked() -> None:
    async def refuses(prompt: str, on_text: OnText) -> Answer:
        raise DOWN

    policy = replace(QUICK, probe_delays_s=(999,))
    async with Bench(policy=policy) as bench:
        down = bench.models.add("a/m", refuses)
        bench.models.add("b/m", origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m"], cases=30, concurrency=4)
        assert (await bench.finished(run)).state is RunState.DONE
        assert {made.summary.provider for made in bench.ledger.newest(run).values()} == {"b"}
        assert len(down.sent) < 10  # the others were not even sent there
        assert bench.reasons() == []


async def test_a_long_pause_that_a_server_asks_for_is_not_waited_out() -> None:
    async with Bench() as bench:
        limited = bench.models.add("a/m", failing(Kind.RATE_LIMITED, 429, retry_after_s=3600))
        bench.models.add("b/m", origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m"], retry=None, cases=20, concurrency=2)
        assert (await bench.finished(run)).state is RunState.DONE
        assert len(limited.sent) <= 2
        assert set(bench.states_of(run)) == {GenerationState.DONE}


async def test_an_answer_that_a_filter_held_back_is_asked_of_the_next_model() -> None:
    async with Bench() as bench:

        async def filtered(prompt: str, on_text: OnText) -> Answer:
            return answer("", finish_reason="SAFETY", usage=Usage(input_tokens=3))

        bench.models.add("a/m", filtered, price=PRICE)
        bench.models.add("b/m", price=PRICE, origin="https://b.test")
        run = add_run(bench, "a/m", fallbacks=["b/m on content_filter"], cases=1)
        await bench.finished(run)
        made = only(bench, run).summary
        assert (made.provider, made.preview) == ("b", "case 0")
        assert bench.progress[-1].cost_usd == Decimal(3 + 15)


async def test_two_models_that_stand_in_for_each_other_do_not_wait_for_each_other() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", OVERLOADED)
        bench.models.add("b/m", OVERLOADED, origin="https://b.test")
        run = add_run(bench, "a/m", "b/m", fallbacks=["a/m", "b/m"], cases=80, concurrency=1)
        assert (await bench.finished(run)).state is RunState.DONE
        finished = [event for event in bench.events if isinstance(event, CellFinished)]
        assert len(finished) == 160


async def test_a_model_that_cannot_be_called_fails_its_cells_with_the_reason() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", OVERLOADED)
        bench.models.add("b/m")
        bench.models.infos["b/m"] = replace(bench.models.infos["b/m"], origin="https://b.test")
        del bench.models.providers["b/m"]
        bench.models.refusals["b/m"] = ProviderError("No key is there.", kind=Kind.AUTHENTICATION)
        run = add_run(bench, "a/m", fallbacks=["b/m"], cases=2)
        assert (await bench.finished(run)).state is RunState.DONE
        assert {made.summary.error for made in bench.ledger.newest(run).values()} == {
            "No key is there."
        }
