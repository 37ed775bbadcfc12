"""Identifiers: time-ordered UUIDs (version 7), so that newer things sort later."""

from __future__ import annotations

import random
import threading
import time

_VERSION = 7 << 12
_VARIANT = 2 << 62
_RANDOM_BITS = 74
_RANDOM_B = (1 << 62) - 1

_lock = threading.Lock()
_last_ms = 0


def new_id() -> str:
    """Return a new UUIDv7 in its canonical text form; it sorts after all earlier ones."""
    global _last_ms
    with _lock:
        # More than one a millisecond run ahead of the clock, to stay in order.
        _last_ms = moment = max(_last_ms + 1, time.time_ns() // 1_000_000)
    # Ids are no secrets, and asking the system for each would take longer than all the rest.
    bits = random.getrandbits(_RANDOM_BITS)
    low = _VARIANT | bits & _RANDOM_B
    return (
        f"{moment >> 16:08x}-{moment & 0xFFFF:04x}-{_VERSION | bits >> 62:04x}"
        f"-{low >> 48:04x}-{low & 0xFFFFFFFFFFFF:012x}"
    )
