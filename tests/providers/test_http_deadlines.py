"""One timer for all who wait: each is told in time, and nobody twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from typing_extensions import override

from prompt_workbench.providers.http_deadlines import Deadlines


class Waiting:
    """Notes when its time has passed."""

    def __init__(self) -> None:
        self.late = asyncio.Event()
        self.told = 0

    def give_up(self) -> None:
        self.told += 1
        self.late.set()


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.fixture
def deadlines() -> Iterator[Deadlines]:
    found = Deadlines()
    yield found
    assert found._timer is None


async def test_everyone_is_told_in_turn_and_once(deadlines: Deadlines) -> None:
    waiting = [Waiting() for _ in range(3)]
    for one, due_s in zip(waiting, (0.06, 0.02, 0.04), strict=True):
        deadlines.set(one, now() + due_s)
    await waiting[1].late.wait()
    assert not waiting[0].told
    await waiting[2].late.wait()
    assert not waiting[0].told
    await waiting[0].late.wait()
    assert [one.told for one in waiting] == [1, 1, 1]


async def test_who_puts_it_off_is_told_later(deadlines: Deadlines) -> None:
    patient, other = Waiting(), Waiting()
    deadlines.set(patient, now() + 0.02)
    deadlines.set(patient, now() + 0.06)
    deadlines.set(other, now() + 0.04)
    await other.late.wait()
    assert not patient.told
    await patient.late.wait()
    assert patient.told == 1


async def test_who_hurries_is_told_earlier(deadlines: Deadlines) -> None:
    hurried = Waiting()
    deadlines.set(hurried, now() + 3600)
    deadlines.set(hurried, now() + 0.01)
    await hurried.late.wait()


async def test_who_waits_no_more_is_not_told(deadlines: Deadlines) -> None:
    gone, other = Waiting(), Waiting()
    deadlines.set(gone, now() + 0.01)
    deadlines.set(other, now() + 0.03)
    deadlines.clear(gone)
    deadlines.clear(gone)
    await other.late.wait()
    assert not gone.told


async def test_who_is_told_can_wait_again(deadlines: Deadlines) -> None:
    class Again(Waiting):
        @override
        def give_up(self) -> None:
            self.told += 1
            if self.told < 3:
                deadlines.set(self, now() + 0.01)
            else:
                self.late.set()

    again = Again()
    deadlines.set(again, now() + 0.01)
    await again.late.wait()
    assert again.told == 3


async def test_after_stopping_nobody_is_told(deadlines: Deadlines) -> None:
    stopped, later = Waiting(), Waiting()
    deadlines.set(stopped, now() + 0.01)
    deadlines.stop()
    deadlines.set(later, now() + 0.03)
    await later.late.wait()
    assert not stopped.told
