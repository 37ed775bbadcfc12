"""A child process of ours that answers each line with a line."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from threading import Timer
from time import monotonic

from prompt_workbench.system.child_process import NO_WINDOW, child_command, child_environment

_START_WITHIN_S = 30.0


class LineChild:
    """The child, started when it is first asked and again after it ended.

    Asking blocks, so all questions come from one thread. The child says one line when it is ready.
    """

    def __init__(self, subcommand: str) -> None:
        self._subcommand = subcommand
        self._process: subprocess.Popen[bytes] | None = None
        self._is_given_up = False

    def answer(self, question: bytes, *, within_s: float) -> bytes | None:
        """Return the answer to a line, or None where the child ends without one.

        Raises:
            TimeoutError: The child was too slow, and was ended for it.
        """
        if self._is_given_up:
            return None
        if self._process is None or self._process.poll() is not None:
            self._start()
        began = monotonic()
        answer = self._exchange(question, within_s)
        if answer is None:
            self.stop()
            if monotonic() - began >= within_s:
                raise TimeoutError
        return answer

    def give_up(self) -> None:
        """Let nobody wait for an answer any more; may be called from any thread."""
        self._is_given_up = True
        if (process := self._process) is not None:
            process.kill()

    def stop(self) -> None:
        """End the process and close its pipes."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # Leaving the block closes both pipes and waits for the process.
            with suppress(OSError), process:
                pass

    def _start(self) -> None:
        self.stop()
        self._process = subprocess.Popen(
            child_command(self._subcommand),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            creationflags=NO_WINDOW,
        )
        self._exchange(b"", _START_WITHIN_S)

    def _exchange(self, question: bytes, within_s: float) -> bytes | None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise TypeError("The child process has no pipes.")
        if self._is_given_up:
            process.kill()
        timer = Timer(within_s, process.kill)
        timer.start()
        line = b""
        with suppress(OSError):
            process.stdin.write(question)
            process.stdin.flush()
            line = process.stdout.readline()
        timer.cancel()
        timer.join()
        return line if line.endswith(b"\n") else None
