"""The pace of a provider: what may leave, and when."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.pace import Pace
from prompt_workbench.engine.pace import Pacer


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def paced(clock: Clock, **pace: int) -> Pacer:
    made = Pacer("openai", clock=clock)
    made.pace = Pace(**pace)
    return made


def test_without_limits_nothing_waits(clock: Clock) -> None:
    pacer = Pacer("openai", clock=clock)
    for _ in range(1000):
        pacer.departed(10_000)
    assert (pacer.wait_s(10_000), pacer.reason(10_000)) == (0, "")


def test_no_more_calls_are_under_way_than_are_allowed(clock: Clock) -> None:
    pacer = paced(clock, at_once=2)
    pacer.departed(0)
    assert pacer.wait_s(0) == 0
    pacer.departed(0)
    assert pacer.wait_s(0) is None
    assert pacer.reason(0) == "openai is limited to 2 calls at once."
    pacer.returned(0)
    assert pacer.wait_s(0) == 0


def test_requests_of_any_minute_stay_below_the_limit(clock: Clock) -> None:
    pacer = paced(clock, requests_per_minute=3)
    left: list[float] = []
    for _ in range(200):
        if pacer.wait_s(0) == 0:
            pacer.departed(0)
            pacer.returned(0)
            left.append(clock.now)
        clock.now += 7
    assert all(later - sooner >= 60 for sooner, later in zip(left, left[3:], strict=False))
    assert len(left) >= 3 * 200 * 7 / 63 - 3


def test_the_wait_is_until_the_oldest_request_is_a_minute_old(clock: Clock) -> None:
    pacer = paced(clock, requests_per_minute=2)
    pacer.departed(0)
    clock.now += 20
    pacer.departed(0)
    assert pacer.wait_s(0) == 40
    said = "openai is limited to 2 requests a minute; the next leaves in 40 s."
    assert pacer.reason(0) == said
    clock.now += 40
    assert pacer.wait_s(0) == 0


def test_tokens_are_counted_as_they_were_taken_not_as_they_were_thought(clock: Clock) -> None:
    pacer = paced(clock, tokens_per_minute=1000)
    pacer.departed(900)
    assert pacer.wait_s(200) == 60
    assert "1,000 tokens a minute" in pacer.reason(200)
    pacer.returned(-500)
    assert pacer.wait_s(200) == 0
    pacer.departed(200)
    pacer.returned(800)
    assert pacer.wait_s(1) == 60


def test_a_call_of_more_tokens_than_a_minute_has_leaves_alone(clock: Clock) -> None:
    pacer = paced(clock, tokens_per_minute=100)
    assert pacer.wait_s(5000) == 0
    pacer.departed(5000)
    clock.now += 10
    assert pacer.wait_s(5000) == 50


def test_models_of_a_provider_take_turns(clock: Clock) -> None:
    pacer = paced(clock, at_once=1)
    asked: list[str] = []
    pacer.wake_by(lambda: asked.append("a"))
    pacer.wake_by(lambda: asked.append("b"))
    for _ in range(2):
        pacer.departed(0)
        pacer.returned(0)
    assert asked == ["b", "a", "a", "b"]
