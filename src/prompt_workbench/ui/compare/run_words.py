"""Runs in words: their state, how far they are, and what a person should know and can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from prompt_workbench.domain.comparisons import Run, RunProgress, RunState, VariantSummary
from prompt_workbench.ui.kit import formats

STATES = {
    RunState.READY: "ready to start",
    RunState.RUNNING: "running",
    RunState.PAUSED: "paused",
    RunState.STOPPED: "stopped",
    RunState.INTERRUPTED: "interrupted",
    RunState.BUDGET_STOPPED: "stopped by the spend cap",
    RunState.DISK_FULL: "stopped: disk full",
    RunState.DONE: "done",
}


class Step(StrEnum):
    """What a banner offers."""

    START = "Start"
    RESUME = "Resume"
    LEAVE = "Leave it"
    RAISE_CAP = "Go on with this cap"
    RETRY = "Retry failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A sentence above the grid, with the next steps."""

    text: str
    hint: str = ""
    steps: tuple[Step, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the cells of a run ended, over all variants."""

    answered: int = 0
    failed: int = 0
    unknown: int = 0


def counts_of(totals: Iterable[VariantSummary]) -> Counts:
    """Return the counts over all variants."""
    found = tuple(totals)
    return Counts(
        answered=sum(each.answered for each in found),
        failed=sum(each.errors for each in found),
        unknown=sum(each.unknown for each in found),
    )


def run_title(run: Run) -> str:
    """Return what a run is called."""
    return f"Run {run.number} · {run.name}"


def run_scope(run: Run) -> str:
    """Return over what a run goes."""
    cases = f"{formats.count(run.case_count)} case{'s'[: run.case_count != 1]}"
    repetitions = f" × {run.limits.repetitions}" if run.limits.repetitions > 1 else ""
    return " · ".join(filter(None, (run.dataset_name, cases + repetitions)))


def progress_words(progress: RunProgress, *, as_batch: bool = False) -> str:
    """Return how far an active run is, perhaps one whose calls are in batches."""
    parts = [f"{formats.count(progress.finished)} of {formats.count(progress.total)}"]
    if progress.running:
        where = "in a batch" if as_batch else "running"
        parts.append(f"{formats.count(progress.running)} {where}")
    if progress.failed:
        parts.append(f"{formats.count(progress.failed)} failed")
    if progress.remaining_s is not None:
        parts.append(f"{formats.reckoned(progress.remaining_s)} left")
    parts.append(_cost(progress))
    limits = [f"{_short(model)} {limit}" for model, limit in progress.concurrency.items()]
    if limits:
        parts.append(f"at once: {', '.join(limits)}")
    return " · ".join(filter(None, parts))


def banner_of(
    run: Run,
    progress: RunProgress | None,
    counts: Counts,
    *,
    left: bool = False,
    elsewhere: bool = False,
) -> Banner | None:
    """Return what should be said above the grid of a run, if anything.

    Args:
        run: The run.
        progress: How far it is, while it is active in this program.
        counts: How its cells ended.
        left: Whether the person chose to leave an interrupted run as it is.
        elsewhere: Whether another window or program works on it.
    """
    if progress is not None:
        reason = progress.reason
        if reason and run.limits.as_batch:
            return Banner(text=reason, hint=_BATCH)
        return Banner(text=reason, hint=_WAITS, role="warning") if reason else None
    if elsewhere:
        return Banner(text="Another window or program is working on this run.", hint=_ELSEWHERE)
    match run.state:
        case RunState.READY:
            text = run.state_reason or "This run has not been started."
            return Banner(text=text, steps=(Step.START,))
        case RunState.INTERRUPTED if not left:
            return _interrupted(run, counts)
        case RunState.BUDGET_STOPPED:
            return Banner(
                text=run.state_reason or "The spend cap stopped this run.",
                hint="Everything that was answered is kept. Raise the cap to go on.",
                steps=(Step.RAISE_CAP,),
                role="warning",
            )
        case RunState.DISK_FULL:
            return Banner(
                text=run.state_reason or "The disk is full.",
                hint="Make room on the disk, then resume. What was answered is kept.",
                steps=(Step.RESUME,),
                role="danger",
            )
        case RunState.STOPPED:
            return Banner(
                text=f"Stopped with {_answered(run, counts)}. {run.state_reason}".strip(),
                steps=(Step.RESUME,),
            )
        case RunState.DONE if counts.failed:
            return Banner(
                text=f"{_calls(counts.failed)} failed.",
                hint="Each cell says why. Retrying sends only these again.",
                steps=(Step.RETRY,),
                role="warning",
            )
    return None


_ELSEWHERE = "Its answers are shown as they come. Stop or pause it where it was started."
_BATCH = (
    "Answers come within 24 hours. You may close the project meanwhile and resume the run later. "
    "Stop cancels the batch at the provider; what was answered by then is kept."
)
_WAITS = "The run goes on by itself when it can. Stop it to end it here."


_RESUMING = "Resuming sends only the cells without an answer."
_RESUMING_BATCH = "Resuming collects what is in its batch, and sends only what is not in one."


def _interrupted(run: Run, counts: Counts) -> Banner:
    billed = f" {_calls(counts.unknown)} may have been billed." if counts.unknown else ""
    resuming = _RESUMING_BATCH if run.limits.as_batch else _RESUMING
    return Banner(
        text=f"This run was interrupted with {_answered(run, counts)}.{billed}",
        hint=f"{run.state_reason} {resuming}".strip(),
        steps=(Step.RESUME, Step.LEAVE),
        role="warning",
    )


def _answered(run: Run, counts: Counts) -> str:
    whole = formats.count(run.cell_count)
    return f"{formats.count(counts.answered)} of {whole} cells answered"


def _calls(number: int) -> str:
    return f"{formats.count(number)} call{'s'[: number != 1]}"


def _cost(progress: RunProgress) -> str:
    if progress.cost_usd is None:
        return "cost unknown" if progress.unknown_cost else ""
    known = formats.money(progress.cost_usd)
    return f"{known} + {progress.unknown_cost} unknown" if progress.unknown_cost else known


def _short(model: str) -> str:
    return model.rpartition("/")[2]
