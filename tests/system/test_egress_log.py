"""The files of the egress log: private, bounded, and readable whatever is in them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from prompt_workbench.domain.contacts import Contact, Purpose
from prompt_workbench.system import egress_log
from prompt_workbench.system.egress_log import FILE_SIZE, OLDER_FILES, append, contacts
from prompt_workbench.system.paths import state_dir

BEGAN = datetime(2026, 11, 26, 8, tzinfo=UTC)


def contact(minute: int = 0, host: str = "api.example.org") -> Contact:
    return Contact(
        host=host,
        purpose=Purpose.CALL,
        first_at=BEGAN,
        last_at=BEGAN + timedelta(minutes=minute),
        count=minute,
        sent=10,
        received=None,
        local=False,
    )


def test_an_entry_comes_back_as_it_was_written_last() -> None:
    append("1", contact(1))
    append("2", contact(2, "other.example"))
    append("1", contact(3))
    assert contacts() == (contact(3), contact(2, "other.example"))


def test_there_is_nothing_at_first() -> None:
    assert contacts() == ()


def test_lines_that_are_none_are_passed_over() -> None:
    append("1", contact(1))
    with (state_dir() / "egress.jsonl").open("ab") as file:
        file.write(b'{"id": "2", "host"\n\xff\xfe\n[1]\n{"id": "3", "purpose": "to spy"}\n')
    append("4", contact(4))
    assert contacts() == (contact(4), contact(1))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_only_its_owner_can_read_it() -> None:
    append("1", contact())
    assert (state_dir() / "egress.jsonl").stat().st_mode & 0o777 == 0o600


def test_it_stays_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress_log, "FILE_SIZE", 2000)
    for number in range(200):
        append(str(number), contact(number))
    files = list(state_dir().glob("egress*"))
    assert len(files) <= OLDER_FILES + 1
    assert sum(path.stat().st_size for path in files) < (OLDER_FILES + 1) * 2500
    kept = [each.count for each in contacts()]
    assert kept == list(range(199, 199 - len(kept), -1))
    assert FILE_SIZE * (OLDER_FILES + 1) <= 5 << 20


def test_a_folder_that_cannot_be_written_stops_nothing(home: Path) -> None:
    (home / "state").write_text("a file where a folder is wanted")
    append("1", contact())
    assert contacts() == ()
