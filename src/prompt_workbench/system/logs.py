"""Log files: one JSON object a line, bounded in size, with nothing that could pass for a line."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

from typing_extensions import override

from prompt_workbench.system.paths import log_dir

_FILE_SIZE: Final = 5 * 1024 * 1024
_FILES: Final = 4
"""Older files that are kept beside the current one."""
_LONGEST: Final = 2_000


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; control characters in it are escaped."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": record.process,
            "logger": record.name,
            "message": _shortened(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = _shortened(self.formatException(record.exc_info), from_end=True)
        return json.dumps(line)


def log_to_file(name: str, folder: Path | None = None) -> logging.Handler:
    """Send the records of this process to ``NAME.jsonl``, and return the handler.

    The file belongs to its owner alone. A log that cannot be written is given up silently:
    it is no reason to lose work.
    """
    handler = _handler((folder or log_dir()) / f"{name}.jsonl")
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    # Client libraries report every request at INFO, with its address.
    for noisy in ("httpx", "httpcore", "alembic", "asyncio", "qasync"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return handler


def child_log(path: Path) -> IO[bytes]:
    """Open the file that a child process writes its errors to, for its owner alone.

    One that is too long is put aside as ``NAME.1``, in the place of the one before. Where no
    log can be written, what the child says is given up.
    """
    # While another child writes to it, Windows does not let it go; the next start will.
    with suppress(OSError):
        if path.stat().st_size > _FILE_SIZE:
            path.replace(f"{path}.1")
    try:
        return open(path, "ab", opener=_private)
    except OSError:
        return Path(os.devnull).open("ab")


def _handler(path: Path) -> logging.Handler:
    try:
        return _PrivateFile(path, maxBytes=_FILE_SIZE, backupCount=_FILES, encoding="utf-8")
    except OSError:
        return logging.NullHandler()


class _PrivateFile(RotatingFileHandler):
    @override
    def _open(self) -> object:  # type: ignore[override]
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_private)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        return


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _shortened(text: str, *, from_end: bool = False) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"…{text[-_LONGEST:]}" if from_end else f"{text[:_LONGEST]}…"
