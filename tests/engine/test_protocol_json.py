"""What the worker and its parent say survives the way through JSON exactly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import get_args

import pytest

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import Cost, CostSource, Usage, UsageSource
from prompt_workbench.engine import protocol
from prompt_workbench.engine.protocol import (
    CellFinished,
    CellStarted,
    CellText,
    Command,
    ContinueRun,
    Event,
    Hello,
    PauseRun,
    Ready,
    RetryCells,
    RunEnded,
    RunProgressed,
    Shutdown,
    StartRun,
    StopRun,
    WorkerFailed,
)
from prompt_workbench.engine.protocol_json import (
    decoded_command,
    decoded_events,
    encoded_command,
    encoded_events,
)

CELL = CellKey(case=3, variant=1, repetition=2)

COMMANDS: tuple[Command, ...] = (
    Hello(project="ü.pwb", keys={"https://api.test": "sk-1"}, local_threads=2),
    StartRun(run_id="r"),
    PauseRun(run_id="r"),
    ContinueRun(run_id="r"),
    StopRun(run_id="r"),
    RetryCells(run_id="r", cells=(CELL, CellKey(case=0, variant=0))),
    Shutdown(),
)

SUMMARY = GenerationSummary(
    id="g",
    run_id="r",
    cell=CELL,
    state=GenerationState.TRUNCATED,
    provider="p",
    request_model="m",
    response_model="m-1",
    finish_reason=None,
    usage=Usage(input_tokens=7, output_tokens=3),
    usage_source=UsageSource.ESTIMATED,
    cost=Cost(usd=Decimal("0.000000000001"), source=CostSource.ESTIMATED),
    started_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    duration_s=1.5,
    time_to_first_chunk_s=None,
    attempts=2,
    error_kind=ProviderErrorKind.TIMEOUT,
    error="The server took too long.",
    preview="½ \u0000 𝄞 \n",
    scores=(Score(name="exact", value=0.0, passed=False), Score(name="label")),
)

EVENTS: tuple[Event, ...] = (
    Ready(pid=7),
    CellStarted(run_id="r", cell=CELL, generation_id="g"),
    CellText(run_id="r", cell=CELL, text="“a”\u2028"),
    CellFinished(summary=SUMMARY),
    RunProgressed(
        progress=RunProgress(
            run_id="r",
            state=RunState.PAUSED,
            total=9,
            finished=4,
            running=1,
            queued=4,
            failed=1,
            cost_usd=Decimal("1.10"),
            unknown_cost=1,
            remaining_s=None,
            concurrency={"a/m": 4},
            reason="The server does not answer.",
        )
    ),
    RunEnded(run_id="r", state=RunState.DONE),
    WorkerFailed(message="It ended.", hint="Resume."),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda value: type(value).__name__)
def test_a_command_arrives_as_it_was_sent(command: Command) -> None:
    assert decoded_command(encoded_command(command)) == command


@pytest.mark.parametrize("event", EVENTS, ids=lambda value: type(value).__name__)
def test_an_event_arrives_as_it_was_sent(event: Event) -> None:
    (payload,) = encoded_events([event])
    assert decoded_events(payload) == [event]


def test_events_that_are_large_together_go_in_several_parts_and_stay_in_order() -> None:
    events = [CellText(run_id="r", cell=CELL, text=str(number) * 400_000) for number in range(9)]
    parts = list(encoded_events(events))
    assert 1 < len(parts) <= len(events)
    assert [event for part in parts for event in decoded_events(part)] == events


def test_every_command_and_event_is_tried() -> None:
    assert {type(value) for value in COMMANDS} == set(get_args(protocol.Command))
    assert {type(value) for value in EVENTS} == set(get_args(protocol.Event))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b'{"type": "StartRun"}',
        b'{"type": "StartRun", "run_id": 7}',
        b'{"type": "Ready", "pid": 1}',
        b'{"type": "object"}',
    ],
)
def test_what_is_no_command_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="no message of the worker"):
        decoded_command(payload)


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(ValueError, match="no message of the worker"):
        decoded_events(b'{"type": "Ready", "pid": 1}\n{"type": "Shutdown"}')


def test_a_key_is_not_shown_where_a_command_is() -> None:
    assert "sk-1" not in repr(COMMANDS[0])
