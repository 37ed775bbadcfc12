"""Paired rounds, and what they cost: wall time, and CPU time with that of child processes."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import psutil

import prompt_workbench
from prompt_workbench.system.paths import cache_dir

ROUNDS = 5
ROOT = Path(__file__).parents[2]
_SYNCS = 300
_CACHE = cache_dir()
"""That of the person; `own_home` has another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one contender needed in one round."""

    calls: int
    wall_s: float
    cpu_s: float | None = None
    extra: Mapping[str, float] = field(default_factory=dict)

    @property
    def per_s(self) -> float:
        """Calls per second of wall time."""
        return self.calls / self.wall_s

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds per call."""
        if self.cpu_s is None:
            raise ValueError("The CPU time was not measured.")
        return 1000 * self.cpu_s / self.calls

    def without(self, start: Cost) -> Cost:
        """Return what is left when the cost of a run of one call is taken away."""
        cpu_s = None if self.cpu_s is None or start.cpu_s is None else self.cpu_s - start.cpu_s
        return Cost(
            calls=self.calls - start.calls,
            wall_s=self.wall_s - start.wall_s,
            cpu_s=cpu_s,
            extra=self.extra,
        )


Contender: TypeAlias = Callable[[], Cost]
Rounds: TypeAlias = dict[str, list[Cost]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A ratio of two contenders of the same round, and what it must and should be."""

    id: str
    what: str
    must: float
    stretch: float | None = None
    at_least: bool = False
    """Whether more is better."""

    def verdict(self, values: Sequence[float]) -> dict[str, Any]:
        """Return the median of the rounds beside what was asked for."""
        median = statistics.median(values)
        return {
            "goal": self.id,
            "what": self.what,
            "median": rounded(median),
            "rounds": [rounded(value) for value in values],
            "must": (">= " if self.at_least else "<= ") + f"{self.must:g}",
            "stretch": self.stretch,
            "holds": self._reaches(median, self.must),
            "reaches_stretch": self.stretch is not None and self._reaches(median, self.stretch),
        }

    def _reaches(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


def paired(contenders: Mapping[str, Contender], rounds: int) -> Rounds:
    """Let all contenders run in every round, each round beginning with another one."""
    found: Rounds = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            found[name].append(contenders[name]())
            note(f"round {number + 1}/{rounds}  {name:24} {found[name][-1].per_s:10.1f}/s")
    return found


def ratios(found: Rounds, ours: str, theirs: str, of: Callable[[Cost], float]) -> list[float]:
    """Return ours divided by theirs, round by round."""
    return [of(a) / of(b) for a, b in zip(found[ours], found[theirs], strict=True)]


def per_s(cost: Cost) -> float:
    """Return the calls per second."""
    return cost.per_s


def cpu_ms(cost: Cost) -> float:
    """Return the CPU milliseconds per call."""
    return cost.cpu_ms


def table(found: Rounds) -> dict[str, dict[str, float]]:
    """Return the medians of each contender."""
    return {name: _medians(costs) for name, costs in found.items()}


def _medians(costs: Sequence[Cost]) -> dict[str, float]:
    row = {
        "calls": costs[0].calls,
        "wall_s": rounded(statistics.median(cost.wall_s for cost in costs)),
        "calls_per_s": rounded(statistics.median(cost.per_s for cost in costs)),
    }
    if all(cost.cpu_s is not None for cost in costs):
        row["cpu_ms_per_call"] = rounded(statistics.median(cost.cpu_ms for cost in costs))
    for name in costs[0].extra:
        row[name] = rounded(statistics.median(cost.extra[name] for cost in costs))
    return row


class Meter:
    """Measures wall time, and the CPU time of some processes, between two moments.

    Processes that a watched one has waited for are counted with it.
    """

    def __init__(self, *pids: int) -> None:
        self._processes = [psutil.Process(pid) for pid in (os.getpid(), *pids)]
        self._cpu_s = self._cpu()
        self._began = time.perf_counter()

    def cost(self, calls: int, **extra: float) -> Cost:
        """Return what was needed since the meter was made."""
        wall_s = time.perf_counter() - self._began
        return Cost(calls=calls, wall_s=wall_s, cpu_s=self._cpu() - self._cpu_s, extra=extra)

    def _cpu(self) -> float:
        return sum(sum(process.cpu_times()[:4]) for process in self._processes)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rounded(value: float) -> float:
    """Return the value with four significant digits."""
    return float(f"{value:.4g}")


def report(name: str, **facts: Any) -> dict[str, Any]:
    """Return the report of a benchmark, with what it ran on."""
    machine = {
        "cpus": os.cpu_count(),
        "load": [rounded(load) for load in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    return {"benchmark": name, "machine": machine, **facts}


def disk(folder: Path) -> dict[str, Any]:
    """Return what it takes to make 4 KiB durable in a folder, and how the ledger commits."""
    took: list[float] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_SYNCS):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    return {
        "synchronous": "FULL",
        "fsync_p50_ms": rounded(quantile(took, 0.5)),
        "fsync_p99_ms": rounded(quantile(took, 0.99)),
    }


@contextmanager
def own_home() -> Iterator[Path]:
    """Give this process and its children settings, data and caches of their own for a while."""
    names = [f"XDG_{name}_HOME" for name in ("CONFIG", "DATA", "CACHE", "STATE")]
    names += ["PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHON_KEYRING_BACKEND"]
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="pwb-benchmark-") as folder:
        home = Path(folder)
        for name in names[:4]:
            os.environ[name] = str(home / name.lower())
        os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        os.environ["PYTHONDONTWRITEBYTECODE"] = ""
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        try:
            yield home
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def benchmarks_dir() -> Path:
    """Return the folder in which competitors and large projects are kept between runs."""
    found = _CACHE / "benchmarks"
    found.mkdir(exist_ok=True)
    return found


def compile_sources() -> None:
    """Write the .pyc files of the product, as an installation does."""
    compileall.compile_dir(Path(prompt_workbench.__file__).parent, quiet=1)


def note(text: str) -> None:
    """Say on stderr how far the benchmark is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def options(description: str | None, *, rounds: int = ROUNDS) -> argparse.ArgumentParser:
    """Return the options that all benchmarks have."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--quick", action="store_true", help="fewer and smaller rounds")
    parser.add_argument("--out", type=Path, help="write the report here instead of to stdout")
    return parser


def finish(found: Mapping[str, Any], out: Path | None) -> int:
    """Write the report; return 1 if a goal was missed."""
    text = orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n"
    if out is None:
        sys.stdout.buffer.write(text)
    else:
        out.write_bytes(text)
    return 0 if all(goal["holds"] for goal in found.get("goals", ())) else 1
