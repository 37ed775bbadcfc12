"""A call worker that answers from a script, for tests of what the window makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.generations import CellKey, GenerationState, GenerationSummary
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.usage import Cost, CostSource, Usage, UsageSource
from prompt_workbench.engine.protocol import (
    CellFinished,
    CellStarted,
    CellText,
    Command,
    Event,
    RunEnded,
    RunProgressed,
    StartRun,
    StopRun,
)

_CELL = CellKey(case=0, variant=0)


class ScriptedWorker:
    """Answers every started run with the same words, one at a time; stops when told to."""

    def __init__(self, words: str = "Thanks for reaching out.", *, pause_s: float = 0.0) -> None:
        self.words = words
        self.pause_s = pause_s
        self.commands: list[Command] = []
        self.hold = False
        """Whether answers stay unfinished until the run is stopped."""
        self._listeners: list[Callable[[Event], None]] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(
        self, project: str, keys: Mapping[str, str], *, local_threads: int | None = None
    ) -> None:
        pass

    async def send(self, command: Command) -> None:
        self.commands.append(command)
        if isinstance(command, StartRun):
            loop = asyncio.get_running_loop()
            self._tasks[command.run_id] = loop.create_task(self._answer(command.run_id))
        elif isinstance(command, StopRun):
            self._tasks.pop(command.run_id).cancel()
            self._end(command.run_id, GenerationState.CANCELLED, RunState.STOPPED)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.wait(self._tasks.values()) if self._tasks else None

    def say(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def _answer(self, run_id: str) -> None:
        self.say(RunProgressed(progress=_progress(run_id)))
        self.say(CellStarted(run_id=run_id, cell=_CELL, generation_id=new_id()))
        for word in self.words.split(" "):
            self.say(CellText(run_id=run_id, cell=_CELL, text=f"{word} "))
            await asyncio.sleep(self.pause_s)
        if self.hold:
            await asyncio.get_running_loop().create_future()
        self._end(run_id, GenerationState.DONE, RunState.DONE)

    def _end(self, run_id: str, state: GenerationState, run_state: RunState) -> None:
        self.say(CellFinished(summary=_summary(run_id, state, self.words)))
        self.say(RunEnded(run_id=run_id, state=run_state))


def _progress(run_id: str) -> RunProgress:
    return RunProgress(
        run_id=run_id,
        state=RunState.RUNNING,
        total=1,
        finished=0,
        running=1,
        queued=0,
        failed=0,
        cost_usd=Decimal(0),
        unknown_cost=0,
        remaining_s=None,
    )


def _summary(run_id: str, state: GenerationState, words: str) -> GenerationSummary:
    return GenerationSummary(
        id=new_id(),
        run_id=run_id,
        cell=_CELL,
        state=state,
        provider="local",
        request_model="smollm2-135m-instruct",
        finish_reason="stop" if state is GenerationState.DONE else None,
        usage=Usage(input_tokens=41, output_tokens=len(words.split())),
        usage_source=UsageSource.REPORTED,
        cost=Cost(usd=Decimal(0), source=CostSource.KNOWN),
        started_at=datetime.now(UTC),
        duration_s=0.82,
        time_to_first_chunk_s=0.21,
        preview=words[:400],
    )
