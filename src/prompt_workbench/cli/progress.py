"""How a run and a download are followed on the standard error, while results wait."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from prompt_workbench.cli.output import dollars, visible
from prompt_workbench.domain.comparisons import RunProgress, RunState

if TYPE_CHECKING:
    from rich.progress import Progress

_EVERY_S = 5
"""How often a line is printed where the standard error is no terminal."""


def say(text: str) -> None:
    """Print a line on the standard error, with its control characters shown."""
    # What is told on the way is no reason to give up the work.
    with suppress(OSError):
        sys.stderr.write(f"{visible(text)}\n")
        sys.stderr.flush()


class RunFollower(Protocol):
    """Shows how far a run is."""

    def show(self, progress: RunProgress) -> None:
        """Show the newest state."""
        ...

    def leave(self) -> None:
        """Give the terminal back as it was."""
        ...


class _Lines:
    """Prints a line now and then, for logs."""

    def __init__(self) -> None:
        self._printed_at = -float(_EVERY_S)
        self._reason = ""
        self._line = ""

    def show(self, progress: RunProgress) -> None:
        """Print a line when there is news and the last one is some seconds old."""
        news = progress.reason != self._reason or progress.finished == progress.total
        if not news and time.monotonic() - self._printed_at < _EVERY_S:
            return
        self._printed_at, self._reason = time.monotonic(), progress.reason
        line = f"{progress.finished} of {progress.total}, {_details(progress)}"
        # A batch may take a day, and a log needs no line of it every few seconds.
        if line != self._line:
            self._line = line
            say(line)

    def leave(self) -> None:
        """Do nothing: lines change nothing of the terminal."""


class _Bar:
    """Shows a bar that follows the run."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def show(self, progress: RunProgress) -> None:
        """Move the bar."""
        self._bar.update(
            self._task,
            total=progress.total,
            completed=progress.finished,
            description=visible(_details(progress)),
        )

    def leave(self) -> None:
        """Take the bar away and show the cursor again."""
        self._bar.stop()


@contextmanager
def following_run() -> Iterator[RunFollower]:
    """Follow a run with a bar on a terminal, and with lines elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    with _bar() as bar:
        yield _Bar(bar)


@contextmanager
def following_download(title: str) -> Iterator[Callable[[int, int], None]]:
    """Follow a download; what is given is told of bytes, done and total."""
    if not sys.stderr.isatty():
        say(title)
        yield lambda done, total: None
        return
    with _bar() as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=Console(file=sys.stderr),
        transient=True,
    )


def _details(progress: RunProgress) -> str:
    parts = [
        f"{progress.running} running",
        f"{progress.failed} failed" if progress.failed else "",
        dollars(progress.cost_usd, progress.unknown_cost) if progress.finished else "",
        "" if progress.remaining_s is None else f"about {progress.remaining_s:.0f} s left",
        "paused" if progress.state is RunState.PAUSED else "",
        progress.reason,
    ]
    return ", ".join(part for part in parts if part)
