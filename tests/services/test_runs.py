"""What a person can do with a finished run."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.services.conftest import ran, undone

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.comparisons import ComparisonSpec, Run, RunKind, VariantSummary
from prompt_workbench.domain.costs import CostGroup
from prompt_workbench.domain.datasets import DatasetVersion
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptVersion
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.interop.csv_cells import from_cell
from prompt_workbench.interop.runs import RunFormat
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.workbench import Workbench

EXACT = EvaluatorSpec(type="exact")
NEVER = EvaluatorSpec(type="contains", options={"text": "nothing like it"}, name="never")


@pytest.fixture
async def run(
    bench: Workbench, version: PromptVersion, reviews: DatasetVersion, provider: FakeProvider
) -> Run:
    return await ran(
        bench,
        ComparisonSpec(
            prompts=("reply",),
            models=("fake/fake",),
            settings=(ModelSettings(max_tokens=20),),
            dataset="reviews",
            evaluators=(EXACT,),
        ),
    )


async def passed(bench: Workbench, run: Run) -> dict[str, tuple[int, int, int]]:
    (summary,) = await bench.runs.summary(run.id)
    return dict(summary.scores)


async def test_answers_are_scored_again_without_a_call(
    bench: Workbench, run: Run, provider: FakeProvider
) -> None:
    before: VariantSummary
    (before,) = await bench.runs.summary(run.id)
    done = await bench.runs.rescore(run.id, [NEVER, EXACT])
    (after,) = done.value
    assert (before.pass_rate, after.pass_rate) == (1.0, 0.0)
    assert after.scores == {"never": (0, 4, 0), "exact": (4, 0, 0)}
    assert len(provider.requests) == 4

    redo = await undone(done)
    assert await passed(bench, run) == {"exact": (4, 0, 0)}
    assert (await bench.runs.get(run.id)).evaluators == (EXACT,)
    await undone(redo)
    assert await passed(bench, run) == {"never": (0, 4, 0), "exact": (4, 0, 0)}


async def test_an_evaluator_that_cannot_work_changes_nothing(bench: Workbench, run: Run) -> None:
    with pytest.raises(InvalidInputError):
        await bench.runs.rescore(run.id, [EvaluatorSpec(type="regex")])
    assert await passed(bench, run) == {"exact": (4, 0, 0)}


async def test_every_cell_is_exported_as_json_lines(
    bench: Workbench, run: Run, tmp_path: Path
) -> None:
    path = await bench.runs.export(run.id, tmp_path / "run.jsonl")
    text = await bench.runs.export_text(run.id, RunFormat.JSONL)
    lines = [json.loads(line) for line in text.splitlines()]
    assert path.name == "run.jsonl"
    assert [line["case"] for line in lines] == [0, 1, 2, 3]
    assert lines[1]["input"] == {"mail": "mail 1"}
    assert lines[1]["answer"] == lines[1]["expected_output"] == "Answer mail 1"
    assert lines[1]["score"]["exact"]["passed"] is True
    assert lines[1]["model"] == "fake/fake"


async def test_every_cell_is_exported_as_a_safe_table(bench: Workbench, run: Run) -> None:
    text = await bench.runs.export_text(run.id, RunFormat.CSV)
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["input.mail"] for row in rows] == ["mail 0", "mail 1", "mail 2", "mail 3"]
    assert rows[0]["score.exact.passed"] == "true"
    assert all(from_cell(row["answer"]) == row["expected_output"] for row in rows)


async def test_runs_are_found_by_number_or_id(bench: Workbench, run: Run) -> None:
    assert await bench.runs.get(1) == await bench.runs.get("1") == await bench.runs.get(run.id)
    assert await bench.runs.page(kind=RunKind.QUICK) == ()
    with pytest.raises(NotFoundError):
        await bench.runs.get(7)


@pytest.mark.parametrize("number", ["99", "9" * 20, "9" * 5000, "none", ""])
async def test_a_number_that_no_run_has_is_told(bench: Workbench, run: Run, number: str) -> None:
    with pytest.raises(NotFoundError):
        await bench.runs.get(number)
    for ref in (f"reply@{number or 'x'}", f"none@{number}"):
        with pytest.raises(NotFoundError):
            await bench.prompts.resolve(ref)
    with pytest.raises(NotFoundError):
        await bench.datasets.version(f"reviews@{number or 'x'}")


async def test_every_call_is_listed_counted_and_found(bench: Workbench, run: Run) -> None:
    wanted = CallFilter(model="fake/fake")
    assert (await bench.calls.index(wanted)).count == 4
    assert (await bench.calls.index(CallFilter(model="other/x"))).count == 0
    rows = await bench.calls.page(wanted, limit=3)
    assert [row.key for row in rows] == sorted((row.key for row in rows), reverse=True)
    (oldest,) = await bench.calls.page(wanted, before=rows[-1].key)
    assert {row.case for row in (*rows, oldest)} == {0, 1, 2, 3}
    assert {row.case for row in await bench.calls.search("mail 2")} == {2}


async def test_the_calls_of_a_renamed_prompt_are_found_by_its_name(
    bench: Workbench, version: PromptVersion, run: Run
) -> None:
    await bench.prompts.rename(version.prompt_id, "answer")
    rows = await bench.calls.page(CallFilter(prompt="answer", version="v1"))
    assert [row.prompt_name for row in rows] == ["answer"] * 4
    (point,) = (await bench.costs.overview(None, None, CostGroup.VERSION)).points
    assert (point.group, point.totals.calls) == ("answer v1", 4)
    assert (await bench.calls.index(CallFilter(prompt="reply"))).count == 0
    assert await bench.costs.prompt_names([version.id, "none"]) == {version.id: "answer"}


async def test_costs_are_summed_by_day_and_model(bench: Workbench, run: Run) -> None:
    (summary,) = await bench.runs.summary(run.id)
    overview = await bench.costs.overview(None, None, CostGroup.MODEL)
    assert overview.totals.cost_usd == summary.cost_usd
    (point,) = overview.points
    assert (point.group, point.totals.calls) == ("fake/fake", 4)
    assert abs((point.day - datetime.now(UTC).date()).days) <= 1
    assert {item.model for item in overview.latency} == {"fake/fake"}
    today = await bench.costs.today_usd()
    assert (today.usd, today.unknown) == (summary.cost_usd, 0)
