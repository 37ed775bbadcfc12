"""The parent's end of the pipe to the call worker.

It works on any event loop: the process is watched by a thread of its own, and events are
handed over to the loop that started it.
"""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

from prompt_workbench.domain.errors import HostError
from prompt_workbench.engine.protocol import Command, Event, Hello, Ready, Shutdown, WorkerFailed
from prompt_workbench.engine.protocol_json import decoded_events, encoded_command
from prompt_workbench.system.child_process import NO_WINDOW, child_command, child_environment
from prompt_workbench.system.frames import FrameError, frame, read_frame
from prompt_workbench.system.logs import child_log
from prompt_workbench.system.paths import log_dir

_END_WITHIN_S = 35
"""Longer than the worker gives its calls in flight to finish."""
_HINT = "What was answered is saved. Resume the run to go on; the log has the details."

Listener = Callable[[Event], None]


class WorkerLink:
    """Starts the call worker when it is needed, again if it died, and talks with it.

    A worker that dies is replaced at once, but its runs are left to the person: calls that
    were in flight may have been billed. One that dies before it was given any work would
    only die again.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        """Prepare the link; by default the worker is this program's own."""
        self._command = command
        self._listeners: list[Listener] = []
        self._connection: _Connection | None = None
        self._starting = asyncio.Lock()
        self._replacing: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The worker's process, if it runs."""
        return None if self._connection is None else self._connection.pid

    async def start(
        self, project: str, keys: Mapping[str, str], *, local_threads: int | None = None
    ) -> None:
        """Have a worker that has opened the project and knows the keys.

        Args:
            project: The location of the project.
            keys: The keys of model servers, by origin.
            local_threads: How many threads the local model takes; None for its own rule.

        Raises:
            HostError: It cannot be started, or cannot open the project.
        """
        hello = Hello(project=project, keys=dict(keys), local_threads=local_threads)
        async with self._starting:
            if self._connection is None:
                await self._connect(hello)
            else:
                await self._connection.send(hello)

    async def send(self, command: Command) -> None:
        """Give the worker a command.

        Raises:
            HostError: The worker is gone.
        """
        if self._connection is None:
            raise HostError("The call worker is not running.", hint=_HINT)
        self._connection.has_work = True
        await self._connection.send(command)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have a listener told every event, on the loop's thread; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        """End the worker once what is in flight is stored."""
        if self._replacing is not None:
            self._replacing.cancel()
            with suppress(asyncio.CancelledError):
                await self._replacing
        async with self._starting:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.close()

    async def _connect(self, hello: Hello) -> None:
        command = self._command or child_command("_worker")
        process = await asyncio.to_thread(_spawned, command)
        connection = _Connection(process, hello, self._tell, self._lost)
        self._connection = connection
        try:
            await connection.greet()
        except BaseException:
            self._connection = None
            await connection.close()
            raise

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def _lost(self, connection: _Connection, code: int) -> None:
        """Tell that the worker ended by itself, and replace it."""
        if connection is not self._connection:
            return
        self._connection = None
        message = f"The call worker ended unexpectedly ({_meaning(code)})."
        self._tell(WorkerFailed(message=message, hint=_HINT))
        if connection.has_work:
            self._replacing = asyncio.create_task(self._replaced(connection.hello))

    async def _replaced(self, hello: Hello) -> None:
        # The next start tries once more, and says what prevents it.
        with suppress(HostError):
            async with self._starting:
                if self._connection is None:
                    await self._connect(hello)


class _Connection:
    """One running worker, and the thread that listens to it."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        hello: Hello,
        tell: Callable[[Event], None],
        lost: Callable[[_Connection, int], None],
    ) -> None:
        self.hello = hello
        """What the worker was told first."""
        self.has_work = False
        """Whether it was given any."""
        self._process = process
        self._tell = tell
        self._lost = lost
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._was_ready = False
        self._arrived: deque[Event] = deque()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._listen, name="worker-events", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The worker's process."""
        return self._process.pid

    async def greet(self) -> None:
        """Name the project to the worker, and wait until it has opened it.

        Raises:
            HostError: It cannot.
        """
        with suppress(HostError):
            # Why a worker is gone that early is told by its end.
            await self.send(self.hello)
        await self._ready

    async def send(self, command: Command) -> None:
        """Write a command.

        Raises:
            HostError: The worker is gone.
        """
        data = frame(encoded_command(command))
        try:
            # Another command may wait for a full pipe, and would be cut in two.
            await asyncio.to_thread(self._write, data)
        except (OSError, ValueError) as error:
            raise HostError("The call worker is gone.", hint=_HINT) from error

    async def close(self) -> None:
        """Ask the worker to end, and end it by force if it does not in time."""
        with suppress(HostError):
            await self.send(Shutdown())
        await asyncio.to_thread(self._end)

    def _write(self, data: bytes) -> None:
        stdin = self._process.stdin
        with self._writing:
            if stdin is not None:
                stdin.write(data)
                stdin.flush()

    def _end(self) -> None:
        with suppress(OSError), self._writing:
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._thread.join()

    def _listen(self) -> None:
        stdout = self._process.stdout
        if stdout is not None:
            with stdout:
                self._read(stdout)
        code = self._process.wait()
        self._post(self._ended, code)

    def _read(self, stdout: IO[bytes]) -> None:
        try:
            while (payload := read_frame(stdout)) is not None:
                events = decoded_events(payload)
                self._arrived.extend(events)
                # With more than these, the loop has not yet seen the end of what waits.
                if len(self._arrived) <= len(events):
                    self._post(self._hand_over)
        except (FrameError, ValueError, OSError):
            # A worker that was killed leaves half a frame behind; one that sends anything
            # else cannot be understood any more.
            self._process.kill()

    def _post(self, callback: Callable[..., None], *arguments: object) -> None:
        # The loop may be closed while the worker still ends.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback, *arguments)

    def _hand_over(self) -> None:
        try:
            while self._arrived:
                self._take(self._arrived.popleft())
        finally:
            if self._arrived:
                # A listener failed; the others shall still hear of what follows.
                self._loop.call_soon(self._hand_over)

    def _take(self, event: Event) -> None:
        if isinstance(event, WorkerFailed) and not self._ready.done():
            self._ready.set_exception(HostError(event.message, hint=event.hint))
            return
        if isinstance(event, Ready) and not self._ready.done():
            self._ready.set_result(None)
            self._was_ready = True
        self._tell(event)

    def _ended(self, code: int) -> None:
        if self._arrived:
            self._post(self._ended, code)
            return
        with suppress(OSError), self._writing:
            if self._process.stdin is not None:
                self._process.stdin.close()
        if not self._ready.done():
            message = f"The call worker could not be started ({_meaning(code)})."
            self._ready.set_exception(
                HostError(message, hint=f"The log has the details: {log_dir()}")
            )
        elif self._was_ready:
            self._lost(self, code)


def _spawned(command: Sequence[str]) -> subprocess.Popen[bytes]:
    with child_log(log_dir() / "worker.log") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=child_environment(),
            creationflags=NO_WINDOW,
        )


def _meaning(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
