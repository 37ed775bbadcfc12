"""What the call worker and its parent say to each other, as frozen values.

Commands go down, events come up. Both travel as frames: four bytes of length, then one
JSON object with a ``type``. Keys travel only inside a `Hello` frame of the pipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.generations import CellKey, GenerationSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """First command: which project to work on, and the keys by provider origin."""

    project: str
    """Path or URL of the project."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    local_threads: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Run, or go on with, the cells of a run that have no answer."""

    run_id: str
    patience_s: float | None = None
    """How long to wait for servers that fail before the run ends; None waits without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRun:
    """Start no further call; what is in flight finishes."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinueRun:
    """Go on after a pause."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """End the run: what is in flight is cancelled, its partial text kept."""

    run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCells:
    """Send some cells again; no cells means all that failed."""

    run_id: str
    cells: tuple[CellKey, ...] = ()
    patience_s: float | None = None
    """As in `StartRun`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shutdown:
    """Start nothing new, finish and commit what is in flight, then exit."""


Command: TypeAlias = Hello | StartRun | PauseRun | ContinueRun | StopRun | RetryCells | Shutdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """First event: the worker has opened the project."""

    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStarted:
    """A call left."""

    run_id: str
    cell: CellKey
    generation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellText:
    """Text that arrived for a cell since the last event, at most every 33 ms."""

    run_id: str
    cell: CellKey
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFinished:
    """A cell reached a final state, and the ledger has it."""

    summary: GenerationSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgressed:
    """How far a run is, at most every 100 ms and at every change of state."""

    progress: RunProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """A run is no longer active in the worker."""

    run_id: str
    state: RunState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFailed:
    """The worker cannot go on, or is gone; runs it had are interrupted."""

    message: str
    hint: str = ""


Event: TypeAlias = (
    Ready | CellStarted | CellText | CellFinished | RunProgressed | RunEnded | WorkerFailed
)
