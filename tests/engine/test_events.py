"""Events that wait are merged without losing text or order."""

from __future__ import annotations

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.generations import CellKey
from prompt_workbench.engine.events import EventBuffer
from prompt_workbench.engine.protocol import CellStarted, CellText, RunEnded, RunProgressed

A, B = CellKey(case=0, variant=0), CellKey(case=0, variant=1)


def text(cell: CellKey, piece: str) -> CellText:
    return CellText(run_id="r", cell=cell, text=piece)


def progress(finished: int) -> RunProgressed:
    return RunProgressed(
        progress=RunProgress(
            run_id="r",
            state=RunState.RUNNING,
            total=9,
            finished=finished,
            running=0,
            queued=0,
            failed=0,
            cost_usd=None,
            unknown_cost=0,
            remaining_s=None,
        )
    )


def test_the_text_of_each_cell_becomes_one_event() -> None:
    buffer = EventBuffer()
    for piece in "abc":
        buffer.put(text(A, piece))
        buffer.put(text(B, piece.upper()))
    assert buffer.take() == [text(A, "abc"), text(B, "ABC")]
    assert not buffer
    buffer.put(text(A, "d"))
    assert buffer.take() == [text(A, "d")]


def test_text_of_a_new_call_stays_behind_its_start() -> None:
    buffer = EventBuffer()
    start = CellStarted(run_id="r", cell=A, generation_id="2")
    for event in (text(A, "old"), start, text(A, "new")):
        buffer.put(event)
    assert buffer.take() == [text(A, "old"), start, text(A, "new")]


def test_only_the_newest_progress_is_told() -> None:
    buffer = EventBuffer()
    end = RunEnded(run_id="r", state=RunState.DONE)
    for event in (progress(1), text(A, "a"), progress(2), end):
        buffer.put(event)
    assert buffer.take() == [text(A, "a"), progress(2), end]
