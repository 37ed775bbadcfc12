"""Runs from start to end: order, pauses, stops, retries and what is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.support.engine import QUICK, Bench, answer, echo, until

from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.errors import ConflictError, DiskFullError, StorageError
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.usage import UsageSource
from prompt_workbench.engine.protocol import CellStarted, CellText
from prompt_workbench.providers.base import Answer, OnText

DONE, FAILED = GenerationState.DONE, GenerationState.FAILED


class Hold:
    """A model that answers only when it is let."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, prompt: str, on_text: OnText) -> Answer:
        on_text("part ")
        await self.open.wait()
        return answer("part whole")


async def test_every_cell_is_answered_and_kept() -> None:
    async with Bench() as bench:
        bench.models.add("a/m")
        bench.models.add("b/m")
        run = bench.add_run("a/m", "b/m", cases=5, templates=["1 {{text}}", "2 {{text}}"])
        ended = await bench.finished(run)
        assert ended.state is RunState.DONE
        assert bench.states_of(run) == [DONE] * 20
        found = bench.ledger.newest(run)[CellKey(case=4, variant=3)]
        assert found.body.text == "2 case 4"
        assert found.body.messages[0].text == "2 case 4"


async def test_all_variants_of_a_case_come_before_the_next_case() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        run = bench.add_run("a/m", cases=3, templates=["1 {{text}}", "2 {{text}}"], concurrency=1)
        await bench.finished(run)
        assert provider.sent == [f"{v} case {c}" for c in range(3) for v in (1, 2)]


async def test_no_call_leaves_before_its_ledger_row() -> None:
    async with Bench() as bench:

        async def needs_its_row(prompt: str, on_text: OnText) -> Answer:
            bodies = {call.request_body for call in bench.ledger.sent_calls.values()}
            assert prompt in bodies
            return await echo(prompt, on_text)

        bench.models.add("a/m", needs_its_row)
        run = bench.add_run("a/m", cases=30)
        await bench.finished(run)
        assert bench.states_of(run) == [DONE] * 30


async def test_a_paused_run_starts_nothing_and_goes_on_later() -> None:
    async with Bench() as bench:
        hold = Hold()
        provider = bench.models.add("a/m", hold)
        run = bench.add_run("a/m", cases=4, concurrency=2)
        bench.runner.start(run)
        await until(lambda: len(provider.sent) == 2)
        bench.runner.pause(run)
        hold.open.set()
        await until(lambda: len(bench.finished_cells()) == 2)
        await until(lambda: (RunState.PAUSED, "") in bench.ledger.states)
        assert len(provider.sent) == 2
        bench.runner.resume(run)
        ended = await bench.finished(run)
        assert ended.state is RunState.DONE
        assert len(provider.sent) == 4


async def test_stopping_keeps_partial_texts_and_resuming_sends_the_rest() -> None:
    async with Bench() as bench:
        hold = Hold()
        provider = bench.models.add("a/m", hold)
        run = bench.add_run("a/m", cases=4, concurrency=2)
        bench.runner.start(run)
        await until(lambda: len(provider.sent) == 2)
        started = asyncio.get_running_loop().time()
        bench.runner.stop(run)
        await bench.runner.wait()
        assert asyncio.get_running_loop().time() - started < 10
        assert bench.ends()[-1].state is RunState.STOPPED
        kept = [found.body.text for found in bench.ledger.newest(run).values()]
        assert kept == ["part ", "part "]
        assert bench.states_of(run) == [GenerationState.CANCELLED] * 2
        summary = next(iter(bench.ledger.newest(run).values())).summary
        assert summary.usage_source is UsageSource.ESTIMATED
        hold.open.set()
        assert (await bench.finished(run)).state is RunState.DONE
        assert bench.states_of(run) == [DONE] * 4


async def test_resuming_repeats_no_answer() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        run = bench.add_run("a/m", cases=4)
        await bench.finished(run)
        await bench.finished(run)
        assert len(provider.sent) == 4


async def test_calls_of_unknown_cost_stay_counted_when_a_run_goes_on() -> None:
    async with Bench() as bench:
        bench.models.add("a/m", price=None)
        run = bench.add_run("a/m", cases=2)
        await bench.finished(run)
        assert bench.progress[-1].unknown_cost == 2
        bench.runner.retry(run, [CellKey(case=0, variant=0)])
        await bench.runner.wait()
        assert bench.progress[-1].unknown_cost == 3


async def test_a_prompt_that_cannot_be_rendered_fails_its_cell_only() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        run = bench.add_run("a/m", cases=1, templates=["{{text}}", "{{absent}}"])
        assert (await bench.finished(run)).state is RunState.DONE
        assert bench.states_of(run) == [DONE, FAILED]
        assert len(provider.sent) == 1
        failed = bench.ledger.newest(run)[CellKey(case=0, variant=1)].summary
        assert failed.error.startswith("Line 1, column 1: There is no value for “absent”.")
        assert failed.cost.usd == 0


async def test_a_failed_cell_can_be_sent_again_alone() -> None:
    async with Bench() as bench:
        fails = True

        async def sometimes(prompt: str, on_text: OnText) -> Answer:
            return answer(prompt, finish_reason=None if fails else "stop")

        provider = bench.models.add("a/m", sometimes)
        run = bench.add_run("a/m", cases=2)
        await bench.finished(run)
        assert bench.states_of(run) == [GenerationState.TRUNCATED] * 2
        fails = False
        bench.runner.retry(run, [CellKey(case=1, variant=0)])
        await bench.runner.wait()
        assert provider.sent[2:] == ["case 1"]
        assert bench.states_of(run) == [GenerationState.TRUNCATED, DONE]
        assert bench.ends()[-1].state is RunState.DONE


async def test_sending_failed_cells_again_leaves_the_others_of_a_stopped_run_alone() -> None:
    async with Bench() as bench:
        hold = Hold()
        bench.models.add("a/m", hold)
        run = bench.add_run("a/m", cases=9, concurrency=1, templates=["{{text}}", "{{absent}}"])
        bench.runner.start(run)
        await until(lambda: FAILED in bench.states_of(run))
        bench.runner.stop(run)
        await bench.runner.wait()
        kept = len(bench.ledger.newest(run))
        failed = bench.states_of(run).count(FAILED)
        bench.runner.retry(run)
        await bench.runner.wait()
        assert len(bench.ledger.newest(run)) == kept
        assert bench.ends()[-1].state is RunState.STOPPED
        assert bench.states_of(run).count(FAILED) == failed
        assert bench.progress[-1].failed == failed


@pytest.mark.expects_log("a provider failed in a way that it should not")
async def test_failed_cells_are_sent_again_while_the_run_goes_on() -> None:
    async with Bench() as bench:
        hold = Hold()
        bad = [True]

        async def fails_once(prompt: str, on_text: OnText) -> Answer:
            if bad.pop() if bad else False:
                raise ValueError("a bug")
            return await echo(prompt, on_text)

        slow = bench.models.add("slow/m", hold)
        bench.models.add("a/m", fails_once)
        run = bench.add_run("a/m", "slow/m", cases=1)
        bench.runner.start(run)
        await until(lambda: len(bench.finished_cells()) == 1 and slow.sent)
        bench.runner.retry(run)
        await until(lambda: len(bench.finished_cells()) == 2)
        hold.open.set()
        await bench.runner.wait()
        assert bench.states_of(run) == [DONE, DONE]


async def test_an_exact_request_is_answered_from_the_cache_for_nothing() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        first = bench.add_run("a/m", cases=2)
        second = bench.add_run("a/m", cases=2, repetitions=2)
        uncached = bench.add_run("a/m", cases=2, use_cache=False)
        await bench.finished(first)
        await bench.finished(second)
        assert len(provider.sent) == 4
        found = bench.ledger.newest(second)
        cached = [cell.repetition for cell in sorted(found) if found[cell].summary.from_cache]
        assert cached == [0, 0]
        summary = found[CellKey(case=0, variant=0)].summary
        assert summary.cost.usd == 0
        assert summary.preview == "case 0"
        await bench.finished(uncached)
        assert len(provider.sent) == 6


async def test_a_truncated_answer_is_not_cached() -> None:
    async with Bench() as bench:

        async def cut(prompt: str, on_text: OnText) -> Answer:
            return answer("half", finish_reason=None)

        bench.models.add("a/m", cut)
        await bench.finished(bench.add_run("a/m", cases=1))
        assert bench.ledger.cache == {}


async def test_answers_are_scored_and_truncated_ones_left_unscored() -> None:
    async with Bench() as bench:

        async def odd(prompt: str, on_text: OnText) -> Answer:
            return answer("case 0", finish_reason=None if prompt == "case 2" else "stop")

        bench.models.add("a/m", odd)
        run = bench.add_run("a/m", cases=3, evaluators=[EvaluatorSpec(type="exact")])
        await bench.finished(run)
        found = bench.ledger.newest(run)
        verdicts = [found[cell].summary.scores[0].passed for cell in sorted(found)]
        assert verdicts == [True, False, None]


async def test_an_evaluator_that_cannot_judge_is_refused_before_anything_is_sent() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        run = bench.add_run("a/m", evaluators=[EvaluatorSpec(type="nonsense")])
        ended = await bench.finished(run)
        assert "nonsense" in ended.reason
        assert ended.state is RunState.READY
        assert provider.sent == []


async def test_streamed_text_is_told_between_start_and_end() -> None:
    async with Bench() as bench:
        bench.models.add("a/m")
        await bench.finished(bench.add_run("a/m", cases=1))
        kinds = [type(event) for event in bench.events if "Cell" in type(event).__name__]
        assert kinds[:2] == [CellStarted, CellText]
        texts = [event.text for event in bench.events if isinstance(event, CellText)]
        assert texts == ["case 0"]


async def test_a_model_that_starts_slowly_is_named_and_can_be_stopped() -> None:
    async with Bench() as bench:
        provider = bench.models.add("local/m", slots=2)
        bench.models.may_start.clear()
        run = bench.add_run("local/m")
        bench.runner.start(run)
        await until(lambda: "local/m is being started." in bench.reasons())
        bench.runner.stop(run)
        await bench.runner.wait()
        assert bench.ends()[-1].state is RunState.STOPPED
        assert provider.sent == []


async def test_a_library_that_is_loaded_first_is_named() -> None:
    async with Bench() as bench:
        bench.models.add("far/m")
        info = bench.models.infos["far/m"]
        bench.models.infos["far/m"] = replace(info, interface=Interface.LITELLM)
        bench.models.may_start.clear()
        bench.runner.start(bench.add_run("far/m"))
        await until(lambda: "litellm is being started." in bench.reasons())
        bench.models.may_start.set()
        await bench.runner.wait()
        assert bench.ends()[-1].state is RunState.DONE


async def test_a_slow_model_does_not_hold_a_fast_one_back() -> None:
    async with Bench() as bench:
        hold = Hold()
        bench.models.add("slow/m", hold)
        fast = bench.models.add("fast/m")
        run = bench.add_run("slow/m", "fast/m", cases=100, concurrency=2)
        bench.runner.start(run)
        await until(lambda: len(fast.sent) == 100)
        hold.open.set()
        await bench.runner.wait()
        assert bench.states_of(run) == [DONE] * 200


async def test_no_more_calls_go_to_a_local_server_than_it_has_slots() -> None:
    async with Bench() as bench:

        async def slowly(prompt: str, on_text: OnText) -> Answer:
            await asyncio.sleep(0.005)
            return await echo(prompt, on_text)

        provider = bench.models.add("local/m", slowly, slots=2)
        await bench.finished(bench.add_run("local/m", cases=8, concurrency=16))
        assert provider.most_running == 2


async def test_a_run_of_another_process_is_left_alone() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        run = bench.add_run("a/m")
        bench.ledger.held = True
        ended = await bench.finished(run)
        assert "Another window or program" in ended.reason
        assert provider.sent == []
        assert bench.ledger.states == []


async def test_a_full_disk_stops_sending_and_says_so() -> None:
    async with Bench() as bench:
        provider = bench.models.add("a/m")
        run = bench.add_run("a/m")
        bench.ledger.fails["sent"] = DiskFullError("There is no room left on the disk.")
        ended = await bench.finished(run)
        assert ended.state is RunState.DISK_FULL
        assert "no room" in ended.reason
        assert provider.sent == []


async def test_what_holds_commits_up_is_told_also_while_the_lease_waits_for_it() -> None:
    async with Bench(policy=replace(QUICK, heartbeat_s=0)) as bench:
        hold, free = Hold(), asyncio.Event()
        bench.models.add("a/m", hold)
        bench.ledger.lease_waits_for = free
        bench.runner.start(bench.add_run("a/m", cases=1))
        await until(lambda: bench.ledger.renewals and bench.progress)
        bench.ledger.obstacle = "The project is locked."
        await until(lambda: bench.progress[-1].reason == "The project is locked.")
        bench.ledger.obstacle = ""
        await until(lambda: bench.progress[-1].reason == "")
        free.set()
        hold.open.set()
        await bench.runner.wait()
        assert bench.ends()[-1].state is RunState.DONE


async def test_a_ledger_that_fails_stops_the_run_with_its_sentence() -> None:
    async with Bench() as bench:
        bench.models.add("a/m")
        run = bench.add_run("a/m", cases=20)
        bench.ledger.fails["settled"] = StorageError("The project cannot be written.")
        ended = await bench.finished(run)
        assert ended.state is RunState.STOPPED
        assert "cannot be written" in ended.reason


async def test_a_run_that_another_process_took_over_is_let_go() -> None:
    async with Bench(policy=replace(QUICK, heartbeat_s=0)) as bench:
        bench.models.add("a/m", Hold())
        run = bench.add_run("a/m", cases=9, concurrency=2)
        bench.ledger.fails["keep"] = ConflictError("Another program took this run over.")
        ended = await bench.finished(run)
        assert "took this run over" in ended.reason
        assert bench.ledger.runs[run].state is RunState.RUNNING


@pytest.mark.expects_log("run 1 ended unexpectedly")
async def test_a_bug_ends_the_run_with_a_sentence() -> None:
    async with Bench() as bench:
        bench.models.add("a/m")
        run = bench.add_run("a/m")
        bench.ledger.fails["settled"] = ZeroDivisionError()
        ended = await bench.finished(run)
        assert ended.state is RunState.INTERRUPTED
        assert "unexpected" in ended.reason


async def test_closing_finishes_what_is_in_flight_and_starts_nothing() -> None:
    bench = Bench()
    hold = Hold()
    provider = bench.models.add("a/m", hold)
    run = bench.add_run("a/m", cases=9, concurrency=2)
    bench.runner.start(run)
    await until(lambda: len(provider.sent) == 2)
    asyncio.get_running_loop().call_later(0.02, hold.open.set)
    await bench.runner.close()
    await bench.renderer.close()
    assert bench.states_of(run) == [DONE, DONE]
    assert bench.ends()[-1].state is RunState.INTERRUPTED


async def test_the_first_calls_leave_one_after_the_other() -> None:
    async with Bench() as bench:
        hold = Hold()
        provider = bench.models.add("a/m", hold)
        run = bench.add_run("a/m", cases=6, concurrency=6)
        bench.runner.start(run)
        await until(lambda: len(provider.sent) == 6)
        hold.open.set()
        await bench.runner.wait()
        assert provider.sent_at[5] - provider.sent_at[0] >= 5 * QUICK.rise_every_s * 0.9


async def test_answers_that_await_their_commit_hold_further_calls_back() -> None:
    policy = replace(QUICK, uncommitted_answers=3)
    async with Bench(policy=policy) as bench:
        provider = bench.models.add("a/m")
        bench.ledger.settle_delay_s = 0.05
        run = bench.add_run("a/m", cases=20, concurrency=4)
        bench.runner.start(run)
        await until(lambda: len(provider.sent) >= 7)
        await asyncio.sleep(0)
        assert len(provider.sent) <= 7
        await bench.runner.wait()
        assert bench.states_of(run) == [DONE] * 20


async def test_a_pattern_that_takes_long_holds_no_other_call_up() -> None:
    async with Bench() as bench:

        async def tricky(prompt: str, on_text: OnText) -> Answer:
            return answer("a" * 60 + "b")

        bench.models.add("a/m", tricky)
        bench.models.add("b/m")
        slow = EvaluatorSpec(type="regex", options={"pattern": "(a|aa)+(?<!c)$"})
        run = bench.add_run("a/m", "b/m", cases=2, evaluators=[slow])
        await bench.finished(run)
        assert [cell.variant for cell in bench.finished_cells()] == [1, 1, 0, 0]
        judged = [
            bench.ledger.newest(run)[cell].summary.scores[0] for cell in bench.finished_cells()
        ]
        assert [score.passed for score in judged] == [False, False, None, None]
