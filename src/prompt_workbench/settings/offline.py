"""Whether the person switched Offline on, as seen by a process that runs for long."""

from __future__ import annotations

import json
from pathlib import Path

from prompt_workbench.settings.schema import OFFLINE
from prompt_workbench.system.paths import config_dir


class OfflineSwitch:
    """Says, at each call, what the settings file says now.

    The file is read again only when it is another one: looking takes a few microseconds.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_dir() / "settings.json"
        self._seen: tuple[int, int, int] | None = None
        self._is_on = False

    def __call__(self) -> bool:
        """Return whether the switch is on; a file that cannot be read leaves it as it was."""
        try:
            state = self._path.stat()
            seen = (state.st_ino, state.st_mtime_ns, state.st_size)
            if seen != self._seen:
                value = json.loads(self._path.read_bytes())
                self._is_on = isinstance(value, dict) and value.get(OFFLINE.key) is True
                self._seen = seen
        except FileNotFoundError:
            self._is_on = False
        except (OSError, ValueError):
            return self._is_on
        return self._is_on
