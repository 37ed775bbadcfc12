"""Reports of unexpected errors: written on this machine only, without what people typed."""

from __future__ import annotations

import platform
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from prompt_workbench.system.paths import log_dir

_KEPT = 20
_SECRET = re.compile(
    r"(?i)(?:bearer\s+\S+|\b(?:sk|pk|rk|gsk|xai|hf|ghp|AIza)[-_]?[A-Za-z0-9_\-]{12,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|\b[A-Za-z0-9_\-]{40,}\b)"
)
_LONGEST_LINE = 300


def write_report(error: BaseException) -> Path:
    """Write what happened into the log folder and return the file.

    A message may quote what a person or a model wrote, so only its beginning is kept, with
    everything that looks like a key removed.
    """
    from importlib.metadata import version  # slow to import, and only needed here

    moment = datetime.now(UTC)
    path = log_dir() / f"crash-{moment:%Y%m%d-%H%M%S-%f}.txt"
    head = (
        f"Prompt Workbench {version('prompt-workbench')}, Python {platform.python_version()}, "
        f"{platform.platform()}, {moment.isoformat(timespec='seconds')}"
    )
    path.write_text("\n".join((head, "", *_lines(error), "")), encoding="utf-8")
    for old in sorted(log_dir().glob("crash-*.txt"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return path


def redacted(text: str) -> str:
    """Return one line of a report without keys, and not longer than it needs to be."""
    hidden = _SECRET.sub("[hidden]", text.replace(str(Path.home()), "~"))
    return hidden if len(hidden) <= _LONGEST_LINE else f"{hidden[:_LONGEST_LINE]} …"


def _lines(error: BaseException) -> list[str]:
    whole = "".join(traceback.format_exception(error))
    return [redacted(line) for line in whole.splitlines()]
