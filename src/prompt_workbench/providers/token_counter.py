"""Counts the tokens of requests before they are sent, with the model's own encoding if it can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.tokens import (
    TokenRange,
    estimate_beside_texts,
    estimate_input,
    texts_of,
)
from prompt_workbench.system.line_child import LineChild

_OPENAI = "https://api.openai.com"
_PER_REQUEST = 3
_PER_MESSAGE = 4
"""What OpenAI says it puts around a message: marks, and its role."""
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
        self._child = LineChild("_tokens")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tokens")

    async def count(self, requests: Sequence[GenerationRequest], model: ModelInfo) -> InputTokens:
        """Return the input tokens of requests to a model; without its encoding, estimates."""
        if model.origin == _OPENAI and requests:
            question: dict[str, object] = {
                "model": model.ref.model,
                "texts": [text for request in requests for text in texts_of(request)],
            }
            line = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._answer, json.dumps(question).encode() + b"\n"
            )
            answer = {} if line is None else json.loads(line)
            if answer.get("encoding"):
                return _counted(requests, answer["encoding"], answer["counts"])
        return InputTokens(requests=tuple(map(estimate_input, requests)))

    def _answer(self, question: bytes) -> bytes | None:
        with suppress(TimeoutError):
            return self._child.answer(question, within_s=_COUNT_WITHIN_S)
        return None

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
