"""The files of the egress log: lines of JSON, bounded in size, for their owner alone.

An entry grows for up to an hour; each time it is written anew, and its newest line counts.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from prompt_workbench.domain.contacts import Contact, Purpose
from prompt_workbench.domain.ids import new_id
from prompt_workbench.system.paths import state_dir

FILE_SIZE: Final = 1 << 20
"""In bytes; a file that is larger is put aside."""
OLDER_FILES: Final = 4
"""How many of those are kept."""


def append(entry_id: str, contact: Contact) -> None:
    """Write how an entry is now; a log that cannot be written is no reason to lose work."""
    line = {"id": entry_id} | asdict(contact)
    line |= {name: line[name].isoformat(timespec="seconds") for name in ("first_at", "last_at")}
    with suppress(OSError):
        folder = state_dir()
        path = folder / "egress.jsonl"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab", buffering=0) as file:
            file.write(json.dumps(line).encode() + b"\n")
            is_full = file.tell() > FILE_SIZE
        if is_full:
            # Under a name of its own: where two processes do this at once, nothing is lost.
            path.replace(folder / f"egress-{new_id()}.jsonl")
            for old in _older(folder)[:-OLDER_FILES]:
                old.unlink(missing_ok=True)


def contacts() -> tuple[Contact, ...]:
    """Return what is in the log, newest first; lines that cannot be read are passed over."""
    folder, found = state_dir(), dict[str, Contact]()
    for path in (*_older(folder), folder / "egress.jsonl"):
        # Another process may put a file aside, or remove one, meanwhile.
        with suppress(OSError):
            for line in path.read_bytes().splitlines():
                with suppress(ValueError, TypeError, KeyError):
                    value = json.loads(line)
                    found[value["id"]] = _contact(value)
    return tuple(sorted(found.values(), key=lambda contact: contact.last_at, reverse=True))


def _older(folder: Path) -> list[Path]:
    return sorted(folder.glob("egress-*.jsonl"))


def _contact(value: dict[str, Any]) -> Contact:
    return Contact(
        host=str(value["host"]),
        purpose=Purpose(value["purpose"]),
        first_at=datetime.fromisoformat(value["first_at"]),
        last_at=datetime.fromisoformat(value["last_at"]),
        count=int(value["count"]),
        sent=_bytes(value["sent"]),
        received=_bytes(value["received"]),
        local=value["local"] is True,
        refused=value["refused"] is True,
    )


def _bytes(value: object) -> int | None:
    return value if isinstance(value, int) else None
