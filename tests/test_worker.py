"""The worker process under the worst that can happen to it, and to its parent."""

from __future__ import annotations

from pathlib import Path

from tests.performance.kill_soak import Soak


async def test_kills_lose_no_answer_forget_no_call_and_repeat_nothing(tmp_path: Path) -> None:
    soak = Soak(tmp_path, cells=100, seed=7)
    report = await soak.run(worker_kills=8, parent_kills=2)
    assert report.committed_lost == 0
    assert report.repeated_after_commit == 0
    assert report.without_row == 0
    assert report.extra <= report.unknown <= report.kills * report.concurrency
    assert report.extra_not_unknown == 0
    assert report.cells_unanswered == 0
    assert report.integrity == "ok"
    assert report.problems == []
