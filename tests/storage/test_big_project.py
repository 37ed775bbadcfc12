"""The project that the benchmarks are run on is a true one: its sums agree with its calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.performance.big_project import make

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.costs import CallTotals, Measure
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.storage.project import Project


async def test_its_rollups_and_its_index_agree_with_its_calls(tmp_path: Path) -> None:
    path = tmp_path / "big.pwb"
    make(path, 700)
    project = Project.open(path)
    rows = await project.read(lambda store: store.generations.page(CallFilter(), limit=9_999))
    today = datetime.now(UTC).date()
    days = (today - timedelta(days=200), today + timedelta(days=1))
    totals = await project.read(lambda store: store.costs.totals(*days))
    done = [row for row in rows if row.state is GenerationState.DONE]
    assert totals == CallTotals(
        calls=700,
        answered=len(done),
        failed=700 - len(done),
        input_tokens=sum(row.input_tokens or 0 for row in rows),
        output_tokens=sum(row.output_tokens or 0 for row in rows),
        missing_usage=700 - len(done),
        cost_usd=sum(row.cost_usd for row in rows if row.cost_usd is not None),
    )
    histograms = await project.read(lambda store: store.costs.latency(*days))
    for measure in (Measure.DURATION, Measure.FIRST_CHUNK):
        assert sum(it.count for it in histograms if it.measure is measure) == len(done)
    word = next(row.preview.split()[5] for row in done)
    found = await project.read(lambda store: store.generations.search(f"{word} ", 9_999))
    assert found == [row for row in found if row in rows]
    assert {row.key for row in done if word in row.preview.split()} <= {row.key for row in found}
    await project.close()
