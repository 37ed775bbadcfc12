"""Kill the worker, and its parent, again and again; then compare the ledger with the bill.

``python -m tests.performance.kill_soak --kills 200`` prints a JSON object. The provider runs
here and journals every request, which is what a real one would have billed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
import psutil
from tests.support.projects import add_run, new_run, register

from prompt_workbench.domain.calls import CallFilter, CallRow
from prompt_workbench.domain.comparisons import Run, RunLimits, RunState
from prompt_workbench.domain.generations import ANSWERED, GenerationState
from prompt_workbench.engine.protocol import RunEnded, StartRun
from prompt_workbench.providers.fake import FakeProvider, FakeRequest, Reply, echo
from prompt_workbench.services.worker_link import WorkerLink
from prompt_workbench.storage.project import Project

_CONCURRENCY = 8
_DRIVE = "--drive"
_SETTLE_WITHIN_S = 35

Cell = tuple[int, int]
"""The number of a run and of a case."""


@dataclass
class Report:
    """What the kills did."""

    kills: int = 0
    worker_kills: int = 0
    parent_kills: int = 0
    runs: int = 0
    billed: int = 0
    """Requests that the provider answered or would have answered."""
    answers: int = 0
    unknown: int = 0
    committed_lost: int = 0
    """Answers that were in the ledger after one kill and not after a later one."""
    repeated_after_commit: int = 0
    """Requests for cells that had an answer in the ledger before."""
    without_row: int = 0
    """Requests that no row of the ledger stands for."""
    extra: int = 0
    """Requests whose answer was lost; each must be among the unknown."""
    extra_not_unknown: int = 0
    concurrency: int = _CONCURRENCY
    cells_unanswered: int = 0
    integrity: str = ""
    seconds: float = 0
    slowest_restart_s: float = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, forgotten or repeated."""
        wrong = (
            self.committed_lost,
            self.repeated_after_commit,
            self.without_row,
            self.extra_not_unknown,
            self.cells_unanswered,
        )
        within = self.unknown <= self.kills * self.concurrency
        return not any(wrong) and within and self.integrity == "ok"


class Soak:
    """One project whose runs are killed."""

    def __init__(self, folder: Path, *, cells: int, seed: int) -> None:
        self.report = Report()
        self._path = folder / "soak.pwb"
        self._cells = cells
        self._chance = random.Random(seed)
        self._answered: set[Cell] = set()
        self._seen_requests = 0
        self._numbers = itertools.count(1)
        self._provider = FakeProvider(self._reply)
        self._project = Project.create(self._path)

    async def run(self, *, worker_kills: int, parent_kills: int) -> Report:
        """Kill so often, then let the last run end and compare."""
        began = time.monotonic()
        kinds = [self._kill_worker] * worker_kills + [self._kill_parent] * parent_kills
        self._chance.shuffle(kinds)
        async with self._provider:
            register(self._provider.base_url)
            run = await self._new_run()
            for kill in kinds:
                if await self._state(run) is RunState.DONE:
                    run = await self._new_run()
                await kill(run)
                await self._check()
            await self._finish(run)
            await self._compare()
        await self._project.close()
        self.report.kills = self.report.worker_kills + self.report.parent_kills
        self.report.integrity = _integrity(self._path)
        self.report.seconds = round(time.monotonic() - began, 2)
        return self.report

    def _reply(self, request: FakeRequest) -> Reply:
        return echo(request).after(self._chance.uniform(0.005, 0.03))

    async def _new_run(self) -> Run:
        number = next(self._numbers)
        self.report.runs = number
        limits = RunLimits(use_cache=False, concurrency=_CONCURRENCY)
        run = new_run(number, cases=self._cells, limits=limits)
        return await add_run(self._project, run, word=f"word-{number}")

    async def _state(self, run: Run) -> RunState:
        return (await self._project.read(lambda r: r.runs.get(run.id))).state

    async def _kill_worker(self, run: Run) -> None:
        """Start, and kill the worker at any moment: before it is ready, or in full flight."""
        self.report.worker_kills += 1
        link = WorkerLink()
        starting = asyncio.create_task(self._start(link, run))
        if self._chance.random() < 0.2:
            await asyncio.sleep(self._chance.uniform(0, 0.5))
        else:
            await starting
            await asyncio.sleep(self._chance.uniform(0, 0.4))
        if link.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(link.pid, signal.SIGKILL)
        with suppress(Exception):
            await starting
        await link.close()

    async def _start(self, link: WorkerLink, run: Run) -> None:
        began = time.monotonic()
        await link.start(str(self._path), {})
        restart_s = round(time.monotonic() - began, 3)
        self.report.slowest_restart_s = max(self.report.slowest_restart_s, restart_s)
        await link.send(StartRun(run_id=run.id))

    async def _kill_parent(self, run: Run) -> None:
        """Have another process run it, kill that one, and wait for its worker to end."""
        self.report.parent_kills += 1
        driver = await asyncio.to_thread(_driver, self._path, run)
        with driver:
            pid = int(await asyncio.to_thread(driver.stdout.readline))
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            driver.kill()
        await asyncio.to_thread(_wait_for_end, pid)
        left = await self._rows(frozenset({GenerationState.SENT}))
        if left:
            self.report.problems.append(f"{len(left)} calls were not finished by an orphan")

    async def _check(self) -> None:
        """Look for answers that are gone, and for requests that should not have been made."""
        answered = {_cell(row) for row in await self._rows(ANSWERED)}
        self.report.committed_lost += len(self._answered - answered)
        new = self._provider.requests[self._seen_requests :]
        self._seen_requests += len(new)
        self.report.repeated_after_commit += sum(_asked(r) in self._answered for r in new)
        self._answered = answered

    async def _finish(self, run: Run) -> None:
        link = WorkerLink()
        ended = asyncio.Event()
        link.subscribe(lambda event: ended.set() if isinstance(event, RunEnded) else None)
        for number in range(1, run.number + 1):
            earlier = await self._project.read(lambda r, n=number: r.runs.numbered(n))
            if earlier.state is not RunState.DONE:
                ended.clear()
                await self._start(link, earlier)
                await ended.wait()
        await link.close()
        await self._check()

    async def _compare(self) -> None:
        """Compare the ledger with the bill, cell by cell."""
        rows = await self._rows(frozenset())
        billed = Counter(map(_asked, self._provider.requests))
        kept = Counter[Cell]()
        for row in rows:
            kept[_cell(row)] += max(1, row.attempts)
        answers = Counter(_cell(row) for row in rows if row.state in ANSWERED)
        unknown = Counter(_cell(row) for row in rows if row.state is GenerationState.UNKNOWN)
        lost = billed - answers
        report = self.report
        report.billed = billed.total()
        report.answers = answers.total()
        report.unknown = unknown.total()
        report.without_row = (billed - kept).total()
        report.extra = lost.total()
        report.extra_not_unknown = (lost - unknown).total()
        report.cells_unanswered = report.runs * self._cells - len(answers)

    async def _rows(self, states: frozenset[GenerationState]) -> list[CallRow]:
        found: list[CallRow] = []
        before: int | None = None
        filter_ = CallFilter(states=states)
        while True:
            page = await self._project.read(
                lambda r, at=before: r.generations.page(filter_, at, limit=1000)
            )
            found += page
            if len(page) < 1000:
                return found
            before = page[-1].key


def _cell(row: CallRow) -> Cell:
    return row.run_number, row.case


def _asked(request: FakeRequest) -> Cell:
    """Return the cell whose prompt was sent: ``Say word-RUN-CASE``."""
    words = request.json["messages"][-1]["content"].split("-")
    return int(words[1]), int(words[2])


def _driver(path: Path, run: Run) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", __spec__.name, _DRIVE, str(path), run.id],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


async def _drive(path: str, run_id: str) -> None:
    """Be the parent that is killed: start the run and say which process works on it."""
    link = WorkerLink()
    await link.start(path, {})
    await link.send(StartRun(run_id=run_id))
    sys.stdout.write(f"{link.pid}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def _wait_for_end(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(_SETTLE_WITHIN_S)


def _integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA quick_check").fetchone()[0])


def main() -> int:
    """Run the soak and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument(_DRIVE, nargs=2, metavar=("PROJECT", "RUN"))
    options = parser.parse_args()
    if options.drive:
        asyncio.run(_drive(*options.drive))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = str(Path(folder) / name.lower())
        soak = Soak(Path(folder), cells=options.cells, seed=options.seed)
        parents = options.kills // 4
        report = asyncio.run(soak.run(worker_kills=options.kills - parents, parent_kills=parents))
    text = orjson.dumps({**asdict(report), "good": report.is_good}, option=orjson.OPT_INDENT_2)
    if options.out is None:
        sys.stdout.buffer.write(text + b"\n")
    else:
        options.out.write_bytes(text)
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
