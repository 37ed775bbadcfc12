"""A run from its start to its end: followed, stopped by Ctrl-C, and turned into an exit code."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from prompt_workbench.cli.output import dollars, percent, print_json, seconds
from prompt_workbench.cli.progress import following_run, say
from prompt_workbench.cli.records import result_record
from prompt_workbench.cli.session import ExitCode
from prompt_workbench.cli.tables import print_table
from prompt_workbench.domain.comparisons import RESUMABLE, Run, RunState, VariantSummary
from prompt_workbench.domain.errors import HostError
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.services.events import Event, RunEnded, RunProgressed, WorkerFailed
from prompt_workbench.services.workbench import Workbench

_CASES_READ = 1_000
_REASONS_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How a run ended, and what came of it."""

    run: Run
    summaries: tuple[VariantSummary, ...]
    reason: str
    """Why it is at its end, in a sentence, where it is not complete."""
    stopped: bool
    """Whether the person stopped it."""
    failures: tuple[tuple[str, int], ...] = ()
    """Why calls failed, and how many for each reason; the most frequent first."""

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with."""
        if self.stopped and self.run.state is not RunState.DONE:
            return ExitCode.INTERRUPTED
        if self.run.state is RunState.BUDGET_STOPPED:
            return ExitCode.SPEND_CAP
        whole = self.run.state is RunState.DONE and not any(
            summary.errors or summary.truncated or summary.cancelled or summary.unknown
            for summary in self.summaries
        )
        return ExitCode.DONE if whole else ExitCode.FAILED

    def show(self, *, as_json: bool) -> None:
        """Print the result on the standard output, and how to go on on the standard error."""
        if as_json:
            print_json(result_record(self.run, self.summaries))
        else:
            print_summaries(self.summaries)
        for sentence, count in self.failures:
            say(f"{count} failed: {sentence}")
        if self.run.state is not RunState.DONE:
            reason = self.reason or f"It is {self.run.state.value.replace('_', ' ')}."
            say(f"Run {self.run.number} is not complete. {reason}")
        if self.run.state in RESUMABLE:
            say(f"Go on with: pwb runs resume {self.run.number}")


async def follow(
    workbench: Workbench, run: Run, begin: Callable[[], Awaitable[object]]
) -> Followed:
    """Begin a run and follow it to its end; the first Ctrl-C stops it, a second one leaves.

    A batch is left to its provider by the first Ctrl-C.
    """
    comparisons, stopped, told = workbench.comparisons, False, ""
    in_batch = run.limits.as_batch
    tasks: set[asyncio.Task[None]] = set()

    async def end() -> None:
        # A worker that is gone cannot be stopped; its end is told by itself.
        with suppress(HostError):
            await (comparisons.leave() if in_batch else comparisons.stop(run.id))

    with following_run() as follower:

        def stop() -> None:
            nonlocal stopped
            if stopped:
                follower.leave()
                # The worker outlives this process just long enough to keep what is under way.
                os._exit(ExitCode.INTERRUPTED)
            stopped = True
            kept = "the batch goes on at the provider" if in_batch else "what was answered is kept"
            say(f"Stopping; {kept}. Press Ctrl-C again to leave at once.")
            tasks.add(asyncio.get_running_loop().create_task(end()))

        def tell(event: Event) -> None:
            nonlocal told
            match event:
                case RunProgressed(progress=progress) if progress.run_id == run.id:
                    follower.show(progress)
                case RunEnded(run_id=run.id, reason=reason):
                    told = reason
                case WorkerFailed(message=message, hint=hint):
                    say(f"{message} {hint}")

        unsubscribe = comparisons.subscribe(tell)
        try:
            with _interrupts(stop):
                await begin()
                ended = await comparisons.finished(run.id)
        finally:
            unsubscribe()
    summaries = await workbench.runs.summary(run.id)
    failed = any(summary.errors for summary in summaries)
    # What kept a run from going on at all stands in no run.
    return Followed(
        run=ended,
        summaries=summaries,
        failures=await _failures(workbench, run.id) if failed else (),
        reason=told or ended.state_reason,
        stopped=stopped,
    )


async def _failures(workbench: Workbench, run_id: str) -> tuple[tuple[str, int], ...]:
    """Return why calls failed, as far as the first cases tell."""
    cells = await workbench.runs.cells(run_id, 0, _CASES_READ)
    found = Counter(
        cell.error for cell in cells if cell.state is GenerationState.FAILED and cell.error
    )
    return tuple(found.most_common(_REASONS_TOLD))


def print_summaries(summaries: tuple[VariantSummary, ...]) -> None:
    """Print a line per variant."""
    headers = (
        "Variant", "Pass rate", "Unscored", "Errors", "Truncated", "Tokens in", "Tokens out",
        "Cost", "p50", "p95", "First chunk p50", "Tokens/s",
    )  # fmt: skip
    rows = [_row(summary) for summary in summaries]
    print_table(headers, rows, right=len(headers) - 1)


def _row(summary: VariantSummary) -> tuple[str, ...]:
    judged = f" ({summary.passed}/{summary.passed + summary.failed})"
    speed = summary.tokens_per_s.p50
    return (
        summary.title,
        percent(summary.pass_rate) + (judged if summary.pass_rate is not None else ""),
        str(summary.unscored),
        str(summary.errors + summary.unknown),
        str(summary.truncated),
        str(summary.input_tokens),
        str(summary.output_tokens),
        dollars(summary.cost_usd, summary.unknown_cost),
        seconds(summary.duration_s.p50),
        seconds(summary.duration_s.p95),
        seconds(summary.time_to_first_chunk_s.p50),
        "–" if speed is None else f"{speed:.0f}",
    )


@contextmanager
def _interrupts(handle: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C call a function on the loop instead of ending the program."""
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)

    def interrupt(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(handle)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
