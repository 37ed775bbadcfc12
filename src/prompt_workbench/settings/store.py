"""The person's settings in one small file, and what the program remembers between starts.

Both are JSON objects. A file that cannot be read or is damaged is never overwritten, and the
defaults hold: a damaged one is moved aside, and the log says so.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from pathlib import Path

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import HostError, InvalidInputError
from prompt_workbench.settings.schema import SETTINGS, Setting, SettingValue
from prompt_workbench.system.files import replace_private_file
from prompt_workbench.system.paths import config_dir, data_dir

_log = logging.getLogger(__name__)


class JsonFile:
    """A JSON object on disk, replaced as a whole at every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._values = self._read()
        except HostError as error:
            _log.info("%s The defaults hold.", error.message)
            self._values = {}

    def get(self, key: str) -> Json:
        """Return the value, or None."""
        return self._values.get(key)

    def set(self, key: str, value: Json) -> None:
        """Store the value; None removes it.

        Raises:
            HostError: The file cannot be written; the old one is kept.
        """
        # Several values may be stored at once, each in a thread of its own.
        with self._lock:
            # Another window or the command line may have stored something else meanwhile.
            values = {name: item for name, item in self._read().items() if name != key}
            if value is not None:
                values[key] = value
            self._write(values)
            self._values = values

    def _write(self, values: Mapping[str, Json]) -> None:
        text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False)
        try:
            replace_private_file(self._path, f"{text}\n".encode())
        except OSError as error:
            raise HostError(
                f"Your settings cannot be saved: {error.strerror}: {self._path}",
                hint="Check that the folder can be written to and that the disk has room.",
            ) from None

    def _read(self) -> dict[str, Json]:
        try:
            value = json.loads(self._path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise self._unreadable(error) from None
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            return value
        aside = self._path.with_suffix(".damaged")
        try:
            self._path.replace(aside)
        except OSError as error:
            raise self._unreadable(error) from None
        _log.info("The file %s was damaged and is now %s.", self._path, aside)
        return {}

    def _unreadable(self, error: OSError) -> HostError:
        return HostError(
            f"Your settings cannot be read: {error.strerror}: {self._path}",
            hint="Check who may read the file and its folder.",
        )


class SettingsStore:
    """The values of the declared settings."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = JsonFile(path or config_dir() / "settings.json")

    def get(self, setting: Setting) -> SettingValue:
        """Return the value of a setting; its default where none, or no valid one, is stored."""
        stored = self._file.get(setting.key)
        try:
            return setting.default if stored is None else setting.checked(stored)
        except InvalidInputError:
            return setting.default

    def set(self, setting: Setting, value: SettingValue) -> None:
        """Store a value; the default is stored as nothing, so that it can change later.

        Raises:
            InvalidInputError: The setting cannot have the value.
        """
        checked = setting.checked(value)
        self._file.set(setting.key, None if checked == setting.default else checked)

    def all(self) -> Mapping[str, SettingValue]:
        """Return the value of every setting."""
        return {key: self.get(setting) for key, setting in SETTINGS.items()}


def memory() -> JsonFile:
    """Return what the program remembers between starts, such as recent projects."""
    return JsonFile(data_dir() / "memory.json")
