"""Counts the tokens of requests before they are sent, with the model's own encoding if it can."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.tokens import (
    TokenRange,
    estimate_beside_texts,
    estimate_input,
    texts_of,
)
from prompt_workbench.system.child_process import NO_WINDOW, child_command, child_environment

_OPENAI = "https://api.openai.com"
_PER_REQUEST = 3
_PER_MESSAGE = 4
"""What OpenAI says it puts around a message: marks, and its role."""
_START_WITHIN_S = 30.0
_COUNT_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTokens:
    """How many input tokens some requests have for a model."""

    requests: tuple[TokenRange, ...]
    encoding: str = ""
    """What their texts were counted with; empty where they are estimated."""

    @property
    def is_exact(self) -> bool:
        """Whether nothing of it is an estimate."""
        return bool(self.encoding) and all(each.low == each.high for each in self.requests)


class TokenCounter:
    """Counts in a process of its own, started when a model needs it; else it estimates."""

    def __init__(self) -> None:
        self._child = _Child()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tokens")

    async def count(self, requests: Sequence[GenerationRequest], model: ModelInfo) -> InputTokens:
        """Return the input tokens of requests to a model; without its encoding, estimates."""
        if model.origin == _OPENAI and requests:
            question: dict[str, object] = {
                "model": model.ref.model,
                "texts": [text for request in requests for text in texts_of(request)],
            }
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, self._child.answer, question)
            if answer is not None and answer["encoding"]:
                return _counted(requests, answer["encoding"], answer["counts"])
        return InputTokens(requests=tuple(map(estimate_input, requests)))

    async def close(self) -> None:
        """End the process, if there is one; nothing can be counted afterwards."""
        self._child.give_up()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._child.stop)
        self._thread.shutdown()


def _counted(
    requests: Sequence[GenerationRequest], encoding: str, counts: Sequence[int]
) -> InputTokens:
    rest = iter(counts)
    found = []
    for request in requests:
        texts = sum(next(rest) for _ in texts_of(request))
        exact = texts + _PER_REQUEST + _PER_MESSAGE * len(request.messages)
        around = TokenRange(low=exact, typical=exact, high=exact)
        found.append(around + estimate_beside_texts(request))
    return InputTokens(requests=tuple(found), encoding=encoding)


class _Child:
    """The counting process; it blocks, so all its calls come from one thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_given_up = False

    def give_up(self) -> None:
        """Let nobody wait for an answer any more; may be called from any thread."""
        self._is_given_up = True
        if (process := self._process) is not None:
            process.kill()

    def answer(self, question: dict[str, object]) -> dict[str, Any] | None:
        """Return the answer, or None where there is none in time."""
        if self._is_given_up:
            return None
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._start()
        line = self._exchange(json.dumps(question).encode() + b"\n", _COUNT_WITHIN_S)
        return None if line is None else json.loads(line)

    def stop(self) -> None:
        """End the process and close its pipes."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            # Leaving the block closes both pipes and waits for the process.
            with suppress(OSError), process:
                pass

    def _start(self) -> None:
        self._process = subprocess.Popen(
            child_command("_tokens"),
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
            return None
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
