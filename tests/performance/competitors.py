"""Other tools for the same work: installed at pinned versions, and run as their users would.

They are installed once, into a folder of the benchmarks in the user's cache: the Python ones
into an environment of their own, promptfoo by npm.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from tests.performance.clients import prompt
from tests.performance.harness import Cost, benchmarks_dir, note

PROMPTFOO = "0.121.20"
"""The newest that runs on Node.js 20 as well as on 22."""

ENVIRONMENTS: Mapping[str, Sequence[str]] = {
    "litellm": ("litellm==1.106.2", "httpx==0.28.1"),
    "openai": ("openai==3.51.0", "inspect-ai==0.3.285"),
}
"""What is installed where: litellm does not work with the newest openai."""

_SAMPLE_S = 0.1


@cache
def python(environment: str) -> Path:
    """Return the Python of one of the environments."""
    packages = ENVIRONMENTS[environment]
    folder = benchmarks_dir() / f"python-{environment}"
    found = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    marker, wanted = folder / "installed.txt", "\n".join(packages)
    if not marker.exists() or marker.read_text() != wanted:
        note(f"installing {', '.join(packages)}")
        venv.create(folder, with_pip=True, clear=True)
        command = [str(found), "-m", "pip", "install", "-q", *packages]
        subprocess.run(command, check=True, stdout=sys.stderr)
        marker.write_text(wanted)
    return found


@cache
def promptfoo_command() -> list[str]:
    """Return the command of promptfoo."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise RuntimeError("promptfoo needs Node.js with npm: install them, then try again.")
    folder = benchmarks_dir() / f"promptfoo-{PROMPTFOO}"
    entry = folder / "node_modules" / "promptfoo"
    if not (folder / "installed.txt").exists():
        note(f"installing promptfoo {PROMPTFOO}")
        folder.mkdir(exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", f"promptfoo@{PROMPTFOO}"]
        subprocess.run(command, check=True, cwd=folder, stdout=sys.stderr)
        (folder / "installed.txt").touch()
    declared = json.loads((entry / "package.json").read_text())["bin"]["promptfoo"]
    return [node, str(entry / declared)]


def run_promptfoo(folder: Path, url: str, calls: int, *, concurrency: int = 64) -> Cost:
    """Run ``promptfoo eval`` over so many cases, without its cache, in a home of its own."""
    home = folder / f"promptfoo-{time.monotonic_ns()}"
    home.mkdir()
    provider = {
        "id": "openai:chat:mock",
        "config": {"apiBaseUrl": url, "apiKey": "none", "max_tokens": 64},
    }
    config = {
        "prompts": [prompt(0).replace("item-0", "item-{{n}}")],
        "providers": [provider],
        "tests": [
            {"vars": {"n": n}, "assert": [{"type": "contains", "value": "dog"}]}
            for n in range(calls)
        ],
    }
    (home / "promptfooconfig.json").write_text(json.dumps(config))
    command = [
        *promptfoo_command(), "eval", "-c", "promptfooconfig.json", "-j", str(concurrency),
        "--no-cache", "--no-progress-bar", "--no-table", "-o", "out.json",
    ]  # fmt: skip
    environment = {
        "PROMPTFOO_CONFIG_DIR": str(home),
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_DISABLE_REMOTE_GENERATION": "true",
    }
    cost = _measured(command, calls, home, environment)
    stats = json.loads((home / "out.json").read_text())["results"]["stats"]
    shutil.rmtree(home)
    if stats["successes"] != calls:
        raise RuntimeError(f"promptfoo answered {stats}.")
    return cost


_INSPECT_TASK = """
from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate
import sys

url, calls, concurrency, prompt = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
samples = [Sample(input=prompt.replace("item-0", f"item-{n}"), target="dog") for n in range(calls)]
task = Task(dataset=MemoryDataset(samples), solver=generate(cache=False), scorer=includes())
(log,) = eval(
    task, model="openai/mock", model_base_url=url,
    model_args={"api_key": "none", "responses_api": False},
    max_connections=concurrency, max_samples=concurrency, max_tokens=64, display="none",
    log_dir="logs",
)
assert log.status == "success", log.error
"""


def run_inspect(folder: Path, url: str, calls: int, *, concurrency: int = 64) -> Cost:
    """Run ``inspect_ai`` over so many samples, with its scorer for contained words."""
    home = folder / f"inspect-{time.monotonic_ns()}"
    home.mkdir()
    command = [
        str(python("openai")),
        "-c",
        _INSPECT_TASK,
        url,
        str(calls),
        str(concurrency),
        prompt(0),
    ]
    cost = _measured(command, calls, home, {"INSPECT_LOG_LEVEL": "error"})
    shutil.rmtree(home)
    return cost


def _measured(
    command: Sequence[str], calls: int, folder: Path, environment: Mapping[str, str]
) -> Cost:
    """Run a program and return what it and its children needed, with their peak memory."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (folder / "output.txt").open("wb") as output:
        process = psutil.Popen(
            command, cwd=folder, stdout=output, stderr=output, env={**os.environ, **environment}
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory(process))
            time.sleep(_SAMPLE_S)
    wall_s = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode != 0:
        raise RuntimeError((folder / "output.txt").read_text()[-2000:])
    return Cost(calls=calls, wall_s=wall_s, cpu_s=cpu_s, extra={"peak_mb": peak / 2**20})


def _memory(process: psutil.Process) -> int:
    """Return the resident memory of a process and its children."""
    found = 0
    try:
        everyone: list[Any] = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    for each in everyone:
        try:
            found += each.memory_info().rss
        except psutil.Error:
            continue
    return found
