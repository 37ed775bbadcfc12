"""The numbers by which the engine retries, waits and adapts, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How patient and how eager the engine is; times are in seconds."""

    rate_limit_retries: int = 3
    """Further attempts of a call after the server said that there are too many."""
    failure_retries: int = 2
    """Further attempts of a call after the server or the connection failed."""
    backoff_s: float = 0.5
    """The longest wait before the first retry; it doubles with each further one."""
    longest_backoff_s: float = 30
    long_pause_s: float = 120
    """A server that asks for a longer pause than this is said to rest until a time of day."""

    rise_every_s: float = 0.002
    """The least distance between two calls that are more at once than there were before."""
    first_limit: int = 4
    """Calls at once with which a model starts."""
    highest_limit: int = 64
    decrease: float = 0.5
    """What is left of the limit after the server said that there are too many calls."""

    origin_failures: int = 3
    """Connect failures in a row after which a server counts as down."""
    probe_delays_s: tuple[float, ...] = (5, 10, 20, 40, 60)
    """Waits before one call tries a server that is down; the last repeats."""
    model_failures: int = 5
    """Failed attempts in a row after which a model is left alone for a while."""
    rest_delays_s: tuple[float, ...] = (30,)

    batch_poll_s: float = 5
    """The first wait before a provider is asked again how far a batch is; it grows."""
    batch_longest_poll_s: float = 60
    batch_sure_after_s: float = 60
    """How old a submission must be before a provider that does not list it never had it."""

    prepared_calls: int = 32
    """Calls of one model that are rendered and wait for a place."""
    uncommitted_answers: int = 256
    """Answers that may await their commit; beyond them no further call starts."""
    case_window: int = 200
    """How many cases are read from the project at once."""
    progress_s: float = 0.1
    heartbeat_s: float = 5
    finish_within_s: float = 30
    """How long calls in flight may take to finish when the worker ends."""


DEFAULT_POLICY = Policy()
