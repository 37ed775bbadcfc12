"""Identifiers: time-ordered UUIDs (version 7), so that newer things sort later."""

from __future__ import annotations

import random
import threading
import time

_VERSION = 7 << 76
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
    value = moment << 80 | _VERSION | bits >> 62 << 64 | _VARIANT | bits & _RANDOM_B
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
