"""Identifiers are UUIDs of version 7 and sort in the order in which they were made."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from prompt_workbench.domain.ids import new_id


def test_they_are_canonical_uuids_of_version_7() -> None:
    made = uuid.UUID(new_id())

    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert abs((made.int >> 80) - time.time_ns() // 1_000_000) < 60_000


def test_later_ones_sort_later_however_fast_they_are_made() -> None:
    made = [new_id() for _ in range(5_000)]

    assert made == sorted(made)


def test_threads_never_get_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: new_id(), range(5_000)))

    assert len(set(made)) == len(made)
