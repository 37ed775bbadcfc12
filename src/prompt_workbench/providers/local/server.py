"""The child process that serves one model file on loopback, for as long as its parent lives."""

from __future__ import annotations

import ctypes
import http.client
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any
from urllib.parse import urlsplit

_PR_SET_PDEATHSIG = 1
_PROMPT_CACHE_MIB = 256
_READY_WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """What the parent says on the first line of stdin."""

    path: str
    name: str
    """Reported as the model of every answer."""
    api_key: str
    threads: int
    slots: int
    """How many requests are answered at once."""
    context_size: int
    """Tokens of one request and its answer."""

    def to_line(self) -> bytes:
        """Return the line for stdin."""
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineMissing:
    """What the child says on stdout when the engine itself cannot be loaded."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerReport:
    """What the child says on stdout when it is ready; one that cannot serve says nothing."""

    url: str
    slots: int
    context_size: int


def report_line(report: ServerReport | EngineMissing) -> str:
    """Return the line for stdout."""
    return json.dumps(asdict(report)) + "\n"


def report_from_line(line: bytes) -> ServerReport | EngineMissing:
    """Return what a line of the child's stdout says."""
    value = json.loads(line)
    return EngineMissing(**value) if "reason" in value else ServerReport(**value)


def main(arguments: Sequence[str]) -> int:
    """Serve the model that stdin names until stdin ends."""
    del arguments
    report = _private_stdout()
    # Ctrl-C in a terminal reaches every process of it; the parent decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    config = ServerConfig(**json.loads(line))
    # Only the child pays for loading the engine, and the parent knows this module too.
    try:
        engine: Any = importlib.import_module("xllamacpp")
    except ImportError as error:
        with report:
            report.write(report_line(EngineMissing(reason=str(error))))
        return 1
    server = _start(engine, config)
    with report:
        report.write(report_line(_report(server.listening_address, config.api_key)))
    sys.stdin.buffer.read()
    # Calls in flight have nobody left to answer to, and closing the engine would wait for them.
    os._exit(0)


def _private_stdout() -> IO[str]:
    """Return stdout for the report, and send what the engine may print to stderr instead."""
    report = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return report


def _end_with_parent() -> None:
    """Have the kernel end this process with its parent, where it can.

    The engine holds the interpreter's lock while it loads a model, so that the end of
    stdin would go unnoticed for that long.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _start(engine: Any, config: ServerConfig) -> Any:
    """Load the model and listen; RuntimeError when the engine refuses the file."""
    settings = engine.CommonParams()
    settings.model.path = config.path
    settings.model_alias = {config.name}
    settings.n_ctx = config.slots * config.context_size
    settings.n_parallel = config.slots
    # Both pools: the engine's own default takes every core, and its busy waiting then
    # slows everything on a loaded machine to a crawl.
    settings.cpuparams.n_threads = config.threads
    settings.cpuparams_batch.n_threads = config.threads
    settings.cache_ram_mib = _PROMPT_CACHE_MIB
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.api_keys = [config.api_key]
    settings.cors_origins = "http://127.0.0.1"
    settings.cors_credentials = False
    settings.ui = False
    settings.endpoint_slots = False
    settings.offline = True
    settings.verbosity = -1
    return engine.Server(settings)


def _report(address: str, api_key: str) -> ServerReport:
    """Wait until the server is ready and ask it what it can take."""
    deadline = time.monotonic() + _READY_WITHIN_S
    while _get(address, "/health", api_key)[0] != http.client.OK:
        if time.monotonic() > deadline:
            raise RuntimeError("The server did not become ready.")
        time.sleep(0.02)
    properties = json.loads(_get(address, "/props", api_key)[1])
    return ServerReport(
        url=address,
        slots=properties["total_slots"],
        context_size=properties["default_generation_settings"]["n_ctx"],
    )


def _get(address: str, path: str, api_key: str) -> tuple[int, bytes]:
    # No library that would follow proxy settings: the server is on loopback.
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_READY_WITHIN_S)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {api_key}"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
