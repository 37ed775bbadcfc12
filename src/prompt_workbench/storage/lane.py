"""A thread that takes everything that waits whenever it is free."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")

Outcome: TypeAlias = "tuple[Waiting[Any], object, BaseException | None]"
"""Who waited, and what came of it: a value or an error."""

_AT_ONCE = 1_000


class Attempt:
    """Keeps the error of its block, whatever it is, for the coroutine that waits."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.error = error
        return True


class Waiting(NamedTuple, Generic[T]):
    """Something to do, and the coroutine that waits for it."""

    what: T
    future: asyncio.Future[Any]


class Lane(Generic[T]):
    """Does what coroutines put into it, on a thread of its own, many things at a time."""

    def __init__(
        self,
        name: str,
        work: Callable[[Sequence[Waiting[T]]], Iterable[Outcome]],
        *,
        rest: Callable[[], bool] = lambda: False,
        rest_after_s: float | None = None,
        end: Callable[[], None] = lambda: None,
    ) -> None:
        """Start the thread.

        Args:
            name: What the thread is called.
            work: Does some of what waits and says what came of it.
            rest: Called when nothing waits; True when it has more to do.
            rest_after_s: How long nothing must have waited before that.
            end: Called last, on the thread.
        """
        self._work, self._rest, self._end = work, rest, end
        self._rest_after_s = rest_after_s
        self._queue: SimpleQueue[Waiting[T] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, what: T) -> asyncio.Future[Any]:
        """Return the future of what comes of something."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue.put(Waiting(what, future))
        return future

    async def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        going, wait_s = True, self._rest_after_s
        while going:
            taken, going = self._take(wait_s)
            if taken:
                _deliver(self._work(taken))
                wait_s = self._rest_after_s
            elif going:
                wait_s = 0 if self._rest() else None
        self._end()

    def _take(self, wait_s: float | None) -> tuple[list[Waiting[T]], bool]:
        """Return what waits, and whether to go on after it."""
        taken: list[Waiting[T]] = []
        try:
            item = self._queue.get(timeout=wait_s) if wait_s != 0 else self._queue.get_nowait()
            while item is not None and len(taken) < _AT_ONCE:
                taken.append(item)
                item = self._queue.get_nowait()
            if item is not None:
                taken.append(item)
        except Empty:
            return taken, True
        return taken, item is not None


def _deliver(outcomes: Iterable[Outcome]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome[0].future.get_loop(), []).append(outcome)
    for loop, mine in by_loop.items():
        # A loop that ended without waiting is told nothing.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, mine)


def _resolve(outcomes: Iterable[Outcome]) -> None:
    for waiting, value, error in outcomes:
        if waiting.future.done():
            continue
        if error is None:
            waiting.future.set_result(value)
        else:
            waiting.future.set_exception(error)
