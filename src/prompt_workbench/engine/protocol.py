"""What the call worker and its parent say to each other, as frozen values.

Commands go down, events come up. Both travel as frames: four bytes of length, then JSON
objects with a ``type``, one to a line. Keys travel only inside a `Hello` frame of the pipe.

They are msgspec's structures rather than dataclasses, because there are several for every
call: one is made in a tenth of the time, and written and read without Python code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from typing_extensions import override

from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.domain.generations import CellKey, GenerationSummary


class Hello(Struct, frozen=True, kw_only=True, tag=True):
    """First command: which project to work on, and the keys by provider origin."""

    project: str
    """Path or URL of the project."""
    keys: Mapping[str, str] = field(default_factory=dict)
    local_threads: int | None = None

    @override
    def __repr__(self) -> str:
        return f"Hello({self.project!r}, {len(self.keys)} keys)"


class StartRun(Struct, frozen=True, kw_only=True, tag=True):
    """Run, or go on with, the cells of a run that have no answer."""

    run_id: str
    patience_s: float | None = None
    """How long to wait for servers that fail before the run ends; None waits without end."""


class PauseRun(Struct, frozen=True, kw_only=True, tag=True):
    """Start no further call; what is in flight finishes."""

    run_id: str


class ContinueRun(Struct, frozen=True, kw_only=True, tag=True):
    """Go on after a pause."""

    run_id: str


class StopRun(Struct, frozen=True, kw_only=True, tag=True):
    """End the run: what is in flight is cancelled, its partial text kept."""

    run_id: str


class RetryCells(Struct, frozen=True, kw_only=True, tag=True):
    """Send some cells again; no cells means all that failed."""

    run_id: str
    cells: tuple[CellKey, ...] = ()
    patience_s: float | None = None
    """As in `StartRun`."""


class Shutdown(Struct, frozen=True, kw_only=True, tag=True):
    """Start nothing new, finish and commit what is in flight, then exit."""


Command: TypeAlias = Hello | StartRun | PauseRun | ContinueRun | StopRun | RetryCells | Shutdown


class Ready(Struct, frozen=True, kw_only=True, tag=True):
    """First event: the worker has opened the project."""

    pid: int


class CellStarted(Struct, frozen=True, kw_only=True, tag=True):
    """A call left; not told, like its text, of one whose end is told at the same time."""

    run_id: str
    cell: CellKey
    generation_id: str


class CellText(Struct, frozen=True, kw_only=True, tag=True):
    """Text that arrived for a cell since the last event, at most every 33 ms."""

    run_id: str
    cell: CellKey
    text: str


class CellFinished(Struct, frozen=True, kw_only=True, tag=True):
    """A cell reached a final state, and the ledger has it."""

    summary: GenerationSummary


class RunProgressed(Struct, frozen=True, kw_only=True, tag=True):
    """How far a run is, at most every 100 ms and at every change of state."""

    progress: RunProgress


class RunEnded(Struct, frozen=True, kw_only=True, tag=True):
    """A run is no longer active in the worker."""

    run_id: str
    state: RunState
    reason: str = ""


class WorkerFailed(Struct, frozen=True, kw_only=True, tag=True):
    """The worker cannot go on, or is gone; runs it had are interrupted."""

    message: str
    hint: str = ""


Event: TypeAlias = (
    Ready | CellStarted | CellText | CellFinished | RunProgressed | RunEnded | WorkerFailed
)
