"""``pwb compare`` and ``pwb runs``: the whole way from a new project to an exported run."""

from __future__ import annotations

import asyncio
import csv
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psutil
import pytest
from tests.cli.conftest import Terminal
from tests.support.projects import register

from prompt_workbench.app import wired_projects
from prompt_workbench.providers.fake import FakeProvider, echo
from prompt_workbench.providers.fake_replies import refusal
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, ModelRegistry
from prompt_workbench.storage.leases import this_holder

COMPARE = (
    "compare", "--prompt", "reply", "--model", "fake/fake", "--dataset", "mails",
    "--evaluator", "exact",
)  # fmt: skip


def test_a_comparison_prints_one_object(project: Terminal, provider: FakeProvider) -> None:
    answer = project.done(*COMPARE, "--evaluator", "label:labels=a,b,name=kind", "--json")
    result = answer.json
    assert set(result) == {"run", "dataset", "variants"}
    assert (result["run"]["number"], result["run"]["state"]) == (1, "done")
    assert result["dataset"] == "mails@1"
    (variant,) = result["variants"]
    assert (variant["prompt"], variant["version"], variant["model"]) == ("reply", 1, "fake/fake")
    assert (variant["calls"], variant["errors"], variant["truncated"]) == (4, 0, 0)
    assert (variant["pass_rate"], variant["passed"], variant["unscored"]) == (1.0, 4, 0)
    assert variant["scores"]["exact"] == {"passed": 4, "failed": 0, "unscored": 0}
    assert set(variant["scores"]) == {"exact", "kind"}
    assert Decimal(variant["cost_usd"]) > 0
    assert variant["unknown_cost"] == 0
    for figures in ("duration_s", "time_to_first_chunk_s"):
        assert 0 < variant[figures]["p50"] <= variant[figures]["p95"]
    assert "4 of 4" in answer.err


def test_the_table_is_for_people(project: Terminal, provider: FakeProvider) -> None:
    out = project.done(*COMPARE).out
    assert "reply v1 · fake/fake" in out
    assert "100 % (4/4)" in out


def test_settings_repetitions_and_cases_are_as_asked(
    project: Terminal, provider: FakeProvider
) -> None:
    result = project.done(
        *COMPARE, "--settings", "temperature=0.2,seed=1", "--settings", '{"temperature": 0.9}',
        "--repeat", "2", "--cases", "3", "--concurrency", "2", "--json",
    ).json  # fmt: skip
    assert [variant["settings"]["temperature"] for variant in result["variants"]] == [0.2, 0.9]
    assert [variant["calls"] for variant in result["variants"]] == [6, 6]
    assert result["run"]["concurrency"] == 2
    assert len(provider.requests) == 12


def test_an_estimate_runs_nothing(project: Terminal, provider: FakeProvider) -> None:
    record = project.done(*COMPARE, "--estimate", "--json").json
    assert (record["calls"], record["unbounded_variants"]) == (4, [])
    assert Decimal(record["cost_usd"]["low"]) <= Decimal(record["cost_usd"]["high"])
    assert project.done(*COMPARE, "--estimate").out.startswith("4 calls · $")
    assert provider.requests == []
    assert project.done("runs", "list", "--json").json == []


def test_failed_calls_end_with_1_and_can_be_sent_again(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: (
        refusal(400, "no") if b"mail 1" in request.body else echo(request)
    )
    answer = project.pwb(*COMPARE, "--json")
    assert (answer.code, answer.json["variants"][0]["errors"]) == (1, 1)
    provider.script = echo
    again = project.done("runs", "resume", "1", "--retry-failed", "--json").json
    assert (again["variants"][0]["errors"], again["variants"][0]["answered"]) == (0, 4)


def test_failed_calls_are_sent_again_within_a_new_spend_cap(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: (
        refusal(400, "no") if b"mail 1" in request.body else echo(request)
    )
    project.pwb(*COMPARE)
    provider.script = echo
    resume = ("runs", "resume", "1", "--retry-failed", "--json")
    answer = project.pwb(*resume, "--max-cost", "0.000001")
    assert (answer.code, answer.json["variants"][0]["answered"]) == (3, 3)
    again = project.done(*resume, "--max-cost", "1").json
    assert again["variants"][0]["answered"] == 4


def test_failed_calls_of_a_run_that_is_not_complete_are_sent_with_the_rest(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: refusal(*((400, "no") if request.number < 1 else (500, "x")))
    answer = project.pwb(*COMPARE, "--concurrency", "1", "--wait-for-server", "0", "--json")
    assert (answer.json["run"]["state"], answer.code) == ("interrupted", 1)
    assert answer.json["variants"][0]["errors"] > 0
    provider.script = echo
    again = project.done("runs", "resume", "1", "--retry-failed", "--json").json
    assert (again["run"]["state"], again["variants"][0]["answered"]) == ("done", 4)


def test_a_server_that_is_gone_ends_with_1_and_a_later_resume_goes_on(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: refusal(500, "broken")
    answer = project.pwb(*COMPARE, "--wait-for-server", "0", "--json")
    assert answer.code == 1
    assert answer.json["run"]["state"] == "interrupted"
    assert "without an answer" in answer.json["run"]["reason"]
    assert "pwb runs resume 1" in answer.err
    provider.script = echo
    again = project.done("runs", "resume", "1", "--json").json
    assert (again["run"]["state"], again["variants"][0]["answered"]) == ("done", 4)


def test_the_spend_cap_ends_with_3_and_a_higher_one_goes_on(
    project: Terminal, provider: FakeProvider
) -> None:
    answer = project.pwb(*COMPARE, "--max-cost", "0.0002", "--concurrency", "1", "--json")
    assert answer.code == 3
    assert answer.json["run"]["state"] == "budget_stopped"
    assert Decimal(answer.json["variants"][0]["cost_usd"]) <= Decimal("0.0002")
    assert "pwb runs resume 1" in answer.err
    again = project.done("runs", "resume", "1", "--max-cost", "1", "--json").json
    assert again["variants"][0]["answered"] == 4


def test_a_cap_that_cannot_be_kept_sends_nothing(project: Terminal, provider: FakeProvider) -> None:
    register(provider.base_url, price=None)
    answer = project.pwb(*COMPARE, "--max-cost", "1")
    assert answer.code == 3
    assert "price of fake/fake" in answer.err
    assert provider.requests == []
    allowed = project.done(*COMPARE, "--max-cost", "1", "--allow-unknown-cost", "--json").json
    assert allowed["variants"][0]["cost_usd"] is None
    assert allowed["variants"][0]["unknown_cost"] == 4


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare"],
        [*COMPARE, "--none"],
        [*COMPARE, "--repeat", "0"],
        [*COMPARE, "--max-cost", "much"],
        [*COMPARE, "--settings", "temperature"],
        [*COMPARE, "--settings", "none=1"],
        [*COMPARE, "--evaluator", "none"],
        [*COMPARE, "--evaluator", "regex"],
        [*COMPARE, "--evaluator", "regex:none=1"],
        [*COMPARE, "--prompt", "reply@9"],
        ["none"],
    ],
)
def test_wrong_usage_ends_with_2(
    project: Terminal, provider: FakeProvider, arguments: list[str]
) -> None:
    answer = project.pwb(*arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_runs_are_listed_shown_scored_again_and_exported(
    project: Terminal, provider: FakeProvider
) -> None:
    project.done(*COMPARE)
    (run,) = project.done("runs", "list", "--json").json
    assert (run["number"], run["kind"], run["cases"]) == (1, "comparison", 4)
    assert "done" in project.done("runs", "list").out
    assert project.done("runs", "show", "1", "--json").json["variants"][0]["passed"] == 4

    schema = project.file("schema.json", '{"type": "object"}')
    scored = project.done("runs", "score", "1", "-e", f"json_schema:schema=@{schema}", "--json")
    assert scored.json["variants"][0]["failed"] == 4
    assert len(provider.requests) == 4

    project.done("runs", "export", "1", "run.csv")
    text = (project.folder / "run.csv").read_text(encoding="utf-8")
    assert next(csv.DictReader(text.splitlines()))["answer"] == "Answer mail 0"
    printed = project.done("runs", "export", "1", "--format", "jsonl").out
    assert len([json.loads(line) for line in printed.splitlines()]) == 4


def test_costs_are_shown(project: Terminal, provider: FakeProvider) -> None:
    project.done(*COMPARE)
    record = project.done("costs", "--json").json
    assert record["totals"]["calls"] == 4
    assert Decimal(record["totals"]["cost_usd"]) > 0
    assert record["days"][0]["group"] == "fake/fake"
    assert "4 calls, $" in project.done("costs", "--by", "prompt").out
    assert project.done("costs", "--since", "2999-01-01", "--json").json["days"] == []


def test_one_interrupt_stops_the_run_and_keeps_what_was_answered(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: echo(request).after(0 if request.number < 2 else 30)
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        wait_for(lambda: len(provider.requests) == 3)
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    answer = project.pwb(*COMPARE, "--concurrency", "1", "--json")
    thread.join()
    assert answer.code == 130
    assert answer.json["run"]["state"] == "stopped"
    (variant,) = answer.json["variants"]
    assert (variant["answered"], variant["cancelled"]) == (2, 1)
    provider.script = echo
    assert project.done("runs", "resume", "1", "--json").json["variants"][0]["answered"] == 4


def test_a_run_that_another_program_works_on_is_left_to_it(
    project: Terminal, provider: FakeProvider
) -> None:
    assert project.pwb(*COMPARE, "--max-cost", "0.0002", "--concurrency", "1").code == 3
    answered = len(provider.requests)
    asyncio.run(hold_the_lease(project.folder / "mails.pwb"))
    refused = project.pwb("runs", "resume", "1", "--max-cost", "1")
    assert refused.code == 3
    assert "Another window or program is working on this run." in refused.err
    assert len(provider.requests) == answered


async def hold_the_lease(path: Path) -> None:
    workbench = await wired_projects().open(path)
    run = await workbench.runs.get(1)
    holder = this_holder("another")
    await workbench._open_project.write(lambda r: r.runs.take_lease(run.id, holder))
    await workbench.close()


def test_calls_that_a_crash_may_have_left_unpaid_are_told(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: echo(request).after(30)
    command = subprocess.Popen(
        [sys.executable, "-m", "prompt_workbench", *COMPARE, "--concurrency", "2"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: len(provider.requests) == 2)
    for process in (*psutil.Process(command.pid).children(), command):
        process.kill()
    command.wait()
    listed = project.done("runs", "list")
    assert "interrupted" in listed.out
    told = "Run 1 was interrupted. 2 calls without an answer may have been billed.\n"
    assert listed.err == told
    assert project.done("runs", "show", "1").err == ""


def test_a_killed_command_loses_no_answer_and_pays_for_none_twice(
    project: Terminal, provider: FakeProvider
) -> None:
    provider.script = lambda request: echo(request).after(0 if request.number < 2 else 1)
    command = subprocess.Popen(
        [sys.executable, "-m", "prompt_workbench", *COMPARE, "--concurrency", "1"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: len(provider.requests) == 3)
    command.kill()
    command.wait()
    # Its worker still finishes what is under way, and starts nothing more.
    wait_for(lambda: "interrupted" in project.done("runs", "list").out)
    assert len(provider.requests) == 3

    provider.script = echo
    result = project.done("runs", "resume", "1", "--json").json
    assert (result["variants"][0]["answered"], result["variants"][0]["unknown"]) == (4, 0)
    assert len(provider.requests) == 4


def in_batches(provider: FakeProvider) -> None:
    endpoint = Endpoint(
        name="fake",
        base_url=provider.base_url,
        input_price=Decimal(2),
        output_price=Decimal(2),
        options={"batches": "50"},
    )
    models.save(ModelRegistry(endpoints=(endpoint,)))


def test_a_batch_says_its_price_first_and_costs_that(
    project: Terminal, provider: FakeProvider
) -> None:
    in_batches(provider)
    single = project.done(*COMPARE, "--estimate", "--json").json
    batch = project.done(*COMPARE, "--batch", "--estimate", "--json").json
    assert batch["can_batch"]
    assert Decimal(batch["cost_usd"]["high"]) * 2 == Decimal(single["cost_usd"]["high"])
    assert "within 24 hours" in project.done(*COMPARE, "--batch", "--estimate").out
    provider.batches.polls_until_end = 0
    result = project.done(*COMPARE, "--batch", "--json").json
    (variant,) = result["variants"]
    assert (variant["answered"], variant["pass_rate"]) == (4, 1.0)
    assert Decimal(variant["cost_usd"]) > 0
    assert variant["duration_s"] == {"p50": None, "p95": None}
    assert len(provider.batches.all) == 1


def test_a_model_without_batches_is_refused_before_anything_is_sent(
    project: Terminal, provider: FakeProvider
) -> None:
    answer = project.pwb(*COMPARE, "--batch")
    assert answer.code != 0
    assert "fake/fake cannot be called in a batch." in answer.err
    assert provider.batches.requests == []


def test_a_killed_command_loses_no_batch_and_submits_none_twice(
    project: Terminal, provider: FakeProvider
) -> None:
    in_batches(provider)
    provider.batches.polls_until_end = float("inf")
    command = subprocess.Popen(
        [sys.executable, "-m", "prompt_workbench", *COMPARE, "--batch"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: any(method == "GET" for method, _, _ in provider.batches.requests))
    for process in (*psutil.Process(command.pid).children(), command):
        process.kill()
    command.wait()
    listed = project.done("runs", "list")
    assert listed.err == "Run 1 was interrupted.\n"
    provider.batches.polls_until_end = 0
    result = project.done("runs", "resume", "1", "--json").json
    assert (result["variants"][0]["answered"], result["variants"][0]["unknown"]) == (4, 0)
    assert len(provider.batches.all) == 1
    assert len(provider.requests) == 4


def test_ctrl_c_leaves_a_batch_to_its_provider_and_cancel_ends_it(
    project: Terminal, provider: FakeProvider
) -> None:
    in_batches(provider)
    provider.batches.polls_until_end = float("inf")
    command = subprocess.Popen(
        [sys.executable, "-m", "prompt_workbench", *COMPARE, "--batch"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: any(method == "GET" for method, _, _ in provider.batches.requests))
    command.send_signal(signal.SIGINT)
    _, told = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "the batch goes on at the provider" in told
    assert "pwb runs resume 1" in told
    (batch,) = provider.batches.all.values()
    assert not batch.was_cancelled
    cancelled = project.pwb("runs", "cancel", "1", "--json").json
    assert batch.was_cancelled
    assert cancelled["run"]["state"] == "stopped"
    assert cancelled["variants"][0]["cancelled"] == 4
    assert provider.requests == []


def wait_for(condition: Callable[[], bool], within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        threading.Event().wait(0.05)
