"""What a running comparison says while it runs, for front ends."""

from prompt_workbench.engine.protocol import (
    CellFinished,
    CellStarted,
    CellText,
    Event,
    Ready,
    RunEnded,
    RunProgressed,
    WorkerFailed,
)

__all__ = [
    "CellFinished",
    "CellStarted",
    "CellText",
    "Event",
    "Ready",
    "RunEnded",
    "RunProgressed",
    "WorkerFailed",
]
