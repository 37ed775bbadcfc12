"""The reserve file: room on the disk that is given up when the disk is full.

SQLite needs room even to delete; with the reserve gone, answers that were already paid for
can still be saved.
"""

from __future__ import annotations

from pathlib import Path

RESERVE_BYTES = 8 * 2**20


class Reserve:
    """The reserve file beside a project."""

    def __init__(self, project: Path) -> None:
        self._path = project.with_name(f"{project.name}-reserve")

    def make(self) -> bool:
        """Make the file where it is missing; False when there is no room for it."""
        try:
            if self._path.exists() and self._path.stat().st_size == RESERVE_BYTES:
                return True
            # Written out, because a file with a hole in it reserves nothing.
            self._path.write_bytes(bytes(RESERVE_BYTES))
        except OSError:
            self.give_up()
            return False
        return True

    def give_up(self) -> bool:
        """Remove the file; False when there was none."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True
