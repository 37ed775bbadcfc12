"""Events that wait are merged without losing text or order."""

from __future__ import annotations

from datetime import UTC, datetime

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.domain.usage import UNKNOWN_COST
from prompt_workbench.engine.events import EventBuffer
from prompt_workbench.engine.protocol import (
    CellFinished,
    CellStarted,
    CellText,
    RunEnded,
    RunProgressed,
)

A, B = CellKey(case=0, variant=0), CellKey(case=0, variant=1)


def text(cell: CellKey, piece: str) -> CellText:
    return CellText(run_id="r", cell=cell, text=piece)


def finished(cell: CellKey, preview: str) -> CellFinished:
    summary = GenerationSummary(
        id="g",
        run_id="r",
        cell=cell,
        state=GenerationState.DONE,
        provider="p",
        request_model="m",
        cost=UNKNOWN_COST,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        preview=preview,
    )
    return CellFinished(summary=summary)


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


def test_of_a_call_that_is_over_at_once_only_the_end_is_told() -> None:
    buffer = EventBuffer()
    end = finished(A, "abc")
    start = CellStarted(run_id="r", cell=B, generation_id="h")
    for event in (CellStarted(run_id="r", cell=A, generation_id="g"), start, text(A, "ab")):
        buffer.put(event)
    for event in (text(B, "B"), text(A, "c"), end):
        buffer.put(event)
    assert buffer.take() == [start, text(B, "B"), end]


def test_text_that_the_end_does_not_hold_is_told() -> None:
    buffer = EventBuffer()
    events = [CellStarted(run_id="r", cell=A, generation_id="g"), text(A, "abc"), finished(A, "a")]
    for event in events:
        buffer.put(event)
    assert buffer.take() == events


def test_a_call_whose_beginning_was_told_is_told_to_its_end() -> None:
    buffer = EventBuffer()
    buffer.put(CellStarted(run_id="r", cell=A, generation_id="g"))
    buffer.take()
    events = [text(A, "abc"), finished(A, "abc")]
    for event in events:
        buffer.put(event)
    assert buffer.take() == events
