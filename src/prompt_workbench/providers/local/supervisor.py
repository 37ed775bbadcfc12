"""Start local model servers on demand, watch them, and end them."""

from __future__ import annotations

import asyncio
import importlib.util
import secrets
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from prompt_workbench.domain.errors import HostError, ModelFileError
from prompt_workbench.providers.local.server import (
    EngineMissing,
    ServerConfig,
    ServerReport,
    report_from_line,
)
from prompt_workbench.providers.local.weights import identity, locate
from prompt_workbench.settings import models
from prompt_workbench.settings.models import LOCAL_PROVIDER, ModelRegistry
from prompt_workbench.system.child_process import NO_WINDOW, child_command, child_environment
from prompt_workbench.system.logs import child_log
from prompt_workbench.system.paths import log_dir

_MOST_SERVERS = 2
_MOST_THREADS = 4
_MOST_FAILURES = 3
_FAILURE_WINDOW_S = 60
_LOAD_WITHIN_S = 300
_END_WITHIN_S = 1
_SPARE_MEMORY = 512 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEndpoint:
    """Where a local model answers, as an OpenAI-compatible endpoint."""

    url: str
    """The base address, with ``/v1`` at its end."""
    api_key: str = field(repr=False)
    context_size: int
    """How many tokens a request and its answer may have together."""
    slots: int
    """How many requests are answered at once; more wait inside the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLimits:
    """How much of the machine one server may take."""

    threads: int
    slots: int = 2
    context_size: int = 4096


def default_limits() -> ServerLimits:
    """Return limits that leave the machine usable: half of its cores, four at most."""
    cores = psutil.cpu_count(logical=False) or 1
    return ServerLimits(threads=max(1, min(_MOST_THREADS, cores // 2)))


@dataclass(slots=True, kw_only=True)
class _Server:
    """A running child."""

    process: asyncio.subprocess.Process
    endpoint: LocalEndpoint
    limits: ServerLimits
    file: str
    """What identifies the file that was loaded."""
    users: int = 0
    used_at: float = 0

    @property
    def alive(self) -> bool:
        return self.process.returncode is None


class LocalServers:
    """One server per model file in use, two at most, started when first asked for.

    Bound to the event loop it is used on. A server that ended is started again by the next
    call for it, unless it fails too often.
    """

    def __init__(
        self,
        registry: Callable[[], ModelRegistry] = models.load,
        *,
        limits: ServerLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self.limits = limits or default_limits()
        """What each server gets; one with other limits or another file ends when it is unused."""
        self._clock = clock
        self._servers: dict[Path, _Server] = {}
        self._failures: dict[Path, deque[float]] = defaultdict(lambda: deque(maxlen=_MOST_FAILURES))
        self._starting = asyncio.Lock()
        self._idle = asyncio.Event()
        self._closed = False

    @property
    def slots(self) -> int:
        """How many requests each server answers at once."""
        return self.limits.slots

    async def endpoint(self, model_name: str) -> LocalEndpoint:
        """Return where a model such as ``local/smollm2-135m-instruct`` answers.

        The server may be ended when another model needs its place; `use` prevents that.

        Raises:
            ModelFileError: The model's file is missing, damaged or not for this engine.
            HostError: The server ended too often, or this computer cannot run it.
        """
        return (await self._running(model_name)).endpoint

    @asynccontextmanager
    async def use(self, model_name: str) -> AsyncIterator[LocalEndpoint]:
        """Keep a model's server for the length of one call.

        Raises:
            ModelFileError: As `endpoint`.
            HostError: As `endpoint`.
        """
        server = await self._running(model_name)
        server.users += 1
        try:
            yield server.endpoint
        finally:
            server.users -= 1
            if not server.users:
                self._idle.set()

    async def close(self) -> None:
        """End all servers."""
        self._closed = True
        self._idle.set()
        async with self._starting:
            servers = list(self._servers.values())
            self._servers.clear()
            for server in servers:
                await _end(server.process)

    async def _running(self, model_name: str) -> _Server:
        name = model_name.removeprefix(f"{LOCAL_PROVIDER}/")
        # Read anew each time: the person may have added a model, or moved one, meanwhile.
        path = locate(name, self._registry())
        server = self._alive(path)
        if server is None or self._is_outdated(server, path):
            async with self._starting:
                await self._end_outdated(path)
                server = self._alive(path) or await self._started(name, path)
        server.used_at = self._clock()
        return server

    def _is_outdated(self, server: _Server, path: Path) -> bool:
        is_current = server.limits == self.limits and server.file == identity(path)
        return not is_current and not server.users

    async def _end_outdated(self, path: Path) -> None:
        server = self._servers.get(path)
        if server is not None and self._is_outdated(server, path):
            del self._servers[path]
            await _end(server.process)

    def _alive(self, path: Path) -> _Server | None:
        server = self._servers.get(path)
        if server is not None and not server.alive:
            del self._servers[path]
            self._failures[path].append(self._clock())
            return None
        return server

    async def _started(self, name: str, path: Path) -> _Server:
        self._check_may_start(name, path)
        await self._make_room(path)
        try:
            server = await _start(name, path, self.limits)
        except HostError:
            self._failures[path].append(self._clock())
            raise
        self._servers[path] = server
        return server

    def _check_may_start(self, name: str, path: Path) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise HostError(
                "Local models cannot run on this computer: their engine is not installed.",
                hint="Connect a model server with: pwb models add-endpoint NAME URL",
            )
        failures = self._failures[path]
        if len(failures) == _MOST_FAILURES and self._clock() - failures[0] < _FAILURE_WINDOW_S:
            raise HostError(
                f"The local model {name} failed {_MOST_FAILURES} times within a minute.",
                hint=f"Close programs that need much memory, wait a minute, retry. Log: {_log()}",
            )

    async def _make_room(self, path: Path) -> None:
        """End the servers that are longest unused until one more fits."""
        while not self._closed and self._servers and not self._fits(path):
            unused = [item for item in self._servers.items() if not item[1].users]
            if unused:
                oldest, server = min(unused, key=lambda item: item[1].used_at)
                del self._servers[oldest]
                await _end(server.process)
            else:
                self._idle.clear()
                await self._idle.wait()
        if self._closed:
            raise HostError("The local models are being shut down.")

    def _fits(self, path: Path) -> bool:
        free: int = psutil.virtual_memory().available
        return len(self._servers) < _MOST_SERVERS and free > path.stat().st_size + _SPARE_MEMORY


async def _start(name: str, path: Path, limits: ServerLimits) -> _Server:
    file = identity(path)
    config = ServerConfig(
        path=str(path),
        name=name,
        api_key=secrets.token_urlsafe(32),
        threads=limits.threads,
        slots=limits.slots,
        context_size=limits.context_size,
    )
    with child_log(_log()) as log:
        process = await asyncio.create_subprocess_exec(
            *child_command("_local-model"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=child_environment(),
            creationflags=NO_WINDOW,
        )
    try:
        async with asyncio.timeout(_LOAD_WITHIN_S):
            report = await _exchange(process, config)
    except (TimeoutError, EOFError):
        await _end(process)
        raise ModelFileError(
            f"The local model {name} could not be loaded: {path}",
            hint=f"The file may be damaged, or need more memory than is free. Log: {_log()}",
        ) from None
    except BaseException:
        await _end(process)
        raise
    endpoint = LocalEndpoint(
        url=f"{report.url}/v1",
        api_key=config.api_key,
        context_size=report.context_size,
        slots=report.slots,
    )
    return _Server(process=process, endpoint=endpoint, limits=limits, file=file)


async def _exchange(process: asyncio.subprocess.Process, config: ServerConfig) -> ServerReport:
    """Tell the child what to serve and return its report; EOFError if it ends without."""
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise TypeError("The child must be started with pipes.")
    with suppress(ConnectionError):
        stdin.write(config.to_line())
        await stdin.drain()
    line = await stdout.readline()
    if not line:
        raise EOFError
    report = report_from_line(line)
    if isinstance(report, EngineMissing):
        raise ModelFileError(
            f"The engine of local models cannot be loaded: {report.reason}",
            hint="Install the system library that is named; on Debian libgomp.so.1 is in libgomp1.",
        )
    return report


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the child: first by the end of its stdin, then by force."""
    if process.stdin is not None:
        process.stdin.close()
    ended = asyncio.create_task(process.wait())
    # asyncio.timeout never expires in a task that is being cancelled, before Python 3.11.3.
    done, _ = await asyncio.wait([ended], timeout=_END_WITHIN_S)
    if not done:
        with suppress(ProcessLookupError):
            process.kill()
    await ended


def _log() -> Path:
    return log_dir() / "local-model.log"
