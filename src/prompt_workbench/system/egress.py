"""Which hosts this process reaches, why, and how many bytes that takes.

Our own transport counts in a `Traffic`, which costs it an addition. What was counted goes to the
egress log at the first contact of an hour, every half minute and at the end: never a path, a
query, a key or anything of a text.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeAlias

from prompt_workbench.domain.contacts import Contact, Purpose
from prompt_workbench.domain.ids import new_id
from prompt_workbench.system import egress_log
from prompt_workbench.system.hosts import host_label, is_this_computer

_SAVE_EVERY_S: Final = 30.0
_ENTRY_LASTS_S: Final = 3600.0

_covering: ContextVar[Purpose | None] = ContextVar("covering", default=None)

_Figures: TypeAlias = tuple[int, int, int]


@dataclass(slots=True, kw_only=True, eq=False)
class Traffic:
    """What went to one host and came from it since this process began.

    Whoever sends adds to count, sent and received; the rest is the book's.
    """

    label: str
    host: str
    purpose: Purpose
    measured: bool
    """Whether bytes are counted."""
    refused: bool
    count: int = 0
    sent: int = 0
    received: int = 0
    entry_id: str = ""
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    began_s: float = 0.0
    saved_s: float = 0.0
    before: _Figures = (0, 0, 0)
    """What was counted when the present entry of the log began."""
    saved: _Figures = (0, 0, 0)

    @property
    def figures(self) -> _Figures:
        """What was counted so far."""
        return self.count, self.sent, self.received

    @property
    def is_written(self) -> bool:
        """Whether the log has an entry for it that may still grow."""
        return bool(self.entry_id) and time.monotonic() - self.began_s < _ENTRY_LASTS_S


class EgressBook:
    """Keeps count of the hosts that a process reaches; used from any thread."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, Purpose, bool, bool], Traffic] = {}
        self._lock = threading.RLock()
        self._ends_with_process = False

    def traffic(self, host: str, port: int, purpose: Purpose) -> Traffic:
        """Return where our own transport counts what it exchanges with a host."""
        return self._of(host, port, purpose, measured=True)

    def reached(self, traffic: Traffic) -> None:
        """Write down that a host is being reached, unless that was done within the hour."""
        with self._lock:
            if not traffic.is_written:
                self._begin(traffic)

    def note(
        self, host: str, purpose: Purpose, *, port: int | None = None, refused: bool = False
    ) -> None:
        """Write down a contact whose bytes nobody counts, or one that was refused."""
        with self._lock:
            traffic = self._of(host, port, purpose, refused=refused)
            traffic.count += 1
            if not traffic.is_written:
                self._begin(traffic)
            elif time.monotonic() - traffic.saved_s > _SAVE_EVERY_S:
                self._save(traffic)

    def knows(self, host: str) -> bool:
        """Return whether a host was reached within the hour for a purpose that is known."""
        with self._lock:
            return any(
                traffic.host == host and traffic.is_written and not traffic.refused
                for traffic in self._all.values()
                if traffic.purpose is not Purpose.OTHER
            )

    def save(self) -> None:
        """Write down what was counted since it was last written."""
        with self._lock:
            for traffic in self._all.values():
                if traffic.figures != traffic.saved:
                    if traffic.is_written:
                        self._save(traffic)
                    else:
                        self._begin(traffic)

    def _of(
        self,
        host: str,
        port: int | None,
        purpose: Purpose,
        *,
        measured: bool = False,
        refused: bool = False,
    ) -> Traffic:
        label = host_label(host, port)
        key = (label, purpose, measured, refused)
        with self._lock:
            known = self._all.get(key)
            if known is None:
                known = self._all[key] = Traffic(
                    label=label, host=host, purpose=purpose, measured=measured, refused=refused
                )
            return known

    def _begin(self, traffic: Traffic) -> None:
        traffic.entry_id, traffic.before = new_id(), traffic.saved
        traffic.began_at, traffic.began_s = datetime.now(UTC), time.monotonic()
        self._save(traffic)
        if not self._ends_with_process:
            self._ends_with_process = True
            atexit.register(self.save)

    def _save(self, traffic: Traffic) -> None:
        traffic.saved, traffic.saved_s = traffic.figures, time.monotonic()
        egress_log.append(traffic.entry_id, _contact(traffic))


BOOK: Final = EgressBook()
"""The one of this process."""


@contextmanager
def announced(host: str, purpose: Purpose, *, port: int | None = None) -> Iterator[None]:
    """Write down a contact; what a library connects to meanwhile is part of it."""
    BOOK.note(host, purpose, port=port)
    with covered(purpose):
        yield


@contextmanager
def covered(purpose: Purpose) -> Iterator[None]:
    """Say that what is connected to meanwhile is in the book already."""
    token = _covering.set(purpose)
    try:
        yield
    finally:
        _covering.reset(token)


def covering() -> Purpose | None:
    """Return the purpose in the book of what is connected to now, where there is one."""
    return _covering.get()


def _contact(traffic: Traffic) -> Contact:
    count, sent, received = (
        now - before for now, before in zip(traffic.saved, traffic.before, strict=True)
    )
    return Contact(
        host=traffic.label,
        purpose=traffic.purpose,
        first_at=traffic.began_at,
        last_at=datetime.now(UTC),
        count=count,
        sent=sent if traffic.measured else None,
        received=received if traffic.measured else None,
        local=is_this_computer(traffic.host),
        refused=traffic.refused,
    )
