"""How many calls go out at once follows what the server bears."""

from __future__ import annotations

from prompt_workbench.engine.breaker import Breaker
from prompt_workbench.engine.limits import AdaptiveLimit
from prompt_workbench.engine.policy import Policy

POLICY = Policy(first_limit=4, highest_limit=64)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def one_round(limit: AdaptiveLimit, clock: Clock, *, lasting: float = 1.0) -> None:
    """Let as many answers come as the limit allows at once."""
    for _ in range(limit.value):
        clock.now += lasting / limit.value
        limit.succeeded(limit.value)


def test_it_doubles_while_that_is_faster() -> None:
    clock = Clock()
    limit = AdaptiveLimit(POLICY, clock=clock)
    seen = []
    for _ in range(6):
        seen.append(limit.value)
        one_round(limit, clock)
    assert seen == [4, 8, 16, 32, 64, 64]


def test_it_grows_slowly_once_more_is_no_faster() -> None:
    clock = Clock()
    limit = AdaptiveLimit(POLICY, clock=clock)
    one_round(limit, clock, lasting=1)
    one_round(limit, clock, lasting=2)
    assert limit.value == 9
    one_round(limit, clock, lasting=2)
    assert limit.value == 10


def test_a_trickle_of_calls_does_not_raise_it() -> None:
    limit = AdaptiveLimit(POLICY)
    for _ in range(100):
        limit.succeeded(1)
    assert limit.value == 4


def test_calls_that_were_refused_together_lower_it_once() -> None:
    clock = Clock()
    limit = AdaptiveLimit(POLICY, clock=clock)
    for _ in range(3):
        one_round(limit, clock)
    epoch = limit.epoch
    for _ in range(32):
        limit.congested(epoch)
    assert limit.value == 16
    limit.congested(limit.epoch)
    assert limit.value == 8
    one_round(limit, clock)
    assert limit.value == 9


def test_one_call_is_always_allowed() -> None:
    limit = AdaptiveLimit(POLICY)
    for _ in range(10):
        limit.congested(limit.epoch)
    assert limit.value == 1


def test_a_breaker_opens_after_failures_in_a_row_and_waits_longer_each_time() -> None:
    clock = Clock()
    breaker = Breaker(3, (5, 10), clock=clock)
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert breaker.wait_s == 0
    breaker.failed()
    assert breaker.wait_s == 5
    for delay_s in (10, 10):
        clock.now += 10
        assert breaker.wait_s == 0
        breaker.passing()
        assert breaker.wait_s is None
        breaker.failed()
        assert breaker.wait_s == delay_s
    clock.now += 10
    breaker.passing()
    breaker.succeeded()
    assert not breaker.is_open


def test_late_failures_of_calls_that_left_before_do_not_prolong_the_wait() -> None:
    clock = Clock()
    breaker = Breaker(1, (5, 60), clock=clock)
    breaker.failed()
    clock.now = 3
    breaker.failed()
    assert breaker.wait_s == 2


def test_a_trial_that_is_given_up_lets_another_one_pass() -> None:
    clock = Clock()
    breaker = Breaker(1, (5,), clock=clock)
    breaker.failed()
    clock.now = 5
    breaker.passing()
    breaker.abandoned()
    assert breaker.wait_s == 0
