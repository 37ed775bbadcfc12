"""Leases: which process works on a run, so that no cell is sent twice.

Of a holder on this machine its process tells whether a lease is alive: no heart beats while
a laptop sleeps. Of one elsewhere only the heartbeat tells: older than 30 seconds, it is dead.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, Row, delete, select, update

from prompt_workbench.storage.tables import RUN_LEASE
from prompt_workbench.storage.upsert import put

_DEAD_AFTER_MICROS = 30_000_000
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A ledger of a process."""

    ledger_id: str
    """Tells two ledgers of one process apart."""
    host: str
    pid: int
    boot_id: str


def this_holder(ledger_id: str) -> Holder:
    """Return the holder for this process."""
    return Holder(
        ledger_id=ledger_id, host=socket.gethostname(), pid=psutil.Process().pid, boot_id=_boot_id()
    )


def is_live(lease: Row[Any] | None) -> bool:
    """Return whether a process still works under a lease."""
    if lease is None:
        return False
    if lease.host != socket.gethostname():
        return bool(_now() - lease.renewed_at <= _DEAD_AFTER_MICROS)
    return bool(lease.boot_id == _boot_id() and _runs(lease))


def lease_of(connection: Connection, run_seq: int) -> Row[Any] | None:
    """Return the lease of a run."""
    return connection.execute(select(RUN_LEASE).where(RUN_LEASE.c.run_seq == run_seq)).first()


def take(connection: Connection, run_seq: int, holder: Holder) -> bool:
    """Take the lease of a run; False when another live holder has it."""
    lease = lease_of(connection, run_seq)
    if lease is not None and lease.ledger_id != holder.ledger_id and is_live(lease):
        return False
    put(
        connection,
        RUN_LEASE,
        {
            "run_seq": run_seq,
            "ledger_id": holder.ledger_id,
            "host": holder.host,
            "pid": holder.pid,
            "boot_id": holder.boot_id,
            "renewed_at": _now(),
        },
    )
    return True


def renew(connection: Connection, run_seq: int, holder: Holder) -> bool:
    """Renew a lease; False when it was lost to another holder."""
    mine = (RUN_LEASE.c.run_seq == run_seq, RUN_LEASE.c.ledger_id == holder.ledger_id)
    done = connection.execute(update(RUN_LEASE).where(*mine).values(renewed_at=_now()))
    return done.rowcount > 0


def give_back(connection: Connection, run_seq: int, holder: Holder | None = None) -> None:
    """Give a lease back; without a holder, whoever has it."""
    statement = delete(RUN_LEASE).where(RUN_LEASE.c.run_seq == run_seq)
    if holder is not None:
        statement = statement.where(RUN_LEASE.c.ledger_id == holder.ledger_id)
    connection.execute(statement)


def _runs(lease: Row[Any]) -> bool:
    """Return whether the process of a lease runs; a later one may have got its number."""
    try:
        process = psutil.Process(lease.pid)
        began_at = process.create_time() * 1_000_000
        has_ended = process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
    return not has_ended and bool(began_at <= lease.renewed_at + _DEAD_AFTER_MICROS)


def _now() -> int:
    return time.time_ns() // 1_000


@lru_cache(maxsize=1)
def _boot_id() -> str:
    """Return what changes with every start of the machine; empty where nothing tells it."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
