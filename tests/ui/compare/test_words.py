"""What the page says of estimates, runs, cells and totals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.ui.compare.runs import a_run, a_summary, a_variant, dollars, totals

from prompt_workbench.domain.comparisons import (
    Estimate,
    RunLimits,
    RunProgress,
    RunState,
)
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.generations import CellKey, GenerationState
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.usage import CostSource
from prompt_workbench.ui.compare.case_text import case_lines
from prompt_workbench.ui.compare.cells import stored_take
from prompt_workbench.ui.compare.estimate_text import estimate_line, estimate_warning
from prompt_workbench.ui.compare.grid_model import Head
from prompt_workbench.ui.compare.plot_data import costs_nothing, short_titles
from prompt_workbench.ui.compare.run_list import rates_text
from prompt_workbench.ui.compare.run_words import (
    Counts,
    Step,
    banner_of,
    progress_words,
)
from prompt_workbench.ui.compare.settings_text import settings_from_text
from prompt_workbench.ui.compare.totals import cost_text, head_lines, head_text, troubles
from prompt_workbench.ui.compare.windows import Stored

KEY = CellKey(case=0, variant=0)

ESTIMATE = Estimate(
    calls=96,
    cached_calls=0,
    cost_low_usd=Decimal("0.011"),
    cost_high_usd=Decimal("0.034"),
    duration_low_s=20.0,
    duration_high_s=40.0,
)

PROGRESS = RunProgress(
    run_id="run",
    state=RunState.RUNNING,
    total=96,
    finished=12,
    running=3,
    queued=81,
    failed=2,
    cost_usd=Decimal("0.0042"),
    unknown_cost=1,
    remaining_s=40.0,
    concurrency={"local/small": 4},
)


def test_the_estimate_is_one_line() -> None:
    limits = RunLimits(max_cost_usd=Decimal("0.05"))
    line = "96 calls · $0.011–0.034 · about 20 s to 40 s · stop at $0.05"
    assert estimate_line(ESTIMATE, limits) == line


def test_what_is_not_known_is_said() -> None:
    nothing = replace(
        ESTIMATE, cost_low_usd=None, cost_high_usd=None, duration_low_s=None, cached_calls=6
    )
    line = "96 calls (6 from the cache) · cost unknown · duration not known yet"
    assert estimate_line(nothing, RunLimits()) == line


def test_a_cap_that_cannot_be_kept_is_said_before_the_run() -> None:
    open_ended = replace(ESTIMATE, unknown_cost_models=("x/y",), unbounded_variants=("reply v1",))
    capped = RunLimits(max_cost_usd=Decimal(1))
    why = "no price is known for x/y and max_tokens is not set in reply v1"
    assert estimate_warning(open_ended, capped) == f"The spend cap cannot be kept: {why}."
    allowed = replace(capped, allow_unknown_cost=True)
    assert estimate_warning(open_ended, allowed) == f"Outside the spend cap: {why}."
    assert estimate_warning(open_ended, RunLimits()) == ""
    assert estimate_warning(ESTIMATE, capped) == ""


def test_a_model_that_cannot_see_the_files_is_named_before_the_run() -> None:
    blind = replace(ESTIMATE, unreadable=("far/m takes no images",))
    assert estimate_warning(blind, RunLimits()) == "far/m takes no images."


def test_progress_names_time_cost_and_concurrency() -> None:
    words = "12 of 96 · 3 running · 2 failed · about 40 s left"
    assert progress_words(PROGRESS) == f"{words} · $0.0042 + 1 unknown · at once: small 4"


@pytest.mark.parametrize(
    ("state", "steps", "words"),
    [
        (RunState.READY, (Step.START,), "not been started"),
        (RunState.STOPPED, (Step.RESUME,), "3 of 6 cells answered"),
        (RunState.INTERRUPTED, (Step.RESUME, Step.LEAVE), "2 calls may have been billed"),
        (RunState.BUDGET_STOPPED, (Step.RAISE_CAP,), "spend cap"),
        (RunState.DISK_FULL, (Step.RESUME,), "disk is full"),
        (RunState.DONE, (Step.RETRY,), "1 call failed"),
    ],
)
def test_a_run_that_ended_says_what_to_do_next(
    state: RunState, steps: tuple[Step, ...], words: str
) -> None:
    counts = Counts(answered=3, failed=1, unknown=2)
    banner = banner_of(a_run(state=state), None, counts, left=False)
    assert banner is not None
    assert banner.steps == steps
    assert words in banner.text


def test_a_run_that_waits_says_why() -> None:
    waiting = replace(PROGRESS, reason="small does not answer. Trying again in 30 s.")
    banner = banner_of(a_run(), waiting, Counts(), left=False)
    assert banner is not None
    assert banner.text == "small does not answer. Trying again in 30 s."
    assert banner_of(a_run(), PROGRESS, Counts(), left=False) is None


def test_a_batch_says_where_it_stands_and_that_one_need_not_wait() -> None:
    limits = RunLimits(as_batch=True)
    run = replace(a_run(), limits=limits)
    told = replace(PROGRESS, reason="The batch of 6 for x/y is in progress, 2 of 6 done.")
    banner = banner_of(run, told, Counts(), left=False)
    assert banner is not None
    assert banner.text == told.reason
    assert "close the project" in banner.hint
    assert banner.role == ""
    assert "3 in a batch" in progress_words(told, as_batch=True)
    assert estimate_line(ESTIMATE, limits) == "96 calls · $0.011–0.034 · answers within 24 h"


def test_an_interrupted_batch_is_collected_by_resuming() -> None:
    run = replace(a_run(state=RunState.INTERRUPTED), limits=RunLimits(as_batch=True))
    banner = banner_of(run, None, Counts())
    assert banner is not None
    assert banner.hint.startswith("Resuming collects what is in its batch")


def test_a_run_that_was_interrupted_says_why() -> None:
    run = replace(a_run(state=RunState.INTERRUPTED), state_reason="The disk reports an error.")
    banner = banner_of(run, None, Counts())
    assert banner is not None
    assert banner.hint.startswith("The disk reports an error. Resuming")


def test_an_interrupted_run_that_was_left_is_not_offered_again() -> None:
    assert banner_of(a_run(state=RunState.INTERRUPTED), None, Counts(), left=True) is None


def test_a_cell_without_a_known_cost_does_not_cost_nothing() -> None:
    take = stored_take(Stored(summary=a_summary(KEY), text="Hello"), a_variant(0), "exact")
    assert take.facts == "1.50 s · 5 tok · cost unknown"
    estimated = a_summary(KEY, cost=dollars("0.02", CostSource.ESTIMATED))
    assert "~$0.02" in stored_take(Stored(summary=estimated, text=""), a_variant(0), None).facts


@pytest.mark.parametrize(
    ("state", "passed", "words"),
    [
        (GenerationState.DONE, True, "pass"),
        (GenerationState.DONE, False, "fail"),
        (GenerationState.DONE, None, "not scored"),
        (GenerationState.TRUNCATED, None, "cut off"),
        (GenerationState.CANCELLED, None, "cancelled"),
        (GenerationState.UNKNOWN, None, "outcome unknown"),
        (GenerationState.FAILED, None, "failed"),
    ],
)
def test_a_cell_says_its_state_in_words(
    state: GenerationState, passed: bool | None, words: str
) -> None:
    stored = Stored(summary=a_summary(KEY, state=state, passed=passed), text="Hello")
    assert stored_take(stored, a_variant(0), "exact").badge.words == words


def test_an_answer_of_a_run_without_evaluators_has_no_verdict() -> None:
    take = stored_take(Stored(summary=a_summary(KEY), text="Hello"), a_variant(0), None)
    assert take.badge.words == ""


def test_the_head_counts_each_kind_of_trouble_by_itself() -> None:
    summary = totals(passed=3, failed=1, unscored=2, errors=1, truncated=1)
    assert troubles(summary) == "1 failed · 1 cut off · 2 unscored"
    lines = head_lines(Head(variant=a_variant(0), summary=summary, judged=True, planned=7))
    assert [line.text for line in lines][:3] == ["reply v1", "local/small", "75 %"]
    assert lines[2].aside == "3 of 4 pass"
    assert "75 % · 3 of 4 pass\n" in head_text(
        Head(variant=a_variant(0), summary=summary, judged=True, planned=7)
    )


def test_an_unknown_cost_is_added_in_words() -> None:
    assert cost_text(totals(cost="0.5", unknown_cost=2)) == "$0.50 + 2 unknown"
    assert cost_text(totals(cost=None, unknown_cost=2)) == "cost unknown"
    assert not costs_nothing([totals(cost="0", unknown_cost=1)])
    assert costs_nothing([totals(cost="0")])


def test_short_titles_say_only_what_differs() -> None:
    versions = [a_variant(0), a_variant(1)]
    assert short_titles(versions) == ("v1", "v2")
    models = [a_variant(0, number=1), a_variant(1, number=1, model="x/large")]
    assert short_titles(models) == ("small", "large")
    warm = replace(a_variant(0), overrides=ModelSettings(temperature=1.0))
    assert short_titles([a_variant(0, number=1), warm]) == ("v1", "v1 · temperature=1.0")


def test_the_list_of_runs_shows_lowest_and_highest_pass_rate() -> None:
    assert rates_text([totals(passed=1, failed=1), totals(passed=1)]) == "50–100 % pass"
    assert rates_text([totals(passed=1)]) == "100 % pass"
    assert rates_text([totals(unscored=1)]) == ""


def test_settings_are_written_on_one_line() -> None:
    settings = settings_from_text(" temperature=0.2, max_tokens = 50 ,reasoning_effort=low")
    assert settings == ModelSettings(temperature=0.2, max_tokens=50, reasoning_effort="low")
    assert settings_from_text(str(settings)) == settings
    assert settings_from_text("stream=false") == ModelSettings(stream=False)
    assert str(ModelSettings(stream=False)) == "stream=false"


@pytest.mark.parametrize("text", ["warm", "temperature=", "temperature=hot", "heat=1", "stream=x"])
def test_what_is_no_setting_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInputError):
        settings_from_text(text)


def test_a_case_is_told_on_two_lines() -> None:
    case = Case(inputs={"mail": "first\nsecond"}, expected_output={"tone": "kind"})
    assert case_lines(case) == ("first second", '{"tone": "kind"}')
    several = Case(inputs={"mail": "text", "tone": 3})
    assert case_lines(several) == ("mail: text · tone: 3", "")


def test_models_of_one_name_are_told_apart_by_their_providers() -> None:
    variants = [
        a_variant(index, number=1, model=name)
        for index, name in enumerate(("openai/gpt", "azure/gpt", "claude/sonnet"))
    ]
    assert short_titles(variants) == ("openai/gpt", "azure/gpt", "sonnet")
